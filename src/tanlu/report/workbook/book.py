"""The workbook of an inventory for a verifier: formulas, kept integers beside them, differences."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.account import spec
from tanlu.errors import TanluError
from tanlu.report.items.totals import one_sum, within
from tanlu.report.words import Words
from tanlu.report.workbook import sheets
from tanlu.report.workbook.beside import gases, named, readme, summed
from tanlu.report.workbook.grids import Grids, grids
from tanlu.report.workbook.steps import Steps, steps
from tanlu.report.workbook.tables import Tables, tables
from tanlu.report.xlsx import section_sheets
from tanlu.terms import VERSION, Document, Progress, time

if TYPE_CHECKING:
    import polars as pl

__all__ = ["workbook"]


def workbook(
    workspace: Any,
    path: str | os.PathLike[str],
    lines: pl.DataFrame | None = None,
    *,
    document: Document | None = None,
    period: str | None = None,
    language: str = "en",
    as_of: int | None = None,
    profile: str | None = None,
    basis: str | None = None,
) -> Iterator[Progress]:
    """Write an XLSX file in which a verifier's own program recomputes every emission and total.

    Each emission is ``ROUND(x * g * 1E6, 0)`` of cells, shares of measured totals by their weights,
    totals by SUMIFS; the integer that the ledger keeps stands beside, and the difference.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    path
        The file; it appears whole or not at all.
    lines
        Rows of an inventory, as `tanlu.report.organisation.lines` gives them; every emission of
        the period without.
    document
        A report whose sections stand before, a sheet each.
    period, as_of, profile, basis
        As for `transport`, where no lines are given.
    language
        ``en`` or ``zh``.

    Yields
    ------
    Progress
        The last one's result: ``path``, ``rows`` (lines), ``recomputed`` (of these by formula),
        ``printed`` (of these only printed), ``co2e_ug`` (exact, decimal text).

    Raises
    ------
    TanluError
        TL801 when the emissions may not be summed, TL821 when there is none.
    """
    words = Words(language)
    if lines is None:
        lines = _lines(workspace, period, as_of, profile, basis)
    if not lines.height:
        raise TanluError("TL821")
    made: Steps | None = None
    for step in steps(workspace, lines, as_of=as_of):
        if isinstance(step, Progress):
            yield step
        else:
            made = step
    assert made is not None
    layout = grids(words)
    frames = tables(made, layout)
    about = _about(workspace, lines, period, as_of)
    end: Any = lines["end"].max() or 0
    beside = _beside(workspace, lines, frames, layout, as_of)
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.")
    file = Path(draft) / "book.xlsx"
    try:
        with sheets.opened(str(file)) as book:
            look = _look(book, words, end)
            readme(book, words, layout, about, look)
            if document is not None:
                section_sheets(book, document, _names(words, layout))
            for name, grid in layout._asdict().items():
                for done in grid.write(book, beside[name], look):
                    yield Progress("workbook", done, beside[name].height)
        file.chmod(0o644)
        file.replace(target)
    finally:
        file.unlink(missing_ok=True)
        Path(draft).rmdir()
    live = frames.lines.filter("live").height
    total = sum(frames.totals["counted_ug"].to_list())
    result = {
        "path": str(target), "rows": lines.height, "recomputed": live,
        "printed": lines.height - live, "co2e_ug": str(total),
    }  # fmt: skip
    yield Progress("workbook", lines.height, lines.height, "rows", result)


def _lines(
    workspace: Any, period: str | None, as_of: int | None, profile: str | None, basis: str | None
) -> pl.DataFrame:
    span = None if period is None else time.period(period, str(workspace.zone))
    rows = within(workspace.scan("emission", as_of=as_of), span)
    chosen, _, _ = one_sum(rows, profile, basis)
    return chosen.collect(engine="streaming")


def _about(
    workspace: Any, lines: pl.DataFrame, period: str | None, as_of: int | None
) -> dict[str, str]:
    """Give what the first sheet says of where the numbers come from."""
    from tanlu.factors.packs import library_of

    profiles = sorted(lines["profile"].unique().to_list())
    held = {p: library_of(workspace, as_of=as_of, profile=p).hash for p in profiles}
    heads = [line for line in workspace.log("checkpoint") if line.get("root")]
    return {
        "period": period or "–",
        "profile": ", ".join(profiles),
        "gwp": ", ".join(sorted(lines["gwp_set"].unique().to_list())),
        "version": str(workspace.version if as_of is None else as_of),
        "ledger": str(heads[-1]["root"]) if heads else "–",
        "spec": spec().sha256,
        "factors": ", ".join(f"{p}: {found}" for p, found in held.items()),
        "code": f"Tanlu {VERSION}",
    }


def _beside(
    workspace: Any, lines: pl.DataFrame, frames: Tables, layout: Grids, as_of: int | None
) -> dict[str, pl.DataFrame]:
    """Give the frame of every sheet by its name in `Grids`."""
    return {
        **{name: frame for name, frame in frames._asdict().items() if name != "totals"},
        "totals": summed(frames, layout),
        "factors": named(workspace, frames.factors, layout, as_of),
        "gwp": gases(lines, layout),
    }


def _names(words: Words, layout: Grids) -> set[str]:
    """Give the names that the sheets of sections may not take, those of further parts too."""
    names = [words("book.readme"), *(grid.sheet(part) for grid in layout for part in range(9))]
    return {name.lower() for name in names}


def _look(book: Any, words: Words, end: int) -> dict[str, Any]:
    """Give the formats of the cells, and date the file by its data and not by a clock."""
    made = dt.datetime.fromtimestamp(end // 1_000_000, dt.UTC).replace(tzinfo=None)
    book.set_properties({"title": words("book.title"), "author": "Tanlu 碳路", "created": made})
    return {
        "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#E1EFE9"}),
        "number": book.add_format({"num_format": "General"}),
        "title": book.add_format({"bold": True, "font_size": 16, "font_color": "#0B6E4F"}),
        "words": book.add_format({"text_wrap": True, "valign": "top"}),
        "name": book.add_format({"bold": True, "valign": "top"}),
    }
