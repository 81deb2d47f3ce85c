"""The words of foreign files in the words of the house: places, substances, units, spellings."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from fractions import Fraction
from functools import cache

from tanlu.errors import TanluError
from tanlu.factors.packs.load import classes
from tanlu.terms import gases, taxonomy, units
from tanlu.terms.place import countries, provinces

__all__ = [
    "canonical", "near_unit", "nearest", "place_of", "region_of", "substance_of", "vocabulary",
]  # fmt: skip

# units that a factor may be per, by what they measure
HOUSE: dict[str, tuple[str, ...]] = {
    "mass": ("kg", "t"),
    "distance": ("km",),
    "energy": ("MJ", "kWh", "GJ"),
    "volume": ("L", "m3"),
    "count": ("1",),
    "container": ("TEU",),
    "time": ("h",),
    "transport": ("t.km",),
    "container_transport": ("TEU.km",),
    "passenger_transport": ("p.km",),
}
# words of a denominator that are no units of an amount
PLAIN = {"m2.a": "m2.a", "GB": "GB", "item": "item", "1": "item", "room night": "item"}


@cache
def _places() -> dict[str, str]:
    found: dict[str, str] = {}
    for code, code3, *names in countries().select("code", "code3", "name", "name_zh").rows():
        for name in (code, code3, *names):
            found[name.casefold()] = code
    return found


def place_of(text: str | None, others: dict[str, str] | None = None) -> str | None:
    """Give the ISO 3166-1 code of a country by code or name; ``others`` are further spellings."""
    key = (text or "").strip().casefold()
    return (others or {}).get(key) or _places().get(key)


def substance_of(text: str | None) -> str | None:
    """Give the house's name of a gas, or the words themselves where it has none.

    ``CFC-11/R11 = trichlorofluoromethane`` and ``Perfluoroethane (PFC-116)`` name one thing twice.
    """
    if not text:
        return None
    bare = text.strip().rstrip("*").strip()
    inside = re.findall(r"\(([^)]+)\)", bare)
    for name in (bare, *inside, *re.split(r"\s*[=/]\s*", re.sub(r"\([^)]*\)", "", bare))):
        try:
            return gases.gas(name)
        except TanluError:
            continue
    return bare


def nearest(text: str | None, known: Iterable[str]) -> str:
    """Give the known word that is most like a text, else the first few of them."""
    words = [word for word in known if word]
    near = difflib.get_close_matches((text or "")[:80].casefold(), words, n=1, cutoff=0.3)
    return near[0] if near else ", ".join(words[:5])


def region_of(text: str | None) -> str | None:
    """Give the code of a country, a province, a grid of China or the globe, by code or name."""
    plain = (text or "").strip()
    return "GLO" if plain == "GLO" else place_of(plain) or _codes().get(plain.casefold())


@cache
def _codes() -> dict[str, str]:
    """Give what names a province, a state of another country or a grid, with its code."""
    found: dict[str, str] = {}
    table = provinces()
    for row in table.iter_rows(named=True):
        for name in ("code", "name", "name_zh"):
            found[str(row[name]).casefold()] = row["code"]
        if row["grid"]:
            found[row["grid"].casefold()] = row["grid"]
    return found


@cache
def vocabulary(facet: str) -> tuple[str, ...]:
    """Give the words of a facet, with the beginnings that name a family of them."""
    held = set(taxonomy.vocabulary().get(facet, ()))
    held |= {leaf.value for leaf in taxonomy.taxonomy().values() if leaf.facet == facet}
    if facet == "vehicle_class":
        held |= set(classes()["class"])
    return tuple(sorted(held))


def near_unit(text: str | None) -> str:
    """Give the unit that is most like a text."""
    return nearest(text, ["kWh", "MJ", "GJ", "t.km", "TEU.km", "p.km", "km", "kg", "t", "L", "m3",
                          "item", "CNY", "USD", "m2.a", "h"])  # fmt: skip


def canonical(text: str | None) -> tuple[str, Fraction] | None:
    """Give the house's unit for an amount and how many of it one is; nothing for no unit.

    ``mile`` is 1.609344 km, ``short ton`` 0.90718474 t, ``tonne-km`` 1 t.km and ``MWh`` 1000 kWh.
    """
    plain = (text or "").strip()
    if plain in PLAIN:
        return PLAIN[plain], Fraction(1)
    try:
        found = units.unit(plain)
    except TanluError:
        return None
    if found.dimension.startswith("money."):
        whole = units.unit(found.dimension.removeprefix("money."))
        return whole.name, units.convert(1, found, whole)
    held = HOUSE.get(found.dimension)
    if held is None:
        return None
    name = found.name if found.name in held else _nearer(found, held)
    name = "m3" if found.name == "ft3" else name  # gases are told per cubic metre
    return "item" if name == "1" else name, units.convert(1, found, name)


def _nearer(found: units.Unit, held: tuple[str, ...]) -> str:
    """Give the house's unit whose size is the nearest, so that numbers stay readable."""
    return min(held, key=lambda name: abs(math.log10(found.scale / units.unit(name).scale)))
