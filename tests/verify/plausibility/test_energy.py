"""Energy of drives, vehicles and rounds against what is usual, and factors that fit no mode."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
from tests.verify.plausibility.asked import only, reasons, rows, subjects, table
from tests.verify.plausibility.faults import measured
from tests.verify.plausibility.fleet import clean

from tanlu.simulate import telemetry

E = pl.col("energy_j")


@cache
def sound() -> pl.DataFrame:
    """Drives over hills and in all weathers, as sound meters tell them."""
    legs, truth = telemetry(500, 5, drives=60)
    ok = truth.filter(pl.col("fault").is_null(), pl.col("metered"))
    return legs.join(ok.select("activity_id"), on="activity_id", how="semi")


def test_a_trip_short_by_a_third_is_found_and_few_clean_ones_are_accused() -> None:
    share, innocent, _ = measured("energy -35 %")

    # the rule of thumb with z 4 found 92 of 100
    assert share >= 0.92
    assert len(innocent) <= 0.003 * 12_000


def test_a_slip_of_the_unit_is_found_everywhere() -> None:
    assert measured("energy x 3.6")[0] == 1.0


def test_a_small_bias_is_not_seen_trip_by_trip() -> None:
    # this is why there are balances
    assert measured("energy -15 %")[0] < 0.15


def test_hills_stops_and_weather_do_not_hide_a_third() -> None:
    told = sound().with_columns(hit=pl.col("activity_id").hash(3) % 97 == 0)
    short = told.with_columns(
        pl.when("hit").then((E * 0.65).cast(pl.Int64)).otherwise(E).alias("energy_j")
    )
    named = set(subjects(only("intensity", short.drop("hit"))))
    guilty = {f"activity:{name}" for name in told.filter("hit")["activity_id"]}

    assert len(guilty) > 100
    assert len(named & guilty) / len(guilty) >= 0.92
    assert len(named - guilty) <= 0.01 * told.height


def test_vehicles_that_differ_by_fifteen_per_cent_are_found_by_halves() -> None:
    found = accused = 0
    for seed in (1, 2, 3, 4):
        trips = clean(seed).trips
        names = [f"V{k:02}" for k in range(0, 60, 10)]
        short = trips.with_columns(
            pl.when(pl.col("vehicle").is_in(names)).then((E * 0.85).cast(pl.Int64))
            .otherwise(E).alias("energy_j")
        )  # fmt: skip
        found += len(set(subjects(only("peers", short))) & {f"vehicle:{v}" for v in names})
        accused += len(subjects(only("peers", trips)))

    assert found / 24 >= 0.4
    assert accused / 240 <= 0.03


def test_who_drives_without_energy_has_a_meter_that_stands_still() -> None:
    told = [{"vehicle": "v", "energy_j": 0, "distance_m": 50_000}] * 3
    made = only("intensity", rows(*told, {"vehicle": "w", "energy_j": 0, "distance_m": 10}))

    assert subjects(made) == ["vehicle:v"]
    assert made.findings["value"].item() == "0 MJ / 150.0 km"
    assert subjects(only("flat", rows(*told * 7))) == ["vehicle:v"]


def test_few_drives_or_few_vehicles_are_not_judged_and_said() -> None:
    one = clean().trips.filter(vehicle="V01").head(9)
    made = only("intensity", one)

    assert made.checked == []
    assert reasons(made, "intensity") == {"few": 1}
    assert reasons(only("peers", clean().trips.filter(vehicle="V01")), "peers") == {"few": 1}


def round_of(name: str, litres: float) -> list[dict[str, Any]]:
    goods = {"round": name, "vehicle_class": "van.class3", "mass_mg": 10**9, "distance_m": 50_000}
    fuel = {"round": name, "kind": "energy.fuel", "energy_carrier": "diesel",
            "volume_ml": round(litres * 1000)}  # fmt: skip
    return [goods, fuel]


def test_a_round_with_a_tenth_of_the_usual_fuel_is_found() -> None:
    usual = [row for k in range(40) for row in round_of(f"r{k}", 8 + k % 5)]

    assert subjects(only("round", rows(*usual))) == []
    made = only("round", rows(*usual, *round_of("odd", 1)))
    assert subjects(made) == ["round:odd"]


def test_a_factor_of_several_modes_is_found_and_fuel_is_not() -> None:
    def row(kind: str, factor: str, method: str = "intensity", n: int = 0) -> dict[str, Any]:
        return {"emission_id": f"{kind}{factor}{n}", "activity_id": f"{kind}{factor}",
                "profile": "iso14083", "boundary": "ttw", "kind": f"transport.{kind}",
                "method": method, "factor_id": factor, "factor_hash": f"h{factor}"}  # fmt: skip

    told = table("emission", row("road", "a"), row("rail", "a"), row("road", "b"),
                 row("road", "fuel", "energy"), row("inland", "fuel", "energy"))  # fmt: skip
    made = only("one_factor", rows({}), emissions=told)

    assert subjects(made) == ["factor:a"]
    assert "transport.rail, transport.road" in made.findings["value"].item()


def test_without_emissions_factors_are_not_checked() -> None:
    assert reasons(only("one_factor", rows({})), "one_factor") == {"absent": None}
