"""From papers that were filled in to an evaluation, and from an evaluation to an opinion."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.verify.assurance.concluding.evaluation import (
    Amounts,
    Evaluation,
    Misstatement,
    back,
    evaluate,
    forward,
)
from tanlu.verify.assurance.concluding.opinion import decided, statement
from tanlu.verify.assurance.frame import beside, covered, matched, uncovered
from tanlu.verify.assurance.papers import read_paper, side
from tanlu.verify.assurance.sampling.bounds import at_look
from tanlu.verify.assurance.sampling.samples import FORWARD, REVERSE
from tanlu.verify.assurance.steps import STEPS
from tanlu.verify.assurance.streams import doubt_ug

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import polars as pl

    from tanlu.terms import Document
    from tanlu.verify.assurance.engagement import Engagement
    from tanlu.verify.assurance.steps import Told, Trail
    from tanlu.verify.assurance.streams import Population

__all__ = ["content_of", "document", "evaluation_of", "examined", "opined"]


def examined(trail: Trail, given: Sequence[Path], key: Any) -> tuple[Told, Evaluation]:
    """Weigh what the papers say, and state the papers and the evaluation.

    Parameters
    ----------
    given
        The forward and the reverse paper, filled in; their columns tell which is which.

    Raises
    ------
    TanluError
        TL758 for a paper that is not filled in; TL759 without a sample; TL760 when the sample
        cannot be drawn again from the ledger.
    """
    import polars as pl

    both, sealed = trail.redrawn()
    engagement = trail.engagement()
    confidence = at_look(engagement.confidence_ppm, both.rounds)
    papers = {side(path): path for path in given}
    if FORWARD not in papers or len(papers) != len(given) or (both.reverse and len(papers) < 2):
        raise TanluError("TL758", value=", ".join(map(str, given)) or "–", why="forward, reverse")
    filled = read_paper(papers[FORWARD], both.forward)
    drawn = sealed.units.filter(_among(filled))
    units = {row["id"]: row for row in drawn.iter_rows(named=True)}
    now = trail.population(trail.workspace.version)
    after = _after(trail.workspace, sealed, now, list(filled))
    left_out = 0
    amounts, ledger = forward(both.forward, units, filled, after, confidence)
    if both.reverse:
        told = read_paper(papers[REVERSE], both.reverse, "reported")
        unit, covers = str(both.frame["unit"]), tuple(both.frame["covers"])
        ids = pl.Series("id", list(told), pl.String)
        since = _since(ids, beside(sealed, engagement.frame), beside(now, engagement.frame), unit)
        lost, lines = back(
            both.reverse,
            told,
            since,
            unit=unit,
            covered_ug=covered(sealed, covers),
            confidence_ppm=confidence,
        )
        amounts["omission"] = lost
        left_out = uncovered(sealed, covers)
        ledger += lines
    found = evaluate(
        engagement,
        sealed.total_ug,
        amounts,
        ledger,
        units=sum(one.drawn.rows.height for one in (*both.forward, *both.reverse)),
        reverse="omission" in amounts,
        uncovered_ug=left_out,
    )
    return _stated(trail, found, list(given), now.version, key), found


def _stated(trail: Trail, found: Evaluation, papers: list[Path], version: int, key: Any) -> Told:
    """State what was brought back and what it says."""
    sample = trail.last("sample").index
    hashes = [bytes.fromhex(trail.workspace.originals.put(path)) for path in papers]
    results = trail.state("results", {"sample": sample, "papers": hashes}, key)
    content = found.payload()
    # the lines may be many: they stay beside, bound by their hash
    content["ledger"] = trail.keep(content["ledger"])
    return trail.state("evaluation", {"results": results.index, "version": version} | content, key)


def _among(ids: Iterable[str]) -> pl.Expr:
    import polars as pl

    return pl.col("id").is_in(pl.Series(list(ids), dtype=pl.String).implode())


def _after(workspace: Any, sealed: Population, now: Population, ids: list[str]) -> dict[str, int]:
    """Give what the ledger reports today of units that were corrected since the seal [ug]."""
    import polars as pl

    before = dict(sealed.units.filter(_among(ids)).select("id", "co2e_ug").iter_rows())
    today = dict(now.units.select("id", "co2e_ug").iter_rows())
    pairs = workspace.scan("activity", columns=["supersedes", "activity_id"], raw=True)
    heirs = dict(pairs.filter(pl.col("supersedes").is_not_null()).collect().iter_rows())
    after = {}
    for key in ids:
        last, steps = key, 0
        while last in heirs and steps < len(heirs):
            last, steps = heirs[last], steps + 1
        amount = today.get(last, 0)
        if amount != before[key]:
            after[key] = amount
    return after


def _since(ids: pl.Series, sealed: Population, now: Population, unit: str) -> dict[str, Decimal]:
    """Give what is reported of each identity of a frame beyond what was at the seal."""
    then, today = (
        dict(matched(ids, found, unit).select("id", "reported").iter_rows())
        for found in (sealed, now)
    )
    more = {key: Decimal(today[key] or 0) - Decimal(then[key] or 0) for key in ids}
    return {key: amount for key, amount in more.items() if amount > 0}


def evaluation_of(trail: Trail) -> Evaluation:
    """Give the newest evaluation as it stands in the log.

    Raises
    ------
    TanluError
        TL759 when there is none.
    """
    told = trail.last("evaluation").content
    amounts = {
        name: Amounts(
            **{
                f"{key}_ug": int(each[key])
                for key in ("factual", "projected", "bound", "corrected", "unproved", "basic")
            }
        )
        for name, each in told["amounts"].items()
    }
    ledger = tuple(
        Misstatement(key, way, was, shown, unit, int(found), int(mended), supported, remark)
        for key, way, was, shown, unit, found, mended, supported, remark in trail.kept(
            told["ledger"]
        )
    )
    return Evaluation(
        total_ug=int(told["total"]),
        materiality_ug=int(told["materiality"]),
        performance_ug=int(told["performance"]),
        amounts=amounts,
        ledger=ledger,
        units=told["units"],
        reverse=told["reverse"],
        verdict=told["verdict"],
        more=told["more"],
        uncovered_ug=int(told.get("uncovered", 0)),
    )


def opined(
    trail: Trail, key: Any, chosen: str | None, reason: str | None, language: str
) -> tuple[Told, Document]:
    """State the opinion with the verifier's key and give the statement as a document.

    Raises
    ------
    TanluError
        TL761 for another opinion than the proposed one without a reason; TL759 before there is an
        evaluation; TL133 for a key that is not a verifier's.
    """
    found = evaluation_of(trail)
    told = trail.state("opinion", content_of(trail, chosen, reason), key)
    return told, document(trail, trail.engagement(), found, told, language)


def content_of(trail: Trail, chosen: str | None, reason: str | None) -> dict[str, Any]:
    """Give what an opinion on the newest evaluation says; TL761 and TL759 as `opined`."""
    found = evaluation_of(trail)
    given = decided(found, chosen, reason)
    return {"evaluation": trail.last("evaluation").index, "total": str(found.total_ug)} | given


def document(
    trail: Trail, engagement: Engagement, found: Evaluation, told: Told, language: str
) -> Document:
    """Give the verification statement that an opinion in the log stands for."""
    sealed = trail.population(int(trail.last("sample").content["version"]))
    given = {name: told.content[name] for name in ("opinion", "proposed", "reasons", "reason")}
    facts = {
        "date": datetime.fromtimestamp(told.issued_s, UTC).date().isoformat(),
        "log": trail.log.origin, "entry": told.index, "key": told.kid.hex(),
        "version": sealed.version,
        **{f"entry_{step}": trail.last(step).index for step in STEPS if step != "opinion"},
    }  # fmt: skip
    return statement(
        engagement, found, given, language=language, half_ug=doubt_ug(sealed), facts=facts
    )
