"""What is asked for: from where to where, how heavy, which options; places by a table in memory."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.serve.quotes.options import Option
from tanlu.terms.place import cities, locate, provinces

__all__ = ["MOST_G", "Asking", "Place", "place", "placed", "regions"]

# heavier than this nothing is a parcel [g]
MOST_G = 100_000
# longer than this no name of a place is
MOST_LETTERS = 60
NAMES = ("code", "name", "name_zh")
CHECKED = 4096


class Place(NamedTuple):
    """A place that is known: where, in which region, and what it is called."""

    code: str
    region: str
    country: str
    lat_e7: int
    lon_e7: int
    name: str
    name_zh: str


class Asking(NamedTuple):
    """One question at the checkout."""

    origin: Place
    destination: Place
    mass_g: int
    options: tuple[Option, ...]
    merchant: str | None = None


def place(name: str) -> Place:
    """Give the place that a name or code of a region or city means.

    Only what the table in memory has is found, in a microsecond: a checkout does not wait, and who
    sends many names costs nothing.

    Raises
    ------
    TanluError
        TL945 for another name.
    """
    found = placed().get(_plain(name)) if len(name) <= MOST_LETTERS else None
    if found is None:
        raise TanluError("TL945", value=name[:MOST_LETTERS])
    return found


@cache
def placed() -> dict[str, Place]:
    """Give all regions and cities by each of their names; what is ambiguous is not there."""
    known = [
        text
        for table in (provinces(), cities())
        for name in NAMES if name in table.columns
        for text in table[name].drop_nulls().to_list()
    ]  # fmt: skip
    texts = pl.Series("text", list(dict.fromkeys(map(str, known))), dtype=pl.String)
    wanted = ("code", "region", "country", "lat_e7", "lon_e7", "name", "name_zh")
    rows = locate(texts, kinds=["region", "city"]).with_columns(texts.alias("text"))
    return {
        _plain(text): Place(code, region or country, country, lat, lon, name, name_zh or name)
        for text, code, region, country, lat, lon, name, name_zh in rows.select(
            "text", *wanted
        ).iter_rows()
        if code is not None and lat is not None
    }


def regions(codes: pl.Series) -> dict[str, str]:
    """Give the region, else the country, of each code of a ledger that means a place."""
    given = codes.drop_nulls().unique()
    if given.is_empty():
        return {}
    rows = locate(given).with_columns(given.alias("text"))
    told = pl.coalesce("region", "country").alias("at")
    return {text: at for text, at in rows.select("text", told).iter_rows() if at is not None}


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
