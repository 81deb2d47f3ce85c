"""What is kept: sums of a table by some keys, or rows that another table lacks; told by a hash."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ROWS", "Cube", "Lack"]

# how many rows a cell sums: a cell of none is not there
ROWS = "rows"
TYPE = "tanlu/cube/v1"


@dataclass(frozen=True, eq=False, slots=True)
class Cube:
    """Sums of the rows of a table by keys; each is a named expression of one row.

    Only sums of integers can be taken back, so there is no least, no largest and no mean. ``where``
    leaves rows out.
    """

    name: str
    table: str
    keys: tuple[pl.Expr, ...]
    sums: tuple[pl.Expr, ...] = ()
    where: pl.Expr | None = None

    @property
    def shape(self) -> str:
        """Hash of what is summed, in this version of Polars: another one may cut time elsewhere."""
        last = () if self.where is None else (self.where,)
        return _hash((self.name, self.table), (self.keys, self.sums, last))

    @property
    def tables(self) -> tuple[str, ...]:
        """The table whose rows it sums."""
        return (self.table,)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that it needs of a row."""
        every = (*self.keys, *self.sums, *(() if self.where is None else (self.where,)))
        return tuple(sorted({name for each in every for name in each.meta.root_names()}))

    def of(self, rows: pl.LazyFrame, *, sign: int = 1) -> pl.DataFrame:
        """Give the cells of some rows; with the sign -1 what they take from a sum."""
        import polars as pl

        if self.where is not None:
            rows = rows.filter(self.where)
        wide = [each.cast(pl.Int128).sum() * sign for each in self.sums]
        count = (pl.len().cast(pl.Int64) * sign).alias(ROWS)
        return rows.group_by(*self.keys).agg(*wide, count).collect(engine="streaming")

    def netted(self, layers: list[pl.DataFrame], where: pl.Expr | None = None) -> pl.DataFrame:
        """Give the cells of several layers as one, without those that hold nothing."""
        import polars as pl

        kept = [each if where is None else each.filter(where) for each in layers]
        if len(kept) == 1:
            return kept[0]
        names = [each.meta.output_name() for each in self.keys]
        rest = [name for name in kept[0].columns if name not in names]
        summed = pl.concat(kept).lazy().group_by(names).agg(pl.col(rest).sum())
        # a row that took another's place leaves no count behind, but what it adds
        return summed.filter(pl.any_horizontal(pl.col(rest) != 0)).collect(engine="streaming")


@dataclass(frozen=True, eq=False, slots=True)
class Lack:
    """Rows of a table whose ``key`` stands in none of the ``columns`` of ``other``.

    ``keys`` are kept of each row, beside its key; ``where`` tells which rows of ``other`` count.
    """

    name: str
    table: str
    key: str
    other: str
    columns: tuple[str, ...]
    keys: tuple[pl.Expr, ...]
    where: pl.Expr

    @property
    def shape(self) -> str:
        """Hash of what is kept, in this version of Polars."""
        names = (self.name, self.table, self.key, self.other, *self.columns)
        return _hash(names, (self.keys, (self.where,)))

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables whose rows it compares."""
        return (self.table, self.other)

    @property
    def needed(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Columns that it needs of a row of each table."""
        own = {self.key, *(name for each in self.keys for name in each.meta.root_names())}
        return tuple(sorted(own)), tuple(sorted({*self.columns, *self.where.meta.root_names()}))

    def netted(self, layers: list[pl.DataFrame], where: pl.Expr | None = None) -> pl.DataFrame:
        """Give the rows, of which there is one layer."""
        return layers[0] if where is None else layers[0].filter(where)

    def of(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Give what is kept of rows of the table."""
        return rows.select(self.key, *self.keys)

    def named(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Give the keys that stand in rows of the other table that count; some more than once."""
        import polars as pl

        counting = rows.filter(self.where)
        ids = [counting.select(pl.col(name).alias(self.key)) for name in self.columns]
        return pl.concat(ids).drop_nulls()


def _hash(names: tuple[str, ...], parts: tuple[tuple[pl.Expr, ...], ...]) -> str:
    import polars as pl

    held = sha256("\n".join((TYPE, pl.__version__, *names)).encode())
    for part in parts:
        held.update(b"\n")
        for each in part:
            held.update(sha256(each.meta.serialize()).digest())
    return held.hexdigest()
