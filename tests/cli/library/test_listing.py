"""Where the numbers come from, with licence."""

from __future__ import annotations

from tests.cli.books import Tongue


def test_every_source_has_its_licence(empty: Tongue) -> None:
    rows = empty.ask("factors", "sources")["sources"]

    assert len(rows) >= 8
    assert [row["source_id"] for row in rows if not row["licence"] or not row["title"]] == []


def test_people_read_a_line_a_source(empty: Tongue) -> None:
    shown = empty.say("factors", "sources").splitlines()

    assert len(shown) == len(empty.ask("factors", "sources")["sources"])
    assert any("OGL-UK-3.0" in line for line in shown)


def test_a_class_is_shown_with_its_energy_carriers(empty: Tongue) -> None:
    rows = {row["vehicle_class"]: row for row in empty.ask("factors", "classes")["classes"]}
    truck = rows["truck.artic.44t"]

    assert truck["activity"] == "transport.road"
    assert {"diesel", "electricity"} <= set(truck["energy_carriers"])
    assert len(rows) == len(empty.say("factors", "classes").splitlines())


def test_every_source_shows_the_attribution_that_its_licence_asks(empty: Tongue) -> None:
    shown = empty.say("factors", "sources")

    for row in empty.ask("factors", "sources")["sources"]:
        assert row["attribution"]
        assert f"{row['licence']}; {row['attribution']}" in shown


def test_the_count_tells_packs_classes_and_distinct_factors(empty: Tongue) -> None:
    facts = empty.ask("factors", "list", "--count")

    assert {"factors", "distinct_logistics", "classes", "packs"} <= set(facts)
    assert facts["factors"] == sum(pack["factors"] for pack in facts["packs"])
    assert facts["factors"] >= facts["distinct"] >= facts["distinct_logistics"]


def test_without_a_kind_the_leaves_are_shown_with_how_many_each_has(empty: Tongue) -> None:
    leaves = {row["leaf"]: row for row in empty.ask("factors", "list")["leaves"]}

    assert leaves["energy.electricity"]["factors"] > 100
    assert all(row["factors"] or row["none"] for row in leaves.values())
    assert "电力" in empty.say("factors", "list", language="zh")


def test_a_kind_or_a_leaf_shows_its_factors(empty: Tongue) -> None:
    diesel = empty.ask("factors", "list", "energy.fuel.diesel")["factors"]
    power = empty.ask("factors", "list", "energy.electricity", "--place", "CN-GD")["factors"]

    assert {row["energy_carrier"].partition(".")[0] for row in diesel} == {"diesel"}
    assert {row["place"] for row in power} == {"CN-GD"}
    assert {row["data_year"] for row in power} == {"2021", "2022", "2023"}


def test_a_kind_that_is_not_known_tells_the_nearest(empty: Tongue) -> None:
    assert empty.ask("factors", "list", "energy.fuel.diesle", expect=2)["error"]["code"] == "TL115"
