"""Fusion of more than fits: batch by batch, a device joined over their edges.

A device that ends within what was read is fused whole. One that goes on longer than there is room
for is fused in stretches that overlap: what lies in the middle of an overlap has the same
neighbours on both sides as it would have in one piece.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.track.fuse.found import findings
from tanlu.track.fuse.fusing import Fused, fuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["fused"]

# rows of one device that are held at most; rows on each side of a cut that both sides see
ROOM, OVERLAP = 200_000, 2_000


class _Held(NamedTuple):
    """The rows of the last device, and until when [µs] its fixes were given."""

    rows: pl.DataFrame
    until: int | None


def fused(
    batches: Iterable[pl.DataFrame],
    *,
    datum: str = "wgs84",
    motion: Literal["full", "one"] = "full",
    odometer: pl.DataFrame | None = None,
    room: int = ROOM,
) -> Iterator[Fused]:
    """Give fixes batch by batch in bounded memory; a device may span any number of batches.

    The result is that of ``fuse`` over all rows at once; for a device of more than ``room`` rows
    its fixes differ by less than a tenth of their sigma, its way by less than 0.1 %.

    Parameters
    ----------
    batches
        Schema ``position``, in order of device, each device in order of time from batch to batch.
    datum, motion, odometer
        As of ``fuse``.
    room
        Rows of one device that are held at most.

    Raises
    ------
    TanluError
        TL400 as of ``fuse``, and when a device comes again after another one.
    """

    def done(rows: pl.DataFrame) -> Fused:
        return fuse(rows, datum=datum, motion=motion, odometer=odometer)

    held: _Held | None = None
    for batch in batches:
        loose, rows, late = _joined(held, batch)
        found = [late] if late is not None else []
        if held is not None and rows["device"].max() != held.rows["device"][0]:
            first = rows["device"] == held.rows["device"][0]
            found.append(_after(done(rows.filter(first)), held.until))
            rows, held = rows.filter(~first), None
        last = rows["device"].max()
        ends = pl.col("device") != last
        loose = pl.concat([loose, rows.filter(ends)])
        if not loose.is_empty():
            found.append(done(loose))
        rows = rows.filter(~ends)
        held = _Held(rows, held.until if held else None) if not rows.is_empty() else None
        if held is not None and held.rows.height > max(room, 4 * _overlap(room)):
            held, part = _cut(held, done(held.rows), _overlap(room))
            found.append(part)
        yield from found
    if held is not None:
        yield _after(done(held.rows), held.until)


def _overlap(room: int) -> int:
    return min(OVERLAP, room // 4)


def _joined(
    held: _Held | None, batch: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, Fused | None]:
    """Give rows that belong to no device or time, the others with those held, and late ones."""
    named = pl.col("device").is_not_null() & pl.col("at").is_not_null()
    loose, rows = batch.filter(~named), batch.filter(named)
    if held is None:
        return loose, rows, None
    device = held.rows["device"][0]
    if not rows.is_empty() and rows.select(pl.col("device").min() < device).item():
        raise TanluError("TL400", value=rows["device"].min(),
                         why="batches come in order of device")  # fmt: skip
    missed = pl.lit(value=False)
    if held.until is not None:
        missed = (pl.col("device") == device) & (pl.col("at") <= held.until)
    late = rows.filter(missed).with_columns(code=pl.lit("TL402"))
    rows = pl.concat([held.rows, rows.filter(~missed)])
    if late.is_empty():
        return loose, rows, None
    return loose, rows, Fused(fuse(rows.head(0)).fixes, late, findings(late))


def _cut(held: _Held, found: Fused, overlap: int) -> tuple[_Held, Fused]:
    """Give what lies before the middle of the overlap, and keep the rows from its start on."""
    at = held.rows["at"].sort()
    until, since = at[-overlap], at[-2 * overlap]
    kept = held.rows.filter(pl.col("at") >= since)
    before = pl.col("at") <= until
    part = found._replace(fixes=found.fixes.filter(before), rejected=found.rejected.filter(before))
    return _Held(kept, until), _after(part, held.until)


def _after(found: Fused, until: int | None) -> Fused:
    """Give what was not given before."""
    if until is None:
        return found._replace(findings=findings(found.rejected))
    new = pl.col("at") > until
    rejected = found.rejected.filter(new)
    return Fused(found.fixes.filter(new), rejected, findings(rejected))
