"""Scope and category follow from the rules, and every category can be reached."""

from __future__ import annotations

import pytest

from tanlu.report.organisation.scopes import (
    CATEGORIES,
    DIRECT,
    INDIRECT,
    RELATIONS,
    place,
    rules,
)
from tanlu.terms import kinds

BOUNDARIES = ("ttw", "wtt", "generation", "upstream", "t_and_d", "cradle_gate", "disposal", "wtw")


@pytest.mark.parametrize(
    ("relation", "kind", "carrier", "boundary", "expected"),
    [
        # research of the standards: own trucks scope 1, ISO 1; their fuel's upstream cat 3, ISO 4
        ("operates", "transport.road", "diesel", "ttw", (1, None, 1)),
        ("operates", "transport.road", "diesel", "wtt", (3, 3, 4)),
        ("operates", "energy.fuel", "natural_gas", "ttw", (1, None, 1)),
        ("operates", "energy.fuel", "natural_gas", "wtt", (3, 3, 4)),
        ("operates", "transport.road", "electricity", "generation", (2, None, 2)),
        ("operates", "transport.road", "electricity", "upstream", (3, 3, 4)),
        # where generation and upstream are one row it is scope 2
        ("operates", "energy.electricity", "electricity", "wtt", (2, None, 2)),
        ("operates", "energy.electricity", "electricity", "generation", (2, None, 2)),
        ("operates", "energy.electricity", "electricity", "upstream", (3, 3, 4)),
        ("operates", "energy.heat", None, "ttw", (2, None, 2)),
        ("operates", "hub.parcel", "electricity", "generation", (2, None, 2)),
        ("operates", "refrigerant.leak", "R-410A", "ttw", (1, None, 1)),
        ("operates", "process.urea", None, "ttw", (1, None, 1)),
        ("operates", "ict.server", "electricity", "generation", (2, None, 2)),
        ("pays", "ict.server", "electricity", "generation", (3, 1, 4)),
        ("pays", "transport.road", "diesel", "ttw", (3, 4, 3)),
        ("pays", "transport.rail", "electricity", "generation", (3, 4, 3)),
        ("sends", "transport.road", "diesel", "ttw", (3, 9, 3)),
        ("receives", "transport.sea", "hfo", "wtt", (3, 4, 3)),
        ("buys", "packaging.carton", None, "cradle_gate", (3, 1, 4)),
        ("buys", "goods.capital", None, "cradle_gate", (3, 2, 4)),
        ("capitalises", "goods.material", None, "cradle_gate", (3, 2, 4)),
        ("buys", "waste.landfill", None, "disposal", (3, 5, 4)),
        ("buys", "site.water", None, "cradle_gate", (3, 1, 4)),
        ("buys", "site.wastewater", None, "disposal", (3, 5, 4)),
        ("buys", "travel.air", None, "wtw", (3, 6, 3)),
        ("buys", "travel.commute", None, "ttw", (3, 7, 3)),
        ("sells", "product.use", None, "use", (3, 11, 5)),
        ("sells", "product.end_of_life", None, "disposal", (3, 12, 5)),
        ("lease_in", "energy.electricity", "electricity", "generation", (3, 8, 4)),
        ("processor", "energy.fuel", "diesel", "ttw", (3, 10, 5)),
        ("lease_out", "energy.fuel", "diesel", "ttw", (3, 13, 5)),
        ("franchise", "energy.fuel", "diesel", "ttw", (3, 14, 5)),
        ("investee", "energy.fuel", "diesel", "ttw", (3, 15, 5)),
    ],
)  # fmt: skip
def test_a_flow_stands_where_the_standards_put_it(
    relation: str, kind: str, carrier: str | None, boundary: str, expected: tuple[int, ...]
) -> None:
    found = place(relation, kind, carrier, boundary)

    assert found is not None
    assert found[:3] == expected


@pytest.mark.parametrize("relation", INDIRECT)
def test_what_is_not_consolidated_counts_with_its_scopes_1_and_2_only(relation: str) -> None:
    assert place(relation, "energy.fuel", "diesel", "wtt") is None
    assert place(relation, "packaging.carton", None, "cradle_gate") is None


def test_all_fifteen_categories_and_scopes_can_be_reached() -> None:
    found = {
        (spot.scope, spot.category)
        for relation in RELATIONS
        for kind in kinds.leaves()
        for carrier in (None, "electricity")
        for boundary in BOUNDARIES
        if (spot := place(relation, kind, carrier, boundary))
    }

    assert found == {(1, None), (2, None), *((3, number) for number in CATEGORIES)}


def test_every_kind_has_a_place_for_who_does_it_buys_it_or_sells_it() -> None:
    without = [
        (kind, boundary)
        for kind in kinds.leaves()
        for boundary in BOUNDARIES
        if not any(place(each, kind, None, boundary) for each in ("operates", "buys", "sells"))
    ]

    assert without == []


def test_the_rules_name_their_clause_and_do_not_contradict_each_other() -> None:
    told = [(r.relation, r.kind, r.carrier, r.boundary) for r in rules()]

    assert len(told) == len(set(told))
    assert [rule for rule in rules() if not rule.clause] == []
    # a category is of scope 3 and of scope 3 only
    assert [r for r in rules() if (r.category is None) != (r.scope in DIRECT)] == []
