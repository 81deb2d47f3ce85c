"""Tables as data: each schema is a CSV file that code, checks, documents and API all read."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Literal

from tanlu.errors import TanluError

if TYPE_CHECKING:
    import polars as pl

Type = Literal["int64", "float64", "string", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: what it holds, its unit and the clause behind it."""

    name: str
    type: Type
    unit: str
    required: bool
    group: str
    meaning: str
    meaning_zh: str
    reference: str


@dataclass(frozen=True, slots=True)
class Schema:
    """A table's columns in their fixed order."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        """Give one column by name; raise TL101 when the table has none such."""
        for column in self.columns:
            if column.name == name:
                return column
        raise TanluError("TL101", table=self.name, value=name, columns=", ".join(self.names))

    def dtypes(self) -> dict[str, Any]:
        """Give the Polars type of each column, in order."""
        import polars as pl

        types = {"int64": pl.Int64, "float64": pl.Float64, "string": pl.String, "date": pl.Date}
        return {column.name: types[column.type] for column in self.columns}

    def empty(self) -> pl.DataFrame:
        """Give a table of this schema without rows."""
        import polars as pl

        return pl.DataFrame(schema=self.dtypes())

    def fit(self, table: pl.DataFrame) -> pl.DataFrame:
        """Give the table with exactly this schema's columns in order, absent ones as null.

        Raises
        ------
        TanluError
            TL101 for a column that the schema does not know, TL102 for one of another type.
        """
        import polars as pl

        wanted = self.dtypes()
        for name, found in table.schema.items():
            if name not in wanted:
                raise TanluError("TL101", table=self.name, value=name, columns=", ".join(wanted))
            if found != wanted[name] and found != pl.Null:
                raise TanluError(
                    "TL102", table=self.name, column=name, value=found, wanted=wanted[name]
                )
        have = set(table.columns)
        return table.select(
            pl.col(name).cast(kind) if name in have else pl.lit(None, kind).alias(name)
            for name, kind in wanted.items()
        )

    def check(self, table: pl.DataFrame) -> pl.DataFrame:
        """Give the table unchanged if it is of this schema with every required value present.

        Raises
        ------
        TanluError
            TL101 or TL102 as `fit`, TL102 with value ``null`` for a missing required value.
        """
        fitted = self.fit(table)
        for name, found in zip_longest(fitted.columns, table.columns, fillvalue="absent"):
            if name != found:
                raise TanluError("TL102", table=self.name, column=name, value=found, wanted=name)
        for column in self.columns:
            if column.required and table[column.name].null_count():
                raise TanluError(
                    "TL102", table=self.name, column=column.name, value="null", wanted=column.type
                )
        return table


@cache
def schema(name: str) -> Schema:
    """Give the schema of a table: activity, emission, factor, resolved, quarantine, ….

    Raises
    ------
    TanluError
        TL101 when there is no such table.
    """
    place = resources.files("tanlu.terms").joinpath("schema")
    names = sorted(file.name[:-4] for file in place.iterdir() if file.name.endswith(".csv"))
    if name not in names:
        raise TanluError("TL101", table="schema", value=name, columns=", ".join(names))
    text = place.joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return Schema(name, tuple(_column(row) for row in csv.DictReader(text.splitlines())))


def _column(row: dict[str, str]) -> Column:
    return Column(
        name=row["column"],
        type=row["type"],  # type: ignore[arg-type]
        unit=row["unit"],
        required=row["required"] == "yes",
        group=row["group"],
        meaning=row["meaning"],
        meaning_zh=row["含义"],
        reference=row["reference"],
    )
