"""Every microgram stands in one place: under a scope or outside, whatever the approach."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report.organisation.group import GROUP, boundary, ledger, row

from tanlu.report.organisation import lines, parse
from tanlu.report.organisation.boundary import APPROACHES

PARTIES = (None, "MALL", "EXPRESS", "BOXES", "ASSOCIATE", "STRANGER", "NOBODY")
KINDS = (
    ("transport.road", "diesel", "ttw"), ("transport.road", "electricity", "generation"),
    ("energy.electricity", "electricity", "upstream"), ("energy.fuel", "lpg", "wtt"),
    ("packaging.carton", None, "cradle_gate"), ("waste.landfill", None, "disposal"),
    ("travel.air", None, "ttw"), ("product.use", None, "use"), ("hub.parcel", None, "ttw"),
)  # fmt: skip


def shown(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    names = ("entity", "relation", "scope", "category", "standing", "counted_ug",
             "eliminated_ug", "outside_ug", "share")  # fmt: skip
    return frame.select(names).rows()


def test_a_haul_inside_the_group_counts_once_and_the_other_line_is_shown() -> None:
    book = ledger([row(1, "transport.road", "ttw", 1001, operator="EXPRESS", payer="MALL")])

    assert shown(lines(book, boundary())) == [
        ("express", "operates", 1, None, "counted", 1001, 0, 0, "1"),
        ("mall", "pays", 3, 4, "eliminated", 0, 1001, 0, "1"),
    ]


def test_a_payer_counts_what_the_other_owners_of_the_carrier_do() -> None:
    book = ledger([row(1, "transport.road", "ttw", 1001, operator="BOXES", payer="MALL")])

    assert shown(lines(book, boundary(approach="equity_share"))) == [
        ("boxes", "operates", 1, None, "counted", 601, 0, 0, "0.6"),
        ("mall", "pays", 3, 4, "counted", 400, 0, 0, "0.4"),
        ("mall", "pays", 3, 4, "eliminated", 0, 601, 0, "1"),
    ]


TREE = """
name = "Tree"
approach = "{approach}"
[[entity]]
id = "root"
operators = ["root"]
"""
LEAF = """
[[entity]]
id = "{id}"
parent = "{parent}"
equity_percent = "{percent}"
financial_control = {financial}
operators = ["{id}"]
"""


def test_a_haul_inside_a_part_owned_branch_is_that_branchs_share_and_no_more() -> None:
    # the branch's own inventory holds the haul once; of that the group owns 60 %
    text = TREE.format(approach="equity_share") + "".join(
        LEAF.format(id=name, parent=above, percent=percent, financial="true")
        for name, above, percent in (("b", "root", "60"), ("a", "b", "100"))
    )
    book = ledger([row(1, "transport.road", "ttw", 1000, operator="a", payer="b")])

    assert shown(lines(book, parse(text.encode()))) == [
        ("a", "operates", 1, None, "counted", 600, 0, 0, "0.6"),
        ("b", "pays", 3, 4, "eliminated", 0, 600, 0, "0.6"),
        ("a", "operates", 0, None, "outside", 0, 0, 400, None),
    ]


@settings(max_examples=60, deadline=None)
@given(
    parents=st.lists(st.integers(0, 30), min_size=3, max_size=7),
    owned=st.lists(st.tuples(st.sampled_from(["100", "60", "33.3", "0.5"]),
                             st.sampled_from(["true", '"joint"'])), min_size=7, max_size=7),
    approach=st.sampled_from(APPROACHES),
    hauls=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 10**15)),
                   min_size=1, max_size=8),
)  # fmt: skip
def test_consolidating_step_by_step_is_consolidating_at_once(
    parents: list[int],
    owned: list[tuple[str, str]],
    approach: str,
    hauls: list[tuple[int, int, int]],
) -> None:
    names = ["root", *(f"e{number}" for number in range(len(parents)))]
    above = {name: names[: k + 1][parents[k] % (k + 1)] for k, name in enumerate(names[1:])}
    own = {
        name: Fraction(1) if approach == "operational_control"
        or (approach == "financial_control" and control == "true") else Fraction(percent) / 100
        for name, (percent, control) in zip(names[1:], owned, strict=False)
    }  # fmt: skip
    text = TREE.format(approach=approach) + "".join(
        LEAF.format(id=name, parent=above[name], percent=percent, financial=control)
        for name, (percent, control) in zip(names[1:], owned, strict=False)
    )

    def held(entity: str, driver: str, payer: str) -> tuple[Fraction, Fraction]:
        """What an entity's own inventory counts of a haul, under scope 1 and category 4.

        It takes the inventories of what it owns, each at its share; then what one of them pays is
        taken out as far as another one drives it.
        """
        one, two = Fraction(driver == entity), Fraction(payer == entity)
        parts = [(held(child, driver, payer), own[child]) for child in above
                 if above[child] == entity]  # fmt: skip
        drives = one + sum((first * share for (first, _), share in parts), Fraction(0))
        pays = two + sum((second * share for (_, second), share in parts), Fraction(0))
        further_down = any({driver, payer} <= below(child) for child in above
                           if above[child] == entity)  # fmt: skip
        if {driver, payer} <= below(entity) and not further_down:
            pays *= 1 - drives
        return drives, pays

    def below(entity: str) -> set[str]:
        children = [child for child in above if above[child] == entity]
        return {entity}.union(*(below(child) for child in children))

    rows, wanted = [], {1: Fraction(0), 3: Fraction(0)}
    for number, (driver, payer, amount) in enumerate(hauls):
        who, pays = names[driver % len(names)], names[payer % len(names)]
        rows.append(row(number, "transport.road", "ttw", amount, operator=who, payer=pays))
        for scope, share in zip((1, 3), held("root", who, pays), strict=True):
            wanted[scope] += share * amount
    made = lines(ledger(rows), parse(text.encode()))

    for scope, amount in wanted.items():
        found = made.filter(pl.col("scope") == scope)["counted_ug"].sum()
        assert abs(found - amount) <= 2 * len(rows)


def test_the_share_of_other_owners_stands_outside() -> None:
    book = ledger([row(1, "energy.fuel", "ttw", 10, operator="BOXES")])

    assert shown(lines(book, boundary(approach="equity_share"))) == [
        ("boxes", "operates", 1, None, "counted", 6, 0, 0, "0.6"),
        ("boxes", "operates", 0, None, "outside", 0, 0, 4, None),
    ]


def test_an_associate_is_category_15_at_the_groups_equity() -> None:
    book = ledger([row(1, "energy.fuel", "ttw", 10, operator="ASSOCIATE")])

    assert shown(lines(book, boundary())) == [
        ("associate", "investee", 3, 15, "counted", 3, 0, 0, "0.3"),
        ("associate", "investee", 0, None, "outside", 0, 0, 7, None),
    ]


def test_a_haul_by_the_associate_that_the_group_pays_is_not_counted_twice() -> None:
    book = ledger([row(1, "transport.road", "ttw", 10, operator="ASSOCIATE", payer="MALL")])

    assert shown(lines(book, boundary())) == [
        ("mall", "pays", 3, 4, "counted", 10, 0, 0, "1"),
        ("associate", "investee", 3, 15, "eliminated", 0, 3, 0, "0.3"),
    ]


def test_a_leased_hub_whose_power_the_group_pays_stays_category_8() -> None:
    book = ledger([
        row(1, "energy.electricity", "generation", 9, energy_carrier="electricity",
            payer="MALL", labels='{"site":"HUB-1"}', basis="location"),
    ])  # fmt: skip

    assert shown(lines(book, boundary()))[0][:6] == ("hub", "lease_in", 3, 8, "counted", 9)


def test_what_is_bought_is_its_buyers_wherever_it_is_used() -> None:
    book = ledger([
        row(1, "waste.landfill", "disposal", 9, operator="MALL", labels='{"site":"HUB-1"}'),
    ])  # fmt: skip

    assert shown(lines(book, boundary()))[0][:6] == ("mall", "buys", 3, 5, "counted", 9)


def test_a_leased_hub_is_an_entity_by_its_site_under_category_8() -> None:
    book = ledger([
        row(1, "energy.electricity", "generation", 9, energy_carrier="electricity",
            operator="MALL", labels='{"site":"HUB-1"}', basis="location"),
    ])  # fmt: skip

    assert shown(lines(book, boundary())) == [("hub", "lease_in", 3, 8, "counted", 9, 0, 0, "1")]


def test_the_site_is_told_by_label_subject_or_place() -> None:
    rows = [
        row(1, "waste.landfill", "disposal", 1, labels='{"site":"PK-1"}'),
        {**row(2, "site.water", "cradle_gate", 1), "subject": "site:PK-1"},
        {**row(3, "site.water", "cradle_gate", 1), "place": "PK-1"},
    ]

    made = lines(ledger(rows), boundary())
    assert made.select("entity", "site").rows() == [("mall", "PK-1")] * 3


def test_a_site_does_not_claim_what_a_stranger_operates() -> None:
    book = ledger([row(1, "hub.parcel", "ttw", 5, operator="STRANGER", labels='{"site":"PK-1"}')])

    assert lines(book, boundary())["standing"].to_list() == ["outside"]


def test_outsourced_haulage_is_category_4_if_paid_and_9_if_only_sent() -> None:
    rows = [
        row(1, "transport.road", "ttw", 5, operator="STRANGER", payer="MALL"),
        row(2, "transport.road", "ttw", 7, operator="STRANGER", consignor="MALL"),
        row(3, "transport.road", "ttw", 9, operator="STRANGER", consignee="MALL"),
    ]
    made = lines(ledger(rows), boundary())

    assert made.select("category", "counted_ug").rows() == [(4, 5), (9, 7), (4, 9)]


def test_what_nobody_is_party_to_is_unassigned_and_never_dropped() -> None:
    book = ledger([
        row(1, "transport.road", "ttw", 5, operator="NOBODY"),
        row(2, "transport.road", "ttw", 6),
        row(3, "transport.road", "ttw", 7, operator="STRANGER"),
    ])  # fmt: skip
    made = lines(book, boundary())

    assert made.select("scope", "standing", "outside_ug", "eliminated").rows() == [
        (None, "unassigned", 5, "TL811"), (None, "unassigned", 6, "TL811"),
        (0, "outside", 7, None),
    ]  # fmt: skip


def test_what_the_boundary_excludes_stays_in_sight_with_its_amount() -> None:
    more = '[[exclusion]]\ncategory = 5\nreason = "small"\n'
    book = ledger([row(1, "waste.landfill", "disposal", 5, operator="MALL")])
    made = lines(book, parse((GROUP + more).encode()))

    assert shown(made) == [("mall", "buys", 0, 5, "excluded", 0, 0, 5, "1")]


def test_offsets_and_avoided_emissions_are_never_subtracted() -> None:
    # mistake 29 of the research: a credit of recycling does not make the inventory smaller
    book = ledger([
        row(1, "waste.landfill", "disposal", 100, operator="MALL"),
        row(2, "waste.recycling", "disposal", -40, operator="MALL"),
    ])  # fmt: skip
    made = lines(book, boundary())

    assert made["counted_ug"].sum() == 100
    assert made.select("standing", "outside_ug").rows() == [("counted", 0), ("avoided", -40)]


def test_location_and_market_never_stand_in_one_frame() -> None:
    # mistake 15 of the research
    grid = {"energy_carrier": "electricity", "operator": "MALL"}
    book = ledger([
        row(1, "energy.electricity", "generation", 100, basis="location", **grid),
        row(1, "energy.electricity", "generation", 0, basis="market", **grid),
        row(1, "energy.electricity", "upstream", 8, basis="location", **grid),
        row(2, "energy.electricity", "generation", 50, basis="location", **grid),
        row(3, "energy.fuel", "ttw", 1, operator="MALL"),
    ])  # fmt: skip
    location = lines(book, boundary())
    market = lines(book, boundary(), basis="market")

    assert set(location["basis"]) == {"location", "none"}
    assert location["counted_ug"].sum() == 159
    # a market-based twin stands for its location row; what has none keeps the location row
    assert market["counted_ug"].sum() == 59
    assert market.group_by("activity_id", "boundary").len()["len"].max() == 1


def test_profiles_are_never_summed_together() -> None:
    book = ledger([
        row(1, "energy.fuel", "ttw", 5, operator="MALL"),
        row(1, "energy.fuel", "ttw", 4, operator="MALL", profile="cn_inventory"),
    ])  # fmt: skip

    assert lines(book, boundary())["counted_ug"].sum() == 5
    assert lines(book, boundary(), profile="cn_inventory")["counted_ug"].sum() == 4


def test_a_period_cuts_at_the_start_of_the_activity() -> None:
    book = ledger([row(1, "energy.fuel", "ttw", 5, operator="MALL")])
    start = int(book.tables["emission"]["start"][0])

    assert lines(book, boundary(), span=(start, start + 1)).height == 1
    assert lines(book, boundary(), span=(start - 1, start)).height == 0


def test_an_empty_ledger_gives_the_columns_and_no_line() -> None:
    made = lines(ledger([row(1, "energy.fuel", "ttw", 5)]), boundary(), profile="iso14067")

    assert made.height == 0
    assert {"entity", "scope", "counted_ug", "eliminated", "factor_hash"} <= set(made.columns)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(KINDS), st.integers(-(10**6), 9 * 10**18),
            *(st.sampled_from(PARTIES) for _ in range(4)), st.sampled_from([None, "PK-1", "HUB-1"]),
        ),
        min_size=1, max_size=12,
    ),
    approach=st.sampled_from(APPROACHES),
)  # fmt: skip
def test_scopes_and_what_stands_outside_add_up_to_all_emissions(
    rows: list[tuple[object, ...]], approach: str
) -> None:
    made_rows = [
        row(number, kind, bound, amount, energy_carrier=carrier, operator=who, payer=pays,
            consignor=sends, consignee=gets, lower_ug=amount, upper_ug=amount,
            labels=f'{{"site":"{site}"}}' if site else None,
            basis="location" if carrier == "electricity" else "none")
        for number, ((kind, carrier, bound), amount, who, pays, sends, gets, site)
        in enumerate(rows)  # type: ignore[misc]
    ]  # fmt: skip
    made = lines(ledger(made_rows), boundary(approach=approach))
    counted = made["counted_ug"].cast(pl.Int128).sum()
    outside = made["outside_ug"].cast(pl.Int128).sum()

    assert counted + outside == sum(each["co2e_ug"] for each in made_rows)
    assert set(made["emission_id"]) == {each["emission_id"] for each in made_rows}
    assert (
        made.filter(pl.col("scope").is_null() != (pl.col("standing") == "unassigned")).height == 0
    )
    assert made.filter((pl.col("counted_ug") > 0) & ~pl.col("scope").is_in([1, 2, 3])).height == 0


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_the_rows_changes_nothing(order: int) -> None:
    rows = [
        row(number, "transport.road", "ttw", 10 + number, operator=who, payer="MALL")
        for number, who in enumerate(("EXPRESS", "BOXES", "STRANGER", None))
    ]
    there = lines(ledger(rows[::order]), boundary(approach="equity_share"))

    assert there.equals(lines(ledger(rows), boundary(approach="equity_share")))
