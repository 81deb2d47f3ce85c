"""Scope and category of an emission, from data: ``scopes.csv`` names each rule's clause.

Nothing of this is stored in a ledger: one haul is scope 1 of the carrier and category 4 of the one
who pays, so it follows from the boundary at the time of reporting. The six categories of ISO
14064-1:2018 stand there as commonly told, the text of its annex was not at hand: *assumption*.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import NamedTuple

__all__ = ["CATEGORIES", "ISO_CATEGORIES", "RELATIONS", "Place", "Rule", "place", "rules"]

CATEGORIES = tuple(range(1, 16))
ISO_CATEGORIES = tuple(range(1, 7))
# what a party can be to an activity, and what an entity that is not consolidated is to the group
RELATIONS = (
    "operates", "pays", "sends", "receives", "buys", "capitalises", "sells",
    "lease_in", "processor", "lease_out", "franchise", "investee",
)  # fmt: skip
INDIRECT = RELATIONS[7:]
DIRECT = (1, 2)


class Rule(NamedTuple):
    """One line of ``scopes.csv``; an empty text fits all."""

    version: int
    relation: str
    kind: str
    carrier: str
    boundary: str
    scope: int
    category: int | None
    iso_category: int
    clause: str

    def fits(self, relation: str, kind: str, carrier: str, boundary: str) -> bool:
        """Tell whether the rule is about this."""
        inside = not self.kind or kind == self.kind or kind.startswith(f"{self.kind}.")
        same = self.carrier in ("", carrier) and self.boundary in ("", boundary)
        return relation == self.relation and inside and same

    @property
    def rank(self) -> tuple[int, bool, bool]:
        """How much the rule says: the longest kind, then carrier, then boundary."""
        return len(self.kind), bool(self.carrier), bool(self.boundary)


class Place(NamedTuple):
    """Where an emission stands: scope, category of the GHG Protocol, category of ISO 14064-1."""

    scope: int
    category: int | None
    iso_category: int
    clause: str


@cache
def rules() -> tuple[Rule, ...]:
    """Give every rule, the most telling first."""
    text = resources.files("tanlu.report.organisation").joinpath("scopes.csv")
    lines = csv.DictReader(text.read_text(encoding="utf-8").splitlines())
    found = [
        Rule(
            int(row["version"]), row["relation"], row["kind"], row["carrier"], row["boundary"],
            int(row["scope"]), int(row["category"]) if row["category"] else None,
            int(row["iso_category"]), row["clause"],
        )
        for row in lines
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda rule: rule.rank, reverse=True))


@cache
def place(relation: str, kind: str, carrier: str | None, boundary: str) -> Place | None:
    """Give where an emission stands, None where no rule knows it.

    Parameters
    ----------
    relation
        Of `RELATIONS`. What is not consolidated counts with its scopes 1 and 2 only (the minimum
        boundary of categories 8, 10, 13, 14 and 15), its scope 3 stays outside.
    kind, carrier, boundary
        Of the emission.
    """
    if relation in INDIRECT:
        direct = place("operates", kind, carrier, boundary)
        if direct is None or direct.scope not in DIRECT:
            return None
    fitting = (rule for rule in rules() if rule.fits(relation, kind, carrier or "", boundary))
    rule = next(fitting, None)
    if rule is None:
        return None
    return Place(rule.scope, rule.category, rule.iso_category, rule.clause)
