"""Greenhouse gases and their global warming potentials over 100 years, by assessment report.

``gas/gwp.csv`` is generated from a public-domain package, ``gas/added.csv`` holds what it lacks
with the source of each row, ``gas/blends.csv`` holds refrigerants by composition. The potential of
a blend is always computed, ``GWP = Σ wᵢ·GWPᵢ`` in exact fractions, and never stored.
"""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from fractions import Fraction
from functools import cache
from importlib import resources

from tanlu.errors import TanluError

__all__ = ["SETS", "blend", "gas", "gwp", "harms_ozone", "potential"]

SETS = ("SAR", "TAR", "AR4", "AR5", "AR6")


@cache
def gwp(gwp_set: str = "AR6") -> dict[str, float]:
    """Give the GWP-100 of every substance [kg CO2e / kg] that the set covers, blends included.

    Keys are ``CO2, CH4_fossil, CH4_bio, CH4`` (origin unknown), ``N2O, SF6, NF3``, refrigerants
    by ASHRAE 34 number (``R-134a``, ``R-404A``) and other species by IPCC name. A substance that
    a report does not list, or a blend with such a component, is absent: null is not zero.
    Treat the dict as frozen.

    Raises
    ------
    TanluError
        TL111 for an unknown set.
    """
    return {name: float(value) for name, value in _exact(_set(gwp_set)).items()}


def potential(name: str, gwp_set: str = "AR6") -> Fraction:
    """Give the exact GWP-100 of one substance [kg CO2e / kg] by any of its names.

    Raises
    ------
    TanluError
        TL111 for an unknown substance or set, or a substance that the set does not list.
    """
    table, found = _exact(_set(gwp_set)), gas(name)
    if found not in table:
        covering = [each for each in SETS if found in _exact(each)]
        raise TanluError(
            "TL111", value=f"{found} {gwp_set}", nearest=f"{found} {', '.join(covering)}"
        )
    return table[found]


def gas(text: str) -> str:
    """Give the one name of a substance: ``HFC-134a``, ``R134A`` and ``四氟乙烷`` are ``R-134a``.

    Raises
    ------
    TanluError
        TL111 for an unknown substance, with the nearest.
    """
    names = _names()
    key = _key(text)
    if key in names:
        return names[key]
    near = difflib.get_close_matches(key[:40], names, n=1, cutoff=0.3)
    raise TanluError("TL111", value=text, nearest=names[near[0]] if near else "R-134a")


def blend(name: str) -> dict[str, Fraction]:
    """Give the mass fractions of a refrigerant [kg/kg], summing to exactly 1.

    A pure substance is its own only component.

    Raises
    ------
    TanluError
        TL111 for an unknown substance.
    """
    found = gas(name)
    return _blends().get(found, {found: Fraction(1)})


def harms_ozone(name: str) -> bool:
    """Tell whether a substance holds a gas of the Montreal Protocol, reported apart from Kyoto's.

    Raises
    ------
    TanluError
        TL111 for an unknown substance.
    """
    families = {row["gas"]: row["family"] for row in _species()}
    return any(families[part] == "ods" for part in blend(name))


def _set(name: str) -> str:
    if name not in SETS:
        raise TanluError("TL111", value=name, nearest=", ".join(SETS))
    return name


@cache
def _exact(gwp_set: str) -> dict[str, Fraction]:
    table = {row["gas"]: Fraction(row[gwp_set]) for row in _species() if row[gwp_set]}
    for name, parts in _blends().items():
        if all(part in table for part in parts):
            table[name] = sum((share * table[part] for part, share in parts.items()), Fraction())
    return table


@cache
def _species() -> tuple[dict[str, str], ...]:
    return (*_rows("gwp.csv"), *_rows("added.csv"))


@cache
def _blends() -> dict[str, dict[str, Fraction]]:
    found = {}
    for row in _rows("blends.csv"):
        parts = (part.rsplit(":", 1) for part in row["composition"].split("|"))
        found[row["blend"]] = {name: Fraction(share) for name, share in parts}
    return found


@cache
def _names() -> dict[str, str]:
    """Give simplified spelling -> name; a name wins over an alias of another."""
    names = {
        _key(alias): row["gas"]
        for row in _rows("names.csv")
        for alias in row["aliases"].split("|")
        if alias
    }
    names |= {_key(row["gas"]): row["gas"] for row in _species()}
    return names | {_key(name): name for name in _blends()}


def _key(text: str) -> str:
    plain = re.sub(r"[\s\-_()]", "", unicodedata.normalize("NFKC", text)).casefold()
    return re.sub(r"^(hcfo|hcfc|hfo|hfc|cfc|pfc|r)(?=\d)", "r", plain)


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("tanlu.terms").joinpath("gas", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
