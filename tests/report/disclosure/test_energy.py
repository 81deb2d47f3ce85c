"""The energy of own operations, each joule once, at the share that counts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from tests.report.disclosure.inventory import made

from tanlu.report.disclosure import energy_mix
from tanlu.report.disclosure.energy import _class, _classes
from tanlu.report.organisation import lines
from tanlu.terms import taxonomy

MWH = 3_600_000_000


def rows(*told: tuple[str | None, str, int, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"standing": "counted", "scope": 1, "gas": None, "energy_carrier": carrier,
             "kind": kind, "energy_j": joules, "share": share}
            for carrier, kind, joules, share in told
        ],
        schema_overrides={"gas": pl.String, "energy_carrier": pl.String},
    )  # fmt: skip


def test_each_joule_counts_once_at_its_share() -> None:
    found = energy_mix(rows(
        ("diesel", "energy.fuel", 2 * MWH, "1"), ("lng", "energy.fuel", MWH, "0.5"),
        ("hvo", "energy.fuel", MWH, "1"),
    ))  # fmt: skip

    assert (found["oil_mwh"], found["gas_mwh"], found["renewable_fuel_mwh"]) == ("2", "0.5", "1")
    assert (found["total_mwh"], found["fossil_mwh"], found["renewable_mwh"]) == ("3.5", "2.5", "1")


def test_the_source_of_bought_power_is_not_guessed() -> None:
    found = energy_mix(rows(("electricity", "energy.electricity", MWH, "1")))

    assert (found["bought_mwh"], found["total_mwh"]) == ("1", "1")
    assert [found[f"{name}_mwh"] for name in ("fossil", "nuclear", "renewable")] == [None] * 3


def test_an_inventory_tells_its_own_operations_only(tmp_path: Path) -> None:
    workspace, boundary = made(tmp_path)
    found = energy_mix(lines(workspace, boundary))
    # three legs and rounds that burn diesel, one megawatt hour; what lies upstream is another's
    burnt = Decimal(3_713_001_716 + 458_604_720 + 305_736_480) / MWH

    assert found["bought_mwh"] == "1"
    assert Decimal(found["oil_mwh"] or 0) == burnt.quantize(Decimal("1e-9"))


@pytest.mark.parametrize(
    ("carrier", "kind", "expected"),
    [
        ("diesel.mineral", "energy.fuel", "oil"),
        ("lpg.bio", "energy.fuel", "renewable_fuel"),
        ("coal.lignite", "energy.fuel", "coal"),
        (None, "energy.heat", "bought"),
        (None, "transport.road", "unclassed"),
        ("unheard", "energy.fuel", "unclassed"),
    ],
)
def test_a_carrier_has_the_class_of_its_family(
    carrier: str | None, kind: str, expected: str
) -> None:
    assert _class(carrier, kind) == expected


def test_every_carrier_of_the_house_that_is_burnt_has_a_class() -> None:
    carriers = set(taxonomy.vocabulary()["energy_carrier"]) - {"none"}

    assert [name for name in sorted(carriers) if _class(name, "energy.fuel") == "unclassed"] == []
    assert set(_classes()) <= carriers | {"works_gas"}
