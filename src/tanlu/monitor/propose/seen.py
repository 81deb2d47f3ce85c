"""What a file shows of each of its columns: samples, what it may be, and what a person must say."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import polars as pl

from tanlu.monitor import values
from tanlu.monitor.propose.columns import Found, recognise, repeated, settled, sureness
from tanlu.monitor.propose.dates import formats_of
from tanlu.monitor.propose.words import headers, meanings, simplified
from tanlu.monitor.read import bodies, sniff
from tanlu.monitor.rules import QUANTITIES, TIMES
from tanlu.terms import kinds, units

__all__ = ["Seen", "fields", "meanings_of", "seen", "units_of"]

SAMPLES = 4
MOST_WORDS = 40
MAPPED = ("kind", "energy_carrier", "temperature_class", "distance_type", "vehicle_class")
LONG = 60


class Seen(NamedTuple):
    """A column: some of its values, what it is proposed to be and how sure that is.

    ``unit`` is the one that the header declares; ``choices`` are those that it may mean;
    ``formats`` are the ways to read an ambiguous date; ``words`` have what each is known to mean,
    empty where a person must say.
    """

    column: str
    samples: tuple[str, ...]
    field: str
    sure: str
    unit: str
    choices: str
    formats: tuple[str, ...]
    words: dict[str, str]


def seen(path: str | Path, given: dict[str, str] | None = None) -> tuple[Seen, ...]:
    """Give every column of a file; ``given`` says what a person took a column for.

    Raises
    ------
    TanluError
        TL301 when the file cannot be read.
    """
    dialect = sniff(Path(path))
    body = next(bodies(Path(path), dialect), None)
    kept = dict.fromkeys(dialect.columns, pl.String)
    rows = body.rows if body is not None else pl.DataFrame(schema=kept)
    found = {each.column: settled(each, rows[each.column]) for each in recognise(dialect.columns)}
    if given is None:
        _renamed(found, rows)
    return tuple(_seen(name, rows[name], found.get(name), given) for name in dialect.columns)


def _renamed(found: dict[str, Found], rows: pl.DataFrame) -> None:
    """Take what repeats for the number of a shipment, if nothing else is; it names no row."""
    fields = {each.field for each in found.values()}
    for column, each in found.items():
        if each.field == "activity_id" and repeated(rows, column) is not None:
            found[column] = each._replace(field="" if "shipment" in fields else "shipment")


def _seen(name: str, column: pl.Series, found: Found | None, given: dict[str, str] | None) -> Seen:
    field = found.field if found else ""
    sure = sureness(found) if found and field else ""
    if given is not None and given.get(name, field) != field:
        field, sure = given.get(name, ""), "said"
    formats: tuple[str, ...] = ()
    if field in TIMES:
        dates = formats_of(column)
        formats = dates.choices or (("%Y-%m-%d",) if dates.unread is not None else ())
    told = column.cast(pl.String, strict=False).drop_nulls()
    samples = told.unique(maintain_order=True).head(SAMPLES).to_list()
    return Seen(
        name, tuple(each[:LONG] for each in samples), field, sure,
        (found.unit or "") if found and found.field == field else "",
        found.choices if found and found.field == field else "",
        formats, _words(field, column),
    )  # fmt: skip


def _words(field: str, column: pl.Series) -> dict[str, str]:
    if field not in MAPPED[:-1]:
        return {}
    known = meanings(field)
    counted = values.tidy(column).drop_nulls().value_counts(sort=True)
    words = [str(word) for word in counted[counted.columns[0]].head(MOST_WORDS)]
    return {word: known.get(simplified(values.normal(word)), "") for word in words}


def fields() -> tuple[str, ...]:
    """Give what a column may be, in the order of the table of headers."""
    return tuple(dict.fromkeys(field for field, *_ in headers()))


def units_of(field: str) -> tuple[str, ...]:
    """Give the units that a column of a field may be in; none where it has none."""
    wanted = QUANTITIES.get(field)
    return tuple(
        name for name, each in units.units().items()
        if wanted and each.dimension.partition(".")[0] == wanted
    )  # fmt: skip


def meanings_of(field: str) -> tuple[str, ...]:
    """Give what a word of a column of a field may mean."""
    return kinds.leaves() if field == "kind" else tuple(dict.fromkeys(meanings(field).values()))
