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
