"""The closed taxonomy of what has a factor: leaves in both tongues, each a kind with one facet.

A factor or an activity belongs to the leaf of its kind whose facet value is the longest beginning
of its own (``truck.rigid`` for ``truck.rigid.7t5``), and to no other.
"""

from __future__ import annotations

import csv
import difflib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FACETS", "Leaf", "asked", "families", "leaf_of", "taxonomy", "vocabulary", "within"]

# the facets by which a factor is told from another of its kind
FACETS = ("vehicle_class", "energy_carrier", "temperature_class", "technology", "material")


class Leaf(NamedTuple):
    """One leaf: a kind, alone or with the value that one facet begins with."""

    name: str
    kind: str
    facet: str
    value: str
    en: str
    zh: str

    def holds(self, kind: str, facets: Mapping[str, str | None]) -> bool:
        """Tell whether something of this kind and these facets belongs under the leaf."""
        told = facets.get(self.facet) or ""
        # a variety of an engine or a fuel goes on with an underscore: lng_otto_ms is lng
        return self.kind == kind and (
            not self.facet or within(told, self.value) or told.startswith(f"{self.value}_")
        )


def within(value: str, family: str) -> bool:
    """Tell whether a dotted value is the family or one of its members."""
    return value == family or value.startswith(f"{family}.")


def families(value: str) -> tuple[str, ...]:
    """Give a dotted value with the families above it, the nearest first, last the empty one."""
    parts = value.split(".") if value else []
    return (*(".".join(parts[:end]) for end in range(len(parts), 0, -1)), "")


@cache
def taxonomy() -> dict[str, Leaf]:
    """Give every leaf by name, in the order of ``taxonomy.csv``."""
    text = resources.files("tanlu.terms").joinpath("taxonomy.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["leaf"]: Leaf(*(row[name] for name in ("leaf", "kind", "facet", "value", "en", "zh")))
        for row in rows
    }


def leaf_of(kind: str, facets: Mapping[str, str | None]) -> Leaf | None:
    """Give the leaf of a kind with its facets, or nothing when it has none."""
    held = [leaf for leaf in _by_kind().get(kind, ()) if leaf.holds(kind, facets)]
    return max(held, key=lambda leaf: len(leaf.value), default=None)


def asked(name: str) -> tuple[str, dict[str, str]]:
    """Give the kind and the facets that a dotted name asks for.

    ``energy.fuel.diesel`` asks for kind ``energy.fuel`` with carrier ``diesel``, and
    ``transport.road.truck.artic.44t`` for kind ``transport.road`` with that class: a name may go
    on below a leaf.

    Raises
    ------
    TanluError
        TL115 for a name that is neither a kind nor under one, with the nearest.
    """
    kind = max((each for each in _by_kind() if within(name, each)), key=len, default="")
    if kind == name:
        return kind, {}
    told = name.removeprefix(f"{kind}.")
    for leaf in sorted(_by_kind().get(kind, ()), key=lambda each: -len(each.value)):
        if leaf.facet and within(told, leaf.value):
            return kind, {leaf.facet: told}
    names = [*taxonomy(), *_by_kind()]
    near = difflib.get_close_matches(name[:60], names, n=1, cutoff=0.3)
    nearest = near[0] if near else "transport.road"
    raise TanluError("TL115", value=name, table="taxonomy.csv", nearest=nearest)


@cache
def vocabulary() -> dict[str, dict[str, tuple[str, str]]]:
    """Give the closed values of every facet that has some, each with its words in en and zh."""
    text = resources.files("tanlu.terms").joinpath("facets.csv").read_text(encoding="utf-8")
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["facet"], {})[row["value"]] = (row["en"], row["zh"])
    return found


@cache
def _by_kind() -> dict[str, tuple[Leaf, ...]]:
    found: dict[str, list[Leaf]] = {}
    for leaf in taxonomy().values():
        found.setdefault(leaf.kind, []).append(leaf)
    return {kind: tuple(leaves) for kind, leaves in found.items()}
