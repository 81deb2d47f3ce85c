"""Every formula of the specification by hand, so that none rests on the pin of its bytes alone."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.account import quantify
from tests.golden.packs import book, curve, fuel, pair, shelf
from tests.golden.vectors import leg

# GLEC v3 module 1 / IPCC AR6 table 7.15: 100 years
AR6 = {"co2_fossil": 1, "co2_bio": 0, "ch4_fossil": 29.8, "ch4_bio": 27.0, "n2o": 273}
MASSES = {"co2_fossil": 60, "co2_bio": 7, "ch4_fossil": 0.5, "ch4_bio": 0.25, "n2o": 0.125}


def test_each_gas_is_a_mass_and_all_together_their_co2e(tmp_path: Path) -> None:
    # 10 t x 100 km = 1,000 t.km of each gas; TTW as listed, WTT a tenth of it
    said: dict[str, str] = {"numerator": "g", "co2e_published": ""}
    rows = pair("transport.road", "truck", 0)
    masses = [(row, 1 if row["boundary"] == "ttw" else 0.1) for row in rows]
    kept = shelf(
        tmp_path,
        [row | said | {gas: str(g * part) for gas, g in MASSES.items()} for row, part in masses],
    )
    made = quantify(book({"t": 10, "km": 100}), library=kept).emissions

    for row, part in zip(made.sort("boundary").iter_rows(named=True), (1, 0.1), strict=True):
        for gas, grams in MASSES.items():
            assert row[f"{gas}_ug"] == round(1000 * grams * part * 10**6)
        co2e = 1000 * sum(MASSES[gas] * AR6[gas] for gas in MASSES) * part
        assert row["co2e_ug"] == pytest.approx(co2e * 10**6, abs=1)
        # Σ gas x GWP differs from CO2e by at most half a microgram a gas
        counted = sum(row[f"{gas}_ug"] * weight for gas, weight in AR6.items())
        assert abs(counted - row["co2e_ug"]) <= 0.5 * (sum(AR6.values()) + 1)


def test_what_is_published_as_co2e_alone_stays_unsplit(tmp_path: Path) -> None:
    kept = shelf(tmp_path, pair("transport.road", "truck", 80, 20))
    rows = quantify(book({"t": 10, "km": 100}), library=kept).emissions.sort("boundary")

    assert (
        rows["co2e_unsplit_ug"].to_list() == rows["co2e_ug"].to_list() == [8 * 10**10, 2 * 10**10]
    )
    assert rows["co2_fossil_ug"].null_count() == 2


@pytest.mark.parametrize(
    ("quality", "factor"), [(1, 1.0), (2, 1.05), (3, 1.1), (None, 1.1), (4, 1.2), (5, 1.5)]
)
@pytest.mark.parametrize("tonnes", [10, -10])
def test_the_interval_is_that_of_a_lognormal(
    tmp_path: Path, quality: int | None, factor: float, tonnes: int
) -> None:
    # factor 1.2 and reliability of the data as GSD² (ecoinvent pedigree v1): σ = ½ sqrt(Σ ln²)
    said = {"gsd": "1.2", "pedigree": "", "place": "GB"}
    kept = shelf(tmp_path, pair("transport.road", "truck", 80, 20, **said))
    rows = quantify(book({"t": tonnes, "km": 100, "quality": quality}), library=kept).emissions
    sigma = math.hypot(math.log(1.2), math.log(factor)) / 2

    for row in rows.iter_rows(named=True):
        assert row["sigma_ln_ppm"] == pytest.approx(sigma * 10**6, abs=1)
        ends = sorted(row["co2e_ug"] * math.exp(sign * 1.96 * sigma) for sign in (-1, 1))
        assert [row["lower_ug"], row["upper_ug"]] == pytest.approx(ends, rel=1e-7)


def test_assumptions_widen_in_quadrature(tmp_path: Path) -> None:
    # load 0.20 and empty running 0.10 not told, beside a factor of GSD² 1.2
    said = {"gsd": "1.2", "pedigree": "", "place": "GB"}
    truck = curve("truck", 6, 10, 20, gsd="1.2", pedigree="", place="GB")
    kept = shelf(tmp_path, fuel("fuel", 80, **said), vehicles=[truck])
    bare = quantify(book({"t": 1, "km": 1, "quality": 1}), library=kept).emissions
    told = {"load_ppm": 500_000, "empty_ppm": 0}
    known = quantify(book({"t": 1, "km": 1, "quality": 1, **told}), library=kept).emissions
    # vehicle and fuel are two factors of GSD² 1.2
    factors = 2 * (math.log(1.2) / 2) ** 2

    assert known["sigma_ln_ppm"][0] == pytest.approx(math.sqrt(factors) * 10**6, abs=1)
    assert bare["assumptions"][0] == "A-LOAD;A-EMPTY"
    expected = math.sqrt(factors + 0.2**2 + 0.1**2) * 10**6
    assert bare["sigma_ln_ppm"][0] == pytest.approx(expected, abs=1)


def test_containers_are_told_or_one_for_ten_tonnes_aloud(tmp_path: Path) -> None:
    # 30 t are 3 TEU; 3 TEU x 1,000 km x 50 g = 150 kg
    lane = {"denominator": "TEU.km", "distance_basis": "sfd", "place": "GB"}
    kept = shelf(tmp_path, pair("transport.sea", "lane", 50, **lane))
    ship = {"kind": "transport.sea", "vehicle_class": "lane", "distance_type": "sfd", "km": 1000}
    legs = [{**ship, "teu_milli": 3000}, {**ship, "t": 30}, {**ship, "t": 30, "teu_milli": 2000}]
    rows = quantify(book(*legs), library=kept).emissions.filter(boundary="ttw")

    assert rows["co2e_ug"].to_list() == [150 * 10**9, 150 * 10**9, 100 * 10**9]
    assert rows["assumptions"].to_list() == [None, "A-MASS-TEU", None]


AIR = {"kind": "transport.air", "form": "tkm", "mass_mg": 10**9, "ttw_co2e_g": 1.0}


@pytest.mark.parametrize(
    ("told", "basis", "km", "daf"),
    [
        ("gcd", "actual", 1000, 1.095),  # (GCD + 95) / GCD
        ("actual", "gcd", 1000, 0.905),  # flown kilometres lose 95
        ("actual", "gcd", 95, 1.0),  # nothing would be left: as told
        ("actual", "gcd", 96, 1 / 96),
        ("actual", "gcd", 60, 1.0),
        ("sfd", "gcd", 1000, 1.0),  # in the air the shortest way is the circle
        ("sfd", "actual", 1000, 1.095),
        ("gcd", "gcd", 1000, 1.0),
        ("gcd", None, 1000, 1.0),  # a rate that does not say counts what it is given
        ("gcd", "actual", 0, 1.0),
    ],
)
def test_air_distances(told: str, basis: str | None, km: int, daf: float) -> None:
    out = leg(**AIR, distance_m=km * 1000, distance_type=told, distance_basis=basis)

    assert out["daf_ppm"] == round(daf * 10**6)
    assert out["ttw_co2e_ug"] == pytest.approx(km * daf * 10**6, abs=1)


@pytest.mark.parametrize(
    ("told", "basis", "daf"),
    [
        ("gcd", "sfd", 1.25),
        ("gcd", "actual", 1.25 * 1.05),
        ("sfd", "actual", 1.05),
        ("actual", "sfd", 1 / 1.05),
        ("actual", "gcd", 1 / 1.05 / 1.25),
        ("sfd", "gcd", 1 / 1.25),
        ("gcd", "gcd", 1.0),
        (None, "actual", 1.0),
    ],
)
def test_road_distances(told: str | None, basis: str, daf: float) -> None:
    # by way of the shortest feasible distance: circuity 1.25, driven 5 % more
    road: dict[str, Any] = {"form": "tkm", "mass_mg": 10**9, "distance_m": 100_000}
    out = leg(
        **road, ttw_co2e_g=1.0, circuity=1.25, daf_default=1.05,
        distance_type=told, distance_basis=basis,
    )  # fmt: skip

    assert out["daf_ppm"] == round(daf * 10**6)
    assert out["adjusted_km"] == pytest.approx(100 * daf, rel=1e-12)
    # the activity stays on the distance as told
    assert out["transport_kgm"] == 100_000 * 1000


@pytest.mark.parametrize(
    ("form", "given", "quantity"),
    [
        ("tkm", {"mass_mg": 2 * 10**9, "distance_m": 3000}, 6),
        ("teukm", {"teu_milli": 1500, "distance_m": 4000}, 6),
        ("t", {"mass_mg": 2_500_000_000}, 2.5),
        ("item", {"count": 7}, 7),
        ("km", {"distance_m": 1500}, 1.5),
        ("mj", {"energy_j": 2_500_000}, 2.5),
        ("mj", {"volume_ml": 2000, "mj_per_l": 36.0}, 72),
        ("mj", {"mass_mg": 3_000_000, "mj_per_kg": 42.0}, 126),
        ("mj", {"energy_j": 10**6, "volume_ml": 9999, "mj_per_l": 36.0}, 1),
        ("kg", {"mass_mg": 1_500_000}, 1.5),
        ("l", {"volume_ml": 2500}, 2.5),
        ("stone", {"mass_mg": 10**9}, None),
    ],
)
def test_what_a_rate_multiplies(form: str, given: dict[str, Any], quantity: float | None) -> None:
    out = leg(form=form, ttw_co2e_g=2.0, wtt_co2e_g=0.5, rate_slope=3.0, **given)

    assert out["quantity"] == quantity
    # 3 a unit, 2 and 0.5 g each
    expected = (None, None) if quantity is None else (quantity * 6 * 10**6, quantity * 1.5 * 10**6)
    assert (out["ttw_co2e_ug"], out["wtt_co2e_ug"]) == expected


def test_a_curve_by_kilometre_carries_its_load(tmp_path: Path) -> None:
    # a / (1 - e) + b x m: 4 / 0.8 + 0.5 x 6 = 8 a kilometre
    out = leg(
        form="km", distance_m=10_000, mass_mg=6 * 10**9, rate_empty=4.0, rate_slope=0.5,
        empty_ppm=200_000, ttw_co2e_g=1.0,
    )  # fmt: skip

    assert (out["rate"], out["ttw_co2e_ug"]) == (8.0, 80 * 10**6)


def test_cold_and_blended_legs_are_multiplied_once() -> None:
    # 1 t.km x 2 x 1.15 x 0.25
    road = {"form": "tkm", "mass_mg": 10**9, "distance_m": 1000, "rate_slope": 2.0}
    out = leg(**road, temperature_uplift=1.15, split=0.25, ttw_co2e_g=1.0, energy_mj_per_x=4.0)

    assert out["x"] == pytest.approx(0.575, rel=1e-15)
    assert (out["ttw_co2e_ug"], out["energy_used_j"]) == (575_000, 2_300_000)


def test_a_blend_leaves_the_other_rows_of_a_batch_alone(tmp_path: Path) -> None:
    # one blended litre beside a plain one and a truck: nothing is lost or doubled
    rows = fuel("diesel", "96.6") + fuel("biodiesel", "34.3")
    rows += pair("transport.road", "truck", 80, energy_carrier="diesel")
    kept = shelf(tmp_path, rows, {"diesel": (45, ".8"), "biodiesel": (36, ".75")})
    litre = {"kind": "energy.fuel", "vehicle_class": None, "energy_carrier": "diesel",
             "energy_j": 10**6, "distance_type": None}  # fmt: skip
    mixed, plain = {**litre, "bio_ppm": 500_000}, litre
    truck = {"energy_carrier": "diesel", "t": 1, "km": 1}
    made = quantify(book(mixed, plain, truck), library=kept)
    ttw = made.emissions.filter(pl.col("boundary") == "ttw")

    # (96.6 + 34.3) / 2 = 65.45
    found = dict(ttw.group_by("activity_id").agg(pl.col("co2e_ug").sum()).iter_rows())
    assert found == {"a0": 65_450_000, "a1": 96_600_000, "a2": 80_000_000}
    assert made.findings.height == 0
    # both fuels of the litre have rows of their own name
    assert made.emissions["emission_id"].is_unique().all()
    assert set(ttw.filter(activity_id="a0")["share_key"]) == {"diesel", "biodiesel"}
