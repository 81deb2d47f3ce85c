"""In which formats the dates of a column are written; day or month first is never guessed."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from tanlu.monitor import values
from tanlu.terms import time

__all__ = ["Dates", "formats_of"]

CLOCKS = {
    "": "", " %H:%M": r" \d{1,2}:\d\d", " %H:%M:%S": r" \d{1,2}:\d\d:\d\d",
    " %I:%M %p": r" \d{1,2}:\d\d [AaPp][Mm]", " %I:%M:%S %p": r" \d{1,2}:\d\d:\d\d [AaPp][Mm]",
}  # fmt: skip
CLEAR = (
    *time.FORMATS[:-1],  # a year alone would read any four figures
    "%Y.%m.%d %H:%M", "%Y.%m.%d %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日%H:%M",
    "%Y%m%d%H%M%S", "%Y%m%d %H:%M", "%Y%m%d %H:%M:%S",
    *(f"{day}{clock}" for clock in ("", " %H:%M", " %H:%M:%S") for day in (
        "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d/%b/%Y",
    )),
)  # fmt: skip
# figures that can be read with the day, the month or the year first, by their shape
FAMILIES = tuple(
    (rf"^\d{{1,2}}[{sign}]\d{{1,2}}[{sign}]{year}{shape}$", tuple(f"{f}{clock}" for f in forms))
    for sign in "/.-"
    for clock, shape in CLOCKS.items()
    for year, forms in (
        (r"\d{4}", (f"%d{sign}%m{sign}%Y", f"%m{sign}%d{sign}%Y")),
        (r"\d{1,2}", (f"%d{sign}%m{sign}%y", f"%m{sign}%d{sign}%y", f"%y{sign}%m{sign}%d")),
    )
)
SERIAL = r"^[34]\d{4}(\.\d+)?$"
MANY = 5_000


class Dates(NamedTuple):
    """Formats that read a column; ``choices`` when a person must say; a value that none reads."""

    formats: tuple[str, ...]
    choices: tuple[str, ...] = ()
    unread: str | None = None
    serial: bool = False


def formats_of(column: pl.Series) -> Dates:
    """Give the formats of a column of texts; columns of dates need none."""
    if column.dtype != pl.String:
        return Dates(())
    left = column.drop_nulls().str.strip_chars().unique(maintain_order=True).head(MANY)
    left = left.filter(left.str.contains(r"\d"))
    formats: list[str] = []
    for form in CLEAR:
        before, left = left.len(), _unread(left, form)
        formats += [form] if left.len() < before else []
    for shape, forms in FAMILIES:
        mine = left.filter(left.str.contains(shape))
        if mine.is_empty():
            continue
        fitting = [form for form in forms if _unread(mine, form).is_empty()]
        if len(fitting) != 1:
            return Dates(tuple(formats), tuple(fitting or forms), str(mine[0]))
        formats += fitting
        left = left.filter(~left.str.contains(shape))
    # a few odd values among readable ones are the business of quarantine
    if left.is_empty() or formats:
        return Dates(tuple(formats))
    return Dates((), unread=str(left[0]), serial=bool(left.str.contains(SERIAL).all()))


def _unread(column: pl.Series, form: str) -> pl.Series:
    """Give what a format does not read."""
    if column.is_empty():
        return column
    return column.filter(values.times(column, (form,), time.ZONE, iso=False).start.is_null())
