"""Each entity counts at one share under one approach, exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.organisation.group import boundary

from tanlu.report.organisation import parse
from tanlu.report.organisation.tree import decimal, standings


@pytest.mark.parametrize(
    ("approach", "expected"),
    [
        # GHG Protocol Corporate Standard chapter 3, table 1
        ("equity_share", {
            "mall": ("operates", 1), "express": ("operates", 1),
            "boxes": ("operates", Fraction(3, 5)), "associate": ("operates", Fraction(3, 10)),
            "hub": ("lease_in", 1),
        }),
        ("financial_control", {
            "mall": ("operates", 1), "express": ("operates", 1),
            "boxes": ("operates", Fraction(3, 5)), "associate": ("investee", Fraction(3, 10)),
            "hub": ("lease_in", 1),
        }),
        ("operational_control", {
            "mall": ("operates", 1), "express": ("operates", 1), "boxes": ("operates", 1),
            "associate": ("investee", Fraction(3, 10)), "hub": ("lease_in", 1),
        }),
    ],
)  # fmt: skip
def test_the_approach_decides_what_counts(approach: str, expected: dict[str, object]) -> None:
    found = standings(boundary(approach=approach))

    assert {name: (each.relation, each.share) for name, each in found.items()} == expected


@pytest.mark.parametrize(
    ("approach", "financial", "expected"),
    [
        # Corporate Standard appendix F: a finance lease is as owned, an operating lease is not
        ("equity_share", "true", ("operates", 1)), ("equity_share", "false", ("lease_in", 1)),
        ("financial_control", "true", ("operates", 1)),
        ("financial_control", "false", ("lease_in", 1)),
        ("operational_control", "false", ("operates", 1)),
    ],
)  # fmt: skip
def test_a_lease_counts_by_who_controls_or_finances_it(
    approach: str, financial: str, expected: tuple[str, int]
) -> None:
    text = f"""
name = "G"
approach = "{approach}"
[[entity]]
id = "a"
[[entity]]
id = "b"
parent = "a"
equity_percent = "0"
lease = "upstream"
financial_control = {financial}
"""
    found = standings(parse(text.encode()))["b"]

    assert (found.relation, found.share) == expected


def test_what_is_leased_out_is_category_13_where_the_lessee_operates_it() -> None:
    text = """
name = "G"
approach = "operational_control"
[[entity]]
id = "a"
[[entity]]
id = "b"
parent = "a"
equity_percent = "100"
lease = "downstream"
operational_control = false
"""
    assert standings(parse(text.encode()))["b"].relation == "lease_out"
    whole = standings(parse(text.encode(), approach="equity_share"))["b"]
    assert (whole.relation, whole.share) == ("operates", 1)


def test_what_an_associate_holds_is_not_the_groups_though_it_controls_it() -> None:
    found = standings(
        parse(
            b"""
name = "G"
approach = "operational_control"
[[entity]]
id = "a"
[[entity]]
id = "b"
parent = "a"
equity_percent = "30"
operational_control = false
[[entity]]
id = "c"
parent = "b"
equity_percent = "50"
"""
        )
    )

    assert (found["c"].relation, found["c"].share) == ("investee", Fraction(3, 20))


@given(st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=4))
def test_equity_through_the_tree_is_the_exact_product(percents: list[object]) -> None:
    text = 'name = "G"\napproach = "equity_share"\n[[entity]]\nid = "e0"\n'
    expected = Fraction(1)
    for step, percent in enumerate(percents, 1):
        text += (
            f'[[entity]]\nid = "e{step}"\nparent = "e{step - 1}"\nequity_percent = "{percent}"\n'
        )
        expected *= Fraction(percent) / 100  # type: ignore[arg-type]
    found = standings(parse(text.encode()))[f"e{len(percents)}"]

    assert found.equity == expected
    assert Fraction(decimal(found.equity)) == expected
    # nothing is consolidated through a share of nothing
    assert found.share == expected if found.relation == "operates" else found.share == 0


def test_shares_are_shown_as_decimals() -> None:
    assert [decimal(Fraction(n, d)) for n, d in ((1, 1), (0, 1), (3, 5), (1, 8))] == [
        "1", "0", "0.6", "0.125",
    ]  # fmt: skip
