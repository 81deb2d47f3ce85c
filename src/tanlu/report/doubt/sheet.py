"""The doubt of a whole ledger as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.account.doubt import told
from tanlu.errors import TanluError
from tanlu.factors.packs import library_of
from tanlu.report.doubt.facts import Doubt, steps
from tanlu.report.items.totals import on_one_basis, one_sum, within
from tanlu.report.words import Words
from tanlu.terms import VERSION, Document, Progress, schema, time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

__all__ = ["sheet"]

# what is read of an emission beside the columns to cut by
READ = (
    "activity_id", "share_of", "kind", "method", "tier", "boundary", "factor_id", "factor_hash",
    "assumptions", "gwp_set", "sigma_ln_ppm", "co2e_ug", "ch4_fossil_ug", "ch4_bio_ug", "n2o_ug",
)  # fmt: skip


def sheet(
    workspace: Any,
    period: str | None = None,
    *,
    by: Sequence[str] = ("kind",),
    draws: int = 0,
    seed: int = 1,
    gwp: bool = False,
    language: str = "en",
    as_of: int | None = None,
    profile: str | None = None,
    basis: str | None = None,
    inventory: pl.DataFrame | None = None,
) -> Iterator[Progress]:
    """Tell how sure the emissions of a ledger are.

    Parameters
    ----------
    workspace
        What ``tanlu.store.open_workspace`` gives.
    period, language, as_of, profile, basis
        As for ``tanlu.report.transport``.
    by
        Columns of an emission to cut by, or of an inventory's lines.
    draws, seed, gwp
        As for ``doubt``.

    inventory
        Lines of an organisation (``tanlu.report.organisation.lines``), of which ``counted_ug``
        is summed; they stand for the rows of the ledger.

    Yields
    ------
    Progress
        Draws done; the last one's ``result`` is the ``Document``.

    Raises
    ------
    TanluError
        TL801 for a sum across profiles or bases, TL803 for a column that no emission has, TL002
        for draws without the extra ``account``, TL545 for a number of draws that is none.
    """
    lines, chosen, ground = (
        _scanned(workspace, period, by, as_of=as_of, asked=(profile, basis))
        if inventory is None
        else (on_one_basis(inventory), profile or "ghg_protocol", basis or "location")
    )
    lines = told(workspace, lines, as_of=as_of)
    words = Words(language)
    words.hear(workspace.scan("finding", as_of=as_of))
    library = library_of(workspace, as_of=as_of, profile=chosen)
    amount = "co2e_ug" if inventory is None else "counted_ug"
    options: dict[str, Any] = {"library": library, "draws": draws, "seed": seed, "gwp": gwp}
    for step in steps(lines, by, amount=amount, words=words, **options):
        if isinstance(step.result, Doubt):
            facts = {
                "report": "doubt", "language": words.language, "profile": chosen, "basis": ground,
                "period": period, "ledger_version": int(as_of or workspace.version),
                "code_version": VERSION, "rows": lines.height, **step.result.facts,
            }  # fmt: skip
            title = f"{words('doubt.title')} · {words.profile(chosen)}"
            document = Document(title, words.language, step.result.sections, facts)
            yield Progress(step.step, step.done, step.total, result=document)
        else:
            yield step


def _scanned(
    workspace: Any,
    period: str | None,
    by: Sequence[str],
    *,
    as_of: int | None,
    asked: tuple[str | None, str | None],
) -> tuple[pl.DataFrame, str, str]:
    """Give the emission rows of a ledger that may be summed, with their profile and basis."""
    names = schema("emission").names
    unknown = [key for key in by if key not in names]
    if unknown:
        raise TanluError("TL803", value=unknown[0], known=", ".join(names))
    span = None if period is None else time.period(period, str(workspace.zone))
    scanned = within(workspace.scan("emission", as_of=as_of), span)
    rows, chosen, ground = one_sum(scanned, *asked)
    wanted = list(dict.fromkeys([*READ, *by]))
    return rows.select(wanted).collect(engine="streaming"), chosen, ground
