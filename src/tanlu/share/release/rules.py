"""Which totals may be published: enough contributors, none that dominates, none told by others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.share.differences import isolated

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

__all__ = ["LARGEST_PPM", "LEAST", "TWO_PPM", "Released", "release"]

LEAST = 5
LARGEST_PPM = 850_000
TWO_PPM = 950_000
NEEDED = ("contributor", "value")
HIDDEN = "~"


class Released(NamedTuple):
    """What may be published, and what its publisher keeps for the next time.

    ``table``: the columns of ``by``, ``contributors``, ``total`` (null where refused), ``refused``
    (``few``, ``largest``, ``two``, ``told`` or null). ``members``: ``cell``, ``contributor`` and
    ``piece`` of each summand of a published total; it is private.
    """

    table: pl.DataFrame
    members: pl.DataFrame


def release(
    rows: pl.DataFrame,
    by: Sequence[str],
    *,
    pieces: Sequence[str] | None = None,
    earlier: pl.DataFrame | None = None,
    whole: bool = False,
    least: int = LEAST,
    largest_ppm: int = LARGEST_PPM,
    two_ppm: int = TWO_PPM,
) -> Released:
    """Give the totals by cells that may be published, and for the others why not.

    Parameters
    ----------
    rows
        ``contributor``, ``value`` (whole numbers) and the columns of ``by`` and ``pieces``.
    by
        What makes a cell.
    pieces
        What tells the pieces of a contributor's value apart in all publications of these
        numbers; the columns of ``by`` if not said. Finer is safer.
    earlier
        ``members`` of earlier publications of the same numbers.
    whole
        With the total of all cells as one more cell.
    least
        How many contributors each total, and each difference of totals, rests on.
    largest_ppm, two_ppm
        Most that one contributor, and two together, may have of a cell [ppm].

    Raises
    ------
    TanluError
        TL863 for columns that are absent or no whole numbers, or earlier publications with other
        pieces: what they tell together could not be seen.
    """
    import polars as pl

    pieces = list(pieces if pieces is not None else by)
    if earlier is not None:
        _same_pieces(earlier, pieces)
    summed = _summed(rows, by, pieces)
    cells = _judged(summed, least, largest_ppm, two_ppm)
    if whole:
        all_of = summed.with_columns(_cell=pl.lit(HIDDEN))
        cells = pl.concat([cells, _judged(all_of, least, largest_ppm, two_ppm)])
        summed = pl.concat([summed, all_of])
    summands = summed.select(
        cell=pl.col("_cell"), contributor=pl.col("contributor"), piece=pl.col("_piece")
    )
    told = _told(cells, summands, earlier, least)
    refused = pl.when(pl.col("_cell").is_in(told)).then(pl.lit("told")).otherwise("refused")
    cells = cells.with_columns(refused=refused)
    if whole and _left_is_refused(cells, summed, (least, largest_ppm, two_ppm)):
        all_ = pl.col("_cell") == HIDDEN
        cells = cells.with_columns(
            refused=pl.when(all_).then(pl.coalesce("refused", pl.lit("told"))).otherwise("refused")
        )
    open_ = pl.col("refused").is_null()
    keys = _named(rows, by).select("_cell", *by).unique("_cell")
    table = (
        cells.join(keys, on="_cell", how="left")
        .sort("_cell")
        .select(*by, "contributors", total=pl.when(open_).then("total"), refused="refused")
    )
    shown = cells.filter(open_)["_cell"]
    return Released(table, summands.filter(pl.col("cell").is_in(shown.implode())))


def _named(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    return rows.with_columns(_cell=pl.struct(by).struct.json_encode() if by else pl.lit("{}"))


def _summed(rows: pl.DataFrame, by: Sequence[str], pieces: Sequence[str]) -> pl.DataFrame:
    """Give the sum of each contributor in each piece of each cell."""
    import polars as pl

    for name in (*NEEDED, *by, *pieces):
        if name not in rows.columns:
            raise TanluError("TL863", value=name, why="there is no such column")
    if not rows.schema["value"].is_integer():
        raise TanluError("TL863", value="value", why="whole numbers are wanted")
    if rows.select(pl.col(NEEDED).null_count()).row(0) != (0, 0):
        raise TanluError("TL863", value="contributor, value", why="some are empty")
    named = _named(rows, by).with_columns(
        _piece=pl.struct(pieces).struct.json_encode() if pieces else pl.lit("{}"),
        contributor=pl.col("contributor").cast(pl.String),
    )
    return named.group_by("_cell", "contributor", "_piece", maintain_order=True).agg(
        pl.col("value").cast(pl.Int128).sum()
    )


def _judged(summed: pl.DataFrame, least: int, largest_ppm: int, two_ppm: int) -> pl.DataFrame:
    """Give each cell's total with the rule that refuses it, null if none does."""
    import polars as pl

    of = summed.group_by("_cell", "contributor").agg(pl.col("value").sum())
    size = pl.col("value").abs()
    largest = pl.col("_all") * largest_ppm < pl.col("_one") * 1_000_000
    two = pl.col("_all") * two_ppm < pl.col("_two") * 1_000_000
    return (
        of.group_by("_cell")
        .agg(
            contributors=pl.len().cast(pl.Int64),
            total=pl.col("value").sum(),
            _all=size.sum(),
            _one=size.max(),
            _two=size.sort(descending=True).head(2).sum(),
        )
        .with_columns(
            refused=pl.when(pl.col("contributors") < least)
            .then(pl.lit("few"))
            .when(largest)
            .then(pl.lit("largest"))
            .when(two)
            .then(pl.lit("two"))
        )
        .drop("_all", "_one", "_two")
    )


def _told(
    cells: pl.DataFrame, summands: pl.DataFrame, earlier: pl.DataFrame | None, least: int
) -> list[str]:
    """Give the cells that, with what is or was published, tell about too few; large cells first."""
    import polars as pl

    held = [] if earlier is None else list(_sets(earlier).values())
    open_ = cells.filter(pl.col("refused").is_null()).sort(
        "contributors", "_cell", descending=[True, False]
    )
    sets = _sets(summands)
    waiting = [str(cell) for cell in open_["_cell"]]
    if isolated([*held, *(sets[cell] for cell in waiting)], least, _who) is None:
        return []
    found = []
    for cell in waiting:
        if isolated([*held, sets[cell]], least, _who) is None:
            held.append(sets[cell])
        else:
            found.append(cell)
    return found


def _left_is_refused(cells: pl.DataFrame, summed: pl.DataFrame, limits: tuple[int, ...]) -> bool:
    """Tell whether what the whole less its published cells tells may itself not be published."""
    import polars as pl

    shown = cells.filter(pl.col("refused").is_null())["_cell"].implode()
    left = summed.filter(~pl.col("_cell").is_in(shown), pl.col("_cell") != HIDDEN)
    judged = _judged(left.with_columns(_cell=pl.lit(HIDDEN)), *limits)
    return judged["refused"].drop_nulls().len() > 0


def _same_pieces(earlier: pl.DataFrame, pieces: Sequence[str]) -> None:
    told = list(earlier["piece"].unique()) if "piece" in earlier.columns else []
    try:
        others = [each for each in told if set(json.loads(each)) != set(pieces)]
    except (TypeError, ValueError) as error:
        raise TanluError("TL863", value="piece", why="it is not as it was kept") from error
    if others:
        why = f"earlier totals had other pieces: {others[0]}"
        raise TanluError("TL863", value=", ".join(pieces) or "pieces", why=why)


def _sets(members: pl.DataFrame) -> dict[str, frozenset[tuple[str, str]]]:
    import polars as pl

    missing = {"cell", "contributor", "piece"} - set(members.columns)
    if missing:
        raise TanluError("TL863", value=min(missing), why="there is no such column")
    grouped = members.group_by("cell", maintain_order=True).agg(pl.col("contributor", "piece"))
    return {
        str(cell): frozenset(zip(people, parts, strict=True))
        for cell, people, parts in grouped.iter_rows()
    }


def _who(summand: object) -> object:
    return summand[0] if isinstance(summand, tuple) else summand
