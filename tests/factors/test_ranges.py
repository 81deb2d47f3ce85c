"""Every class lies where published values lie, and in the order that physics gives."""

from __future__ import annotations

import datetime as dt
import math
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.account import estimate
from tanlu.factors import library, rules
from tanlu.terms.place import grid, provinces

# g CO2e/t.km, well to wheel: UK DESNZ 2025, CPCD 2024, GLEC v3.0/v3.1 classes, US EPA 2025;
# the ends hold the defaults of load of the library, so that a slip of ten or a thousand shows
PLAUSIBLE = {
    "truck.artic": (15, 220),
    "truck.average": (20, 250),
    "truck.average.medium": (80, 450),
    "truck.average.light": (100, 700),
    "truck.average.mini": (200, 1200),
    "truck.rigid": (30, 900),
    "van": (200, 2200),
    "train": (5, 60),
    "barge": (10, 80),
    "plane.long_haul": (450, 1100),
    "plane.short_haul": (600, 1500),
    "plane.domestic": (800, 4000),
    "plane.freighter": (450, 1500),
    "plane.belly": (600, 1700),
    "ship.bulk.small": (15, 60),
    "ship.bulk": (1.5, 15),
    "ship.container": (5, 60),
    "ship.container.teu": (3, 60),
    "ship.general": (8, 30),
    "ship.gas": (8, 80),
    "ship.tanker": (1.5, 60),
    "ship.reefer": (8, 40),
    "ship.roro": (30, 120),
    "ship.ropax": (200, 700),
    "ship.vehicle": (20, 80),
    "pipeline": (2, 30),
    "pipeline.gas": (60, 200),
    "tractor": (60, 400),
    "ropeway": (20, 150),
}


def at(year: int) -> int:
    return int(dt.datetime(year, 6, 1, tzinfo=dt.UTC).timestamp() * 1_000_000)


def ask(kind: str, name: str, carrier: str, place: str = "CN", **more: Any) -> dict[str, Any]:
    given = {
        "kind": kind, "vehicle_class": name, "energy_carrier": carrier, "place": place,
        "mass_mg": 10**9, "distance_m": 1_000_000, "distance_type": "sfd", "start": at(2025),
    }  # fmt: skip
    return estimate(given | more)


def grams(*asked: str, **more: Any) -> float:
    """Give g CO2e per t.km of one tonne over 1,000 km."""
    return ask(*asked, **more)["co2e_ug"] / 1e9


# What lies outside the range of its kind, with narrow ends of its own and the reason.
APART = {
    # half-laden 33 t in town, and hydrogen over a fuel cell of 0.51
    ("truck.artic.33t.urban", "diesel"): (200, 250),
    ("truck.artic.33t.urban", "lng"): (220, 270),
    ("truck.artic.33t", "hydrogen"): (210, 250),
    ("truck.artic.33t.longhaul", "hydrogen"): (210, 255),
    # methanol over the smallest ship of its kind
    ("ship.general.small.teu", "methanol"): (28, 33),
    ("ship.vehicle.small", "methanol"): (80, 95),
    ("ship.vehicle.small", "marine_fuel_oil"): (75, 90),
    ("ship.vehicle.small", "marine_gas_oil"): (75, 90),
    ("ship.tanker.products.small", "marine_fuel_oil"): (55, 70),
    ("ship.tanker.products.small", "marine_gas_oil"): (55, 70),
    ("ship.tanker.products.small", "methanol"): (62, 75),
    ("ship.tanker.products.small", "vlsfo"): (55, 70),
    # ferries of the Baltic by t of cargo (VTT LIPASTO)
    ("ship.ropax.18kn", "marine_gas_oil"): (100, 140),
    ("ship.ropax.21kn", "marine_gas_oil"): (120, 165),
    ("ship.roro.18kn", "marine_gas_oil"): (165, 225),
    ("ship.roro.paper", "marine_gas_oil"): (145, 195),
}


@cache
def carried() -> list[tuple[str, str, str]]:
    # a factor of one technology alone answers only who asks for it
    table = library().factors.drop_nulls("vehicle_class").filter(pl.col("technology").is_null())
    names = table.select("activity", "vehicle_class", "energy_carrier").unique().sort(by="*")
    return [row for row in names.iter_rows() if str(row[0]).startswith("transport.")]


def within(name: str) -> tuple[float, float] | None:
    fits = [each for each in PLAUSIBLE if name.startswith(each)]
    return PLAUSIBLE[max(fits, key=len)] if fits else None


def test_every_class_is_within_published_values() -> None:
    out = {}
    for kind, name, carrier in carried():
        ends = APART.get((name, carrier)) or within(name)
        if ends is None:
            continue
        found = grams(kind, name, carrier)
        if not ends[0] <= found <= ends[1]:
            out[name, carrier] = found

    assert not out


def test_what_is_named_apart_lies_outside_the_range_of_its_kind() -> None:
    for (name, carrier), ends in APART.items():
        [kind] = {each for each, held, fuel in carried() if (held, fuel) == (name, carrier)}
        low, high = within(name) or ends
        assert not low <= grams(kind, name, carrier) <= high, name


def test_only_what_carries_a_parcel_has_no_published_range() -> None:
    small = {"parcel", "drone", "bike", "trike", "scooter", "robot", "foot"}

    assert {name.split(".")[0] for _, name, _ in carried() if within(name) is None} == small


def test_no_interval_has_no_width() -> None:
    flat = []
    for kind, name, carrier in carried():
        if carrier == "none":
            continue  # human power: zero has no width
        [leg] = ask(kind, name, carrier, count=1)["legs"]
        if not any(leg[each]["upper_ug"] > leg[each]["lower_ug"] for each in ("ttw", "wtt")):
            flat.append((name, carrier))

    assert not flat


@pytest.mark.parametrize(
    ("asked", "published"),
    [
        # CPCD 2024, read as single facts; BEV and rail from cradle to gate
        (("transport.rail", "train.freight", "electricity"), 6.502),
        (("transport.inland", "barge.container", "diesel"), 4.505 * 1.25),
        (("transport.sea", "ship.container", "marine_fuel_oil"), 8.122),
        (("transport.air", "plane.short_haul", "jet_kerosene"), 921),
        (("transport.air", "plane.domestic", "jet_kerosene"), 921),
        (("transport.road", "truck.artic.44t", "diesel"), 73.9),  # GLEC v3.1, China over 49 t
        (("transport.road", "truck.artic.44t", "electricity"), 107.3),
        (("transport.road", "truck.average", "diesel"), 97.8),
    ],
)
def test_the_interval_holds_the_chinese_value(
    asked: tuple[str, str, str], published: float
) -> None:
    [leg] = ask(*asked, distance_type="actual")["legs"]
    low, high = (
        sum(leg[each][end] for each in ("ttw", "wtt")) / 1e9 for end in ("lower_ug", "upper_ug")
    )

    assert low <= published <= high


def test_rail_is_below_road_and_road_below_air() -> None:
    rail = grams("transport.rail", "train.freight", "diesel")
    road = grams("transport.road", "truck.artic.44t", "diesel")
    air = grams("transport.air", "plane.long_haul", "jet_kerosene")

    assert rail < road < air


def test_a_larger_vehicle_needs_less() -> None:
    names = ("truck.artic.44t", "truck.rigid.32t", "truck.rigid.17t", "truck.rigid.7t5")
    trucks = [grams("transport.road", name, "diesel") for name in (*names, "van.class1")]
    ships = [
        grams("transport.sea", f"ship.container.{size}", "marine_fuel_oil")
        for size in ("8000teu", "5000teu", "2000teu", "1000teu", "feeder")
    ]

    assert trucks == sorted(trucks)
    assert ships == sorted(ships)


def test_a_full_truck_needs_less_than_a_half_full_one() -> None:
    road = ("transport.road", "truck.artic.44t", "diesel")
    full, half = (grams(*road, load_ppm=load, empty_ppm=200_000) for load in (10**6, 500_000))
    empty = grams(*road, load_ppm=500_000, empty_ppm=400_000)

    assert full < half < empty


def test_a_battery_truck_follows_the_grid_of_its_place() -> None:
    road = ("transport.road", "truck.artic.44t", "electricity")
    hydro, coal = (grams(*road, place) for place in ("CN-SC", "CN-HE"))

    # official factors 0.1564 and 0.6516 kg/kWh of 2023: the same energy, another grid
    assert math.isclose(coal / hydro, 0.6516 / 0.1564, rel_tol=1e-6)


def test_a_battery_truck_runs_in_every_province() -> None:
    road = ("transport.road", "truck.artic.44t", "electricity")
    places = provinces()["code"].to_list()
    found = {place: grams(*road, place) for place in places if grid(place)}

    assert len(found) >= 31
    assert all(10 < each < 125 for each in found.values())


@pytest.mark.parametrize("year", [2006, 2010, 2015])
def test_an_old_leg_is_quantified_and_says_so(year: int) -> None:
    [leg] = ask("transport.road", "truck.average", "diesel", start=at(year))["legs"]
    [now] = ask("transport.road", "truck.average", "diesel")["legs"]

    assert "F-FUTURE" in leg["assumptions"]
    assert now["sigma_ln_ppm"] < leg["sigma_ln_ppm"]


@pytest.mark.parametrize(
    ("name", "band"),
    [
        ("truck.rigid.7t5", ("3.5-4.5", "4.5-5.5", "5.5-7", "7-8.5")),
        ("truck.rigid.17t", ("8.5-10.5", "10.5-12.5", "12.5-16", "16-20")),
        ("truck.rigid.32t", ("16-20", "20-25", "25-31", ">31")),
        ("truck.artic.33t", ("18-27", "27-35")),
        ("truck.artic.44t", ("35-40", "40.0-43.0", "43.0-46.0", "46.0-49.0", "above 49.0")),
    ],
)
def test_the_interval_reaches_the_chinese_trucks_of_glec(
    shared: Path, name: str, band: tuple[str, ...]
) -> None:
    table = pl.read_csv(shared / "data/factors/glec_verify_only/glec_v31_road.csv")
    body = "Articulated" if "artic" in name else "Rigid"
    rows = table.filter(
        (pl.col("region") == "China")
        & (pl.col("fuel") == "Diesel")
        & pl.col("vehicle").str.starts_with(body)
        & pl.col("vehicle").str.contains_any([f" {each} t GVW" for each in band])
    )
    assert len(rows) == len(band)
    # the same load and empty share, on the shortest feasible distance as the table has it
    road = ("transport.road", name, "diesel")
    [leg] = ask(*road, load_ppm=930_000, empty_ppm=195_000)["legs"]
    low, high = (
        sum(leg[each][end] for each in ("ttw", "wtt")) / 1e9 for end in ("lower_ug", "upper_ug")
    )

    assert low <= rows["wtw_g_per_tkm"].max()
    assert rows["wtw_g_per_tkm"].min() <= high


def test_the_interval_of_a_cold_container_reaches_what_carriers_report(shared: Path) -> None:
    lanes = pl.read_csv(shared / "data/factors/glec_verify_only/glec_v3_container_lanes.csv")
    mean = lanes.filter(pl.col("lane") == "Industry average")
    dry, reefer = (
        mean.filter(pl.col("type") == name)["wtw_g_per_teukm"].item() for name in ("dry", "reefer")
    )
    cold = default_of("transport.sea")

    assert reefer / dry > float(cold.value) * math.exp(1.96 * 0.25)
    assert reefer / dry <= float(cold.value) * math.exp(1.96 * cold.sigma_ln)


def default_of(kind: str) -> rules.Default:
    """Give the uplift of cold where no curve is known."""
    return next(
        each for each in rules.defaults() if (each.code, each.kind) == ("F-TEMP-UPLIFT", kind)
    )
