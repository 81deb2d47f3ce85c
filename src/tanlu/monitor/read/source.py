"""A file of any format as a stream of bodies: columns of cells, and the lines that are broken."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl

from tanlu.monitor.read import parquet
from tanlu.monitor.read.cells import BROKEN, cut
from tanlu.monitor.read.dialect import Dialect
from tanlu.monitor.read.lines import Lines, blocks
from tanlu.monitor.read.workbook import Book, failures

__all__ = ["ROWS", "Body", "bodies"]

ROWS = 65_536  # rows of a body: enough for columns to pay, little enough for memory
BYTES = 1 << 26


class Body(NamedTuple):
    """Some rows of a file.

    ``rows`` has the file's columns and ``_line``; ``broken`` has ``_line, code, value, text`` of
    lines that could not be cut into cells.
    """

    rows: pl.DataFrame
    broken: pl.DataFrame

    @property
    def height(self) -> int:
        """How many rows came in, sound and broken."""
        return self.rows.height + self.broken.height


def bodies(
    path: Path, dialect: Dialect, size: int = ROWS, wanted: Collection[str] | None = None
) -> Iterator[Body]:
    """Give the rows of a file in order; the same file gives the same bodies each time.

    The error of a formula breaks its row only in a column that is ``wanted``, or in any if not
    said.
    """
    if dialect.format == "parquet":
        for rows in parquet.slices(path, dialect.rows or 0, size, dialect.columns):
            yield Body(rows, pl.DataFrame(schema=BROKEN))
    elif dialect.format == "xlsx":
        yield from _sheet(path, dialect, size, wanted)
    else:
        yield from _even(_text(path, dialect), size)


def _sheet(
    path: Path, dialect: Dialect, size: int, wanted: Collection[str] | None
) -> Iterator[Body]:
    whole = Book(path).frame(str(dialect.sheet))
    cells = whole.columns[1:]
    whole = whole.rename(dict(zip(cells, dialect.columns, strict=True)))
    names = list(dialect.columns)
    full = pl.any_horizontal(pl.col(name).is_not_null() for name in names)
    minded = [at for at, name in enumerate(names) if wanted is None or name in wanted]
    wrong = failures(path, str(dialect.sheet)).filter(pl.col("place").is_in(minded))
    rows = whole.filter(pl.col("_line") > dialect.header_line).filter(
        full | pl.col("_line").is_in(wrong["_line"].implode())
    )
    for start in range(0, rows.height, size):
        yield _without_failures(rows.slice(start, size), names, wrong)


def _without_failures(rows: pl.DataFrame, names: list[str], wrong: pl.DataFrame) -> Body:
    """Take out rows with the error of a formula in a cell; the row is told with that cell."""
    here = wrong.filter(pl.col("_line").is_in(rows["_line"].implode()))
    if here.is_empty():
        return Body(rows, pl.DataFrame(schema=BROKEN))
    said = here.group_by("_line", maintain_order=True).agg(
        pl.concat_str(
            pl.col("place").replace_strict(list(range(len(names))), names), pl.lit(" "), "error"
        )
        .str.join("; ")
        .alias("value")
    )
    text = pl.struct(names).struct.json_encode()
    broken = rows.join(said, on="_line", how="inner").select(
        "_line", pl.lit("TL310").alias("code"), "value", text.alias("text")
    )
    return Body(rows.join(said, on="_line", how="anti", maintain_order="left"), broken)


def _text(path: Path, dialect: Dialect) -> Iterator[Body]:
    assert dialect.delimiter is not None
    assert dialect.quote is not None
    rest = b""
    for lines, last in _marked(blocks(path, dialect)):
        block = lines
        if rest and not lines.cut:
            kept = rest.count(b"\n")
            block = Lines(rest + lines.data, lines.first - kept, lines.height + kept)
        elif rest:
            kept = rest.count(b"\n")
            held = Lines(rest, lines.first - kept, kept)
            yield _body(held, dialect, last=True)[0]
        body, rest = _body(block, dialect, last=last)
        yield body


def _body(lines: Lines, dialect: Dialect, *, last: bool) -> tuple[Body, bytes]:
    done = cut(
        lines,
        dialect.columns,
        dialect.delimiter or ",",
        dialect.quote or '"',
        last=last,
        skip=dialect.header_line,
    )
    return Body(done.rows, done.broken), done.rest


def _marked(stream: Iterator[Lines]) -> Iterator[tuple[Lines, bool]]:
    """Give each block with whether it is the last."""
    before = next(stream, None)
    while before is not None:
        after = next(stream, None)
        yield before, after is None
        before = after


def _even(stream: Iterator[Body], size: int) -> Iterator[Body]:
    """Cut and join bodies to ``size`` rows, or less where rows are very wide."""
    held: list[Body] = []
    height = weight = 0
    for body in stream:
        held.append(body)
        height += body.height
        weight += int(body.rows.estimated_size()) + int(body.broken.estimated_size())
        if height >= size or weight >= BYTES:
            whole = _together(held)
            *full, tail = _slices(whole, size)
            yield from full
            # a wide body goes out as it is
            held = [tail] if weight < BYTES else []
            if weight >= BYTES:
                yield tail
            height = sum(each.height for each in held)
            weight = sum(int(each.rows.estimated_size()) for each in held)
    if height:
        yield from _slices(_together(held), size)


def _together(held: list[Body]) -> Body:
    return Body(pl.concat([b.rows for b in held]), pl.concat([b.broken for b in held]))


def _slices(body: Body, size: int) -> Iterator[Body]:
    if body.broken.is_empty():
        for start in range(0, body.height, size):
            yield Body(body.rows.slice(start, size), body.broken)
        return
    lines = pl.concat([body.rows["_line"], body.broken["_line"]]).sort()
    for start in range(0, body.height, size):
        part = lines.slice(start, size)
        here = pl.col("_line").is_between(part[0], part[-1])
        yield Body(body.rows.filter(here), body.broken.filter(here))
