"""Every tag finds its fact, in the unit of its taxonomy, and nothing unknown becomes nought."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.report.disclosure.inventory import made

from tanlu.report.disclosure import datapoints, energy_mix, tags
from tanlu.report.disclosure.paths import STEP, reach
from tanlu.report.organisation import lines, organisation


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    workspace, boundary = made(tmp_path_factory.mktemp("points"))
    facts = organisation(workspace, "2026", boundary).facts
    energy = energy_mix(lines(workspace, boundary))
    return {**facts, "energy": energy, "revenue": {"amount": "1"}, "intensity": {
        "location": "1", "market": "1",
    }}  # fmt: skip


def test_the_place_of_every_tag_exists_in_the_facts(told: dict[str, object]) -> None:
    missing = []
    for tag in tags():
        *before, last = STEP.findall(tag["fact"])
        place = ".".join(f"{name}[{rule}]" if rule else name for name, rule in before)
        held = reach(told, place) if before else told
        rows = held if isinstance(held, list) else [held]
        if last[0].isdigit():
            continue  # a scope without biogenic CO2 has no entry
        if not rows or any(last[0] not in row for row in rows):
            missing.append(tag["fact"])

    assert missing == []


def test_tonnes_are_the_kilograms_of_the_facts(told: dict[str, object]) -> None:
    found = {(p["element"], p["member"]): p for p in datapoints(told)}
    scope = found["esrs:GrossScope1GreenhouseGasEmissions", None]
    total = found["esrs:LocationBasedGreenhouseGasEmissions", None]

    assert Decimal(scope["value"]) * 1000 == Decimal(reach(told, "scopes[scope=1].co2e_kg"))
    assert Decimal(total["value"]) * 1000 == Decimal(str(told["co2e_location_kg"]))
    assert scope["value"] == "0.324989426505"


def test_scopes_add_up_to_the_total_as_the_taxonomy_calculates_it(
    told: dict[str, object],
) -> None:
    found = {p["element"]: p["value"] for p in datapoints(told) if p["member"] is None}
    for basis in ("LocationBased", "MarketBased"):
        parts = (
            "GrossScope1GreenhouseGasEmissions", f"Gross{basis}Scope2GreenhouseGasEmissions",
            "GrossScope3GreenhouseGasEmissions",
        )  # fmt: skip
        total = sum(Decimal(found[f"esrs:{part}"]) for part in parts)

        assert total == Decimal(found[f"esrs:{basis}GreenhouseGasEmissions"])


def test_a_category_that_nobody_told_of_is_null_and_not_nought(told: dict[str, object]) -> None:
    found = {p["label"]: p["value"] for p in datapoints(told) if p["standard"] == "IFRS S2"}

    assert found["Scope 3 category 1: Purchased goods and services"] is None
    assert found["Scope 3 category 4: Upstream transportation and distribution"] == "0.02599002045"


def test_an_intensity_needs_a_revenue(told: dict[str, object]) -> None:
    bare = {key: value for key, value in told.items() if key not in ("revenue", "intensity")}
    name = "esrs:GHGEmissionsIntensityLocationbasedTotalGHGEmissionsPerNetRevenue"
    without = {p["element"]: p for p in datapoints(bare)}
    with_it = {p["element"]: p for p in datapoints(bare, revenue=Decimal(2000), currency="EUR")}

    assert without[name]["value"] is None
    assert with_it[name]["value"] == "0.000501460507"
    assert with_it[name]["unit"] == "tCO2e/EUR"


def test_labels_speak_the_tongue_that_is_asked(told: dict[str, object]) -> None:
    assert datapoints(told, language="zh")[0]["label"] == "范围一"


def test_no_element_and_member_stands_twice() -> None:
    keys = [(tag["standard"], tag["element"], tag["member"]) for tag in tags()]

    assert len(keys) == len(set(keys))
    assert {tag["taxonomy"] for tag in tags()} == {
        "ESRS Set 1 XBRL taxonomy 2023-12-22",
        "IFRS Sustainability Disclosure Taxonomy 2024-04-26",
    }
