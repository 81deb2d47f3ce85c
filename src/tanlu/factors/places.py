"""The chain of places from the narrow to the wide: CN-GD → CN-GRID-SOUTH → CN → GLO."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

WORLD = "GLO"

# Provinces by regional grid: MEE notice 2024 no. 12, annex, note on the seven regions.
GRIDS = {
    "CN-GRID-NORTH": "BJ TJ HE SX NM SD",
    "CN-GRID-NORTHEAST": "LN JL HL",
    "CN-GRID-EAST": "SH JS ZJ AH FJ",
    "CN-GRID-CENTRAL": "JX HA HB HN",
    "CN-GRID-NORTHWEST": "SN GS QH NX XJ",
    "CN-GRID-SOUTH": "GD GX HI GZ YN",
    "CN-GRID-SOUTHWEST": "CQ SC XZ",
}

# Hong Kong, Macao and Taiwan have electricity values of their own under their ISO 3166-1 codes.
OWN = {"CN-HK": "HK", "CN-MO": "MO", "CN-TW": "TW"}

_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?|[A-Z]{2}-GRID-[A-Z0-9]+|GLO")
_PORT = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")


@cache
def chain(place: str | None) -> tuple[str, ...]:
    """Give the places whose factors hold for a place, the nearest first; null is the world."""
    if place is None or place == WORLD:
        return (WORLD,)
    if place in OWN:
        return (place, OWN[place], WORLD)
    country, _, rest = place.partition("-")
    if not rest:
        return (place, WORLD)
    grid = next(
        (name for name, held in GRIDS.items() if country == "CN" and rest in held.split()), ""
    )
    return tuple(each for each in (place, grid, country, WORLD) if each)


@cache
def region(code: str | None, *, ports: bool = False) -> str | None:
    """Give the ISO 3166 code that a place code tells, or null.

    ``CN-GD`` and ``DE`` stay. A UN/LOCODE tells where it lies: ``CNSHA`` is in ``CN-SH``, and what
    lies outside China in its country, as only China's factors differ by region. With ``ports`` a
    code that has the form of a UN/LOCODE and is in no table tells its first two letters; without,
    it is the code of a site and tells nothing, as an IATA code does.
    """
    import polars as pl

    found: str | None = regions(pl.Series([code], dtype=pl.String), ports=ports)[0]
    return found


def regions(codes: pl.Series, *, ports: bool = False) -> pl.Series:
    """Give ``region`` of a column of codes; each distinct code is asked once."""
    import polars as pl

    distinct = codes.unique().drop_nulls()
    plain = {code: code for code in distinct if _CODE.fullmatch(code)}
    asked = [code for code in distinct if _PORT.fullmatch(code)]
    told = plain | _located(asked, ports=ports)
    return codes.replace_strict(
        list(told), list(told.values()), default=None, return_dtype=pl.String
    )


def _located(codes: list[str], *, ports: bool) -> dict[str, str | None]:
    """Give the region or country of codes in the form of a UN/LOCODE."""
    import polars as pl

    from tanlu.terms.place import locate

    if not codes:
        return {}
    found = locate(pl.Series(codes), kinds=("port", "rail", "icd", "point"))
    china = pl.when(pl.col("region").str.starts_with("CN-")).then("region")
    known = found.select(pl.coalesce(china, "country")).to_series()
    return {
        code: place or (code[:2] if ports else None)
        for code, place in zip(codes, known, strict=True)
    }
