"""The opinion: proposed from the evaluation with its reasons, given by the verifier.

Four kinds, as ISO 14064-3:2019 has them (clause 9; from memory): unmodified, modified, adverse,
and a disclaimer where no opinion can be given. Which verdict leads to which is our rule.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms import Document, Section
from tanlu.verify.assurance.concluding.evaluation import DIRECTIONS
from tanlu.verify.assurance.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanlu.verify.assurance.concluding.evaluation import Evaluation
    from tanlu.verify.assurance.engagement import Engagement

__all__ = ["OPINIONS", "decided", "proposal", "statement", "weighed"]

OPINIONS = ("unmodified", "modified", "adverse", "disclaimer")
BY_VERDICT = {
    "within": "unmodified", "extend": "modified", "correct": "modified", "material": "modified",
    "pervasive": "adverse", "unproved": "disclaimer",
}  # fmt: skip
UG_PER_T = Decimal(10**12)


def proposal(found: Evaluation) -> tuple[str, tuple[str, ...]]:
    """Give the opinion that follows from an evaluation, and the codes of its reasons.

    Without a reverse sample nothing is known of what was left out, nor of kinds that it is not
    about: where these are material the best is then modified.
    """
    opinion, reasons = BY_VERDICT[found.verdict], [found.verdict]
    if not found.reverse or found.uncovered_ug > found.materiality_ug:
        reasons.append("part_frame" if found.reverse else "no_frame")
        opinion = "modified" if opinion == "unmodified" else opinion
    return opinion, tuple(reasons)


def decided(found: Evaluation, chosen: str | None, reason: str | None) -> dict[str, Any]:
    """Give the opinion as it will be stated: the proposal, or another one with a reason.

    Raises
    ------
    TanluError
        TL761 for another opinion than the proposed one without a reason, or a word that is none.
    """
    proposed, reasons = proposal(found)
    opinion = chosen or proposed
    if opinion not in OPINIONS:
        raise TanluError("TL761", value=opinion, why=" | ".join(OPINIONS))
    if opinion != proposed and not (reason or "").strip():
        raise TanluError("TL761", value=opinion, why=f"≠ {proposed}: --reason …")
    return {
        "opinion": opinion,
        "proposed": proposed,
        "reasons": list(reasons),
        "reason": (reason or "").strip(),
    }


def statement(
    engagement: Engagement,
    found: Evaluation,
    given: Mapping[str, Any],
    *,
    language: str,
    half_ug: int,
    facts: Mapping[str, Any],
) -> Document:
    """Give the verification statement as a document.

    Parameters
    ----------
    given
        What `decided` gave.
    half_ug
        Half the 95 % interval of the total, told beside materiality and never in it.
    facts
        Where the steps stand: log, entries, key.
    """
    words = Words(language)
    opinion = str(given["opinion"])
    tone = "negative" if engagement.level == "limited" else "positive"
    key = f"opinion.{opinion}.{tone}" if opinion == "unmodified" else f"opinion.{opinion}"
    said = words(
        key,
        client=engagement.client,
        period=engagement.period,
        total=_tonnes(found.total_ug),
        criteria=", ".join(engagement.criteria),
    )
    why = " ".join(words(f"reason.{code}") for code in given["reasons"])
    if given["reason"]:
        why = f"{why} {given['reason']}"
    sections = (
        Section(title=words("opinion.title"), text=f"{said} {why}", figures=_figures(found, words)),
        _agreed(engagement, words),
        _weighed(found, words),
        _ledger(found, words),
        Section(
            title=words("basis.title"),
            text=words(
                "basis.text" if found.reverse else "basis.one",
                level=words(f"level.{engagement.level}"),
                half=_tonnes(half_ug),
            ),
            columns=(words("col.fact"), words("col.value")),
            rows=tuple((words(f"fact.{name}"), str(value)) for name, value in facts.items()),
        ),
    )  # fmt: skip
    return Document(
        title=words("statement.title", client=engagement.client, period=engagement.period),
        language=words.language,
        sections=sections,
        facts={
            "report": "assurance", "engagement": engagement.payload(), **given,
            "evaluation": found.payload(), **facts,
        },
    )  # fmt: skip


def weighed(engagement: Engagement, found: Evaluation, language: str) -> Document:
    """Give an evaluation as a document, with the opinion that would follow."""
    words = Words(language)
    opinion, reasons = proposal(found)
    why = " ".join(words(f"reason.{code}") for code in reasons)
    head = Section(
        title=words(f"verdict.{found.verdict}"),
        text=f"{why} {words('weighed.proposed', opinion=words(f'word.{opinion}'))}",
        figures=_figures(found, words),
    )
    return Document(
        title=words("weighed.head", client=engagement.client, period=engagement.period),
        language=words.language,
        sections=(head, _weighed(found, words), _ledger(found, words)),
        facts={"report": "evaluation", "proposed": opinion, "reasons": list(reasons)}
        | found.payload(),
    )


def _tonnes(amount_ug: int) -> str:
    return f"{Decimal(amount_ug) / UG_PER_T:,.3f}"


def _figures(found: Evaluation, words: Words) -> tuple[tuple[str, str, str], ...]:
    unit = "t CO₂e"
    return (
        (words("figure.total"), _tonnes(found.total_ug), unit),
        (words("figure.materiality"), _tonnes(found.materiality_ug), unit),
        (words("figure.units"), f"{found.units:,}", words("unit.units")),
    )


def _agreed(engagement: Engagement, words: Words) -> Section:
    shown = {
        "client": engagement.client,
        "verifier": engagement.verifier,
        "user": engagement.intended_user or "–",
        "criteria": ", ".join(engagement.criteria),
        "scope": engagement.scope,
        "boundary": engagement.boundary,
        "period": engagement.period,
        "rules": f"{engagement.profile}, {engagement.basis}",
        "level": words(f"level.{engagement.level}"),
        "materiality": f"{Decimal(engagement.materiality_ppm) / 10_000} %",
    }
    return Section(
        title=words("agreed.title"),
        text=words("agreed.text"),
        columns=(words("col.fact"), words("col.value")),
        rows=tuple((words(f"agreed.{name}"), value) for name, value in shown.items()),
    )


def _weighed(found: Evaluation, words: Words) -> Section:
    names = ("factual", "projected", "corrected", "likely", "most")
    rows = []
    for direction in DIRECTIONS:
        each = found.amounts.get(direction)
        amounts = (
            tuple(_tonnes(getattr(each, f"{name}_ug")) for name in names)
            if each is not None
            else ("–",) * len(names)
        )
        rows.append((words(f"direction.{direction}"), *amounts))
    return Section(
        title=words("weighed.title"),
        text=words("weighed.text", performance=_tonnes(found.performance_ug)),
        columns=(words("col.direction"), *(words(f"col.{name}") for name in names)),
        rows=tuple(rows),
    )


def _ledger(found: Evaluation, words: Words) -> Section:
    rows = tuple(
        (
            line.id, words(f"direction.{line.direction}"), line.reported, line.evidence, line.unit,
            _tonnes(line.found_ug), _tonnes(line.corrected_ug), line.remark,
        )
        for line in found.ledger
    )  # fmt: skip
    columns = ("id", "direction", "reported", "evidence", "unit", "found", "corrected", "remark")
    return Section(
        title=words("ledger.title"),
        text=words("ledger.text" if rows else "ledger.none"),
        columns=tuple(words(f"col.{name}") for name in columns) if rows else (),
        rows=rows,
    )
