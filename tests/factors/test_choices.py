"""Each component of the rank decides when all before it are equal; each assumption says itself."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.factors import Library, match, resolve, select
from tanlu.factors.rules import profile
from tests.golden.packs import book, curve, fuel, pair, shelf

KEY = {"kind": "transport.road", "vehicle_class": "truck", "energy_carrier": "fuel",
       "temperature_class": None, "place": "GB"}  # fmt: skip


def chosen(kept: Library, **key: str | None) -> dict[str, Any]:
    rows = resolve(pl.DataFrame([{**KEY, **key}], schema_overrides=dict.fromkeys(KEY, pl.String)),
                   library=kept)  # fmt: skip
    at = select.day_us(select.dt.date(2025, 6, 1))
    found = rows.filter((pl.col("valid_from") <= at) & (pl.col("valid_to") > at))
    return found.row(0, named=True)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"place": "GB"}, {"place": "GLO"}),
        ({"status": "official"}, {"status": "peer"}),
        ({"status": "peer"}, {"status": "derived"}),
        ({"status": "derived"}, {"status": "assumption"}),
        ({"pedigree": "11111"}, {"pedigree": "11112"}),
    ],
)
def test_a_better_candidate_wins_whatever_it_weighs(
    tmp_path: Path, better: dict[str, str], worse: dict[str, str]
) -> None:
    # the data year parts the identities; both hold for all time from 2020
    for number, (first, second) in enumerate([(better, worse), (worse, better)]):
        rows = pair("transport.road", "truck", 80 if first is better else 90, **first)
        rows += pair("transport.road", "truck", 90 if first is better else 80,
                     **{"data_year": "2019", **second})  # fmt: skip
        kept = shelf(tmp_path / str(number), rows)

        assert chosen(kept)["ttw_co2e_g"] == 80


@pytest.mark.parametrize("worse", [{"published": "2023-05-01"}, {}])
@pytest.mark.parametrize("grams", ["79.5", "80.5"])
def test_of_two_that_hardly_differ_the_newest_publication_wins(
    tmp_path: Path, worse: dict[str, str], grams: str
) -> None:
    rows = pair("transport.road", "truck", 80, place="GB", published="2024-05-01")
    rows += pair("transport.road", "truck", grams, place="GB", data_year="2019", **worse)

    assert chosen(shelf(tmp_path, rows))["ttw_co2e_g"] == 80


def test_the_higher_of_two_equals_wins_and_says_so(tmp_path: Path) -> None:
    rows = pair("transport.road", "truck", 80, place="GB")
    rows += pair("transport.road", "truck", 81, place="GB", data_year="2019")
    rows += pair("transport.road", "truck", 84, place="GB", data_year="2018")
    found = chosen(shelf(tmp_path, rows))

    assert found["ttw_co2e_g"] == 84
    assert found["assumptions"] == "F-CONFLICT"


def test_equals_within_two_percent_are_no_conflict(tmp_path: Path) -> None:
    rows = pair("transport.road", "truck", 80, place="GB")
    rows += pair("transport.road", "truck", "81.5", place="GB", data_year="2019")

    assert chosen(shelf(tmp_path, rows))["assumptions"] is None


def test_ambient_is_what_is_not_told(tmp_path: Path) -> None:
    kept = shelf(tmp_path, pair("transport.road", "truck", 80, place="GB"))
    told, untold = chosen(kept, temperature_class="ambient"), chosen(kept)

    assert told["assumptions"] == untold["assumptions"] is None
    assert told["temperature_uplift"] == untold["temperature_uplift"] == 1.0
    assert told["factor_hash"] == untold["factor_hash"]


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("transport.road", "van.small", (1.15, 0.10, "F-TEMP-VAN")),
        ("transport.road", "truck", (1.12, 0.10, "F-TEMP-UPLIFT")),
        ("transport.rail", "train", (1.12, 0.25, "F-TEMP-UPLIFT")),
    ],
)
def test_cold_without_a_curve_of_its_own_takes_the_uplift_of_its_kind(
    tmp_path: Path, kind: str, name: str, expected: tuple[float, float, str]
) -> None:
    kept = shelf(tmp_path, pair(kind, name, 80, place="GB", gsd="1.0", pedigree=""))
    cold = chosen(kept, kind=kind, vehicle_class=name, temperature_class="chilled")

    uplift, sigma, code = expected
    assert (cold["temperature_uplift"], cold["assumptions"]) == (uplift, code)
    assert cold["sigma_ln"] == pytest.approx(sigma, rel=1e-12)


def test_cold_with_a_curve_of_its_own_takes_no_uplift(tmp_path: Path) -> None:
    cold = curve("truck", 7, 11, 20, temperature="chilled", place="GB")
    warm = curve("truck", 6, 10, 20, place="GB")
    kept = shelf(tmp_path, fuel("fuel", 80, place="GB"), vehicles=[cold, warm])
    found = chosen(kept, temperature_class="chilled")

    assert (found["rate_empty"], found["temperature_uplift"]) == (7, 1.0)
    assert found["assumptions"] is None
    assert chosen(kept)["rate_empty"] == 6


def test_no_code_is_empty(tmp_path: Path) -> None:
    hubs = book(*({"kind": f"hub.{name}", "vehicle_class": None, "energy_carrier": None, "t": 1}
                  for name in ("transshipment", "warehouse", "parcel", "container")))  # fmt: skip

    for said in match(hubs)["assumptions"].drop_nulls():
        assert "" not in said.split(";")


# ecoinvent v1: reliability, completeness, time, geography, technology by score
TABLE = {
    0: (1, 1.05, 1.1, 1.2, 1.5),
    1: (1, 1.02, 1.05, 1.1, 1.2),
    2: (1, 1.03, 1.1, 1.2, 1.5),
    3: (1, 1.01, 1.02, 1.02, 1.1),
    4: (1, 1, 1.2, 1.5, 2),
}


@pytest.mark.parametrize("dimension", range(5))
@pytest.mark.parametrize("score", range(1, 6))
def test_each_score_of_the_pedigree_adds_its_own_uncertainty(dimension: int, score: int) -> None:
    pedigree = "".join(str(score) if place == dimension else "1" for place in range(5))
    found = select.sigma_ln({"gsd": "1.05", "pedigree": pedigree})
    expected = math.hypot(math.log(1.05), math.log(TABLE[dimension][score - 1])) / 2

    assert found == pytest.approx(expected, rel=1e-12)


def test_published_vectors_of_the_pedigree() -> None:
    # (2,2,3,1,3) on 1.05 and (4,5,5,5,5) on 2.0: GSD² 1.24346 and 2.99171 (pedigree_matrix 0.2.2)
    for pedigree, basic, squared in (("22313", "1.05", 1.2434566), ("45555", "2.0", 2.9917069)):
        found = select.sigma_ln({"gsd": basic, "pedigree": pedigree})
        assert math.exp(2 * found) == pytest.approx(squared, rel=1e-7)


def test_published_bounds_go_before_the_pedigree() -> None:
    # 72.6 to 74.8 (IPCC 2006 diesel): ln(74.8 / 72.6) / 3.92
    row = {"lower": "72.6", "upper": "74.8", "gsd": "2", "pedigree": "55555"}

    assert select.sigma_ln(row) == pytest.approx(math.log(74.8 / 72.6) / 3.92, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"place": "FR"}, "holds for FR"),
        ({"energy_carrier": "hvo"}, "energy carrier is hvo"),
        ({"temperature_class": "frozen"}, "temperature class is frozen"),
        ({"technology": "hybrid"}, "technology is hybrid"),
        ({"status": "deprecated"}, "deprecated"),
    ],
)
def test_a_rejection_is_said_in_words(change: dict[str, str], why: str) -> None:
    want = select.Want("transport.road", "truck", "fuel", "chilled", "GB")
    ttw, wtt = pair("transport.road", "truck", 80)
    both = select.Candidate({"ttw": ttw | change, "wtt": wtt | change})

    assert select.rejection(both, want, profile("iso14083")) == why


def test_half_a_pair_is_rejected_in_words() -> None:
    want = select.Want("transport.road", "truck", "fuel", "", "GB")
    ttw, wtt = pair("transport.road", "truck", 80)
    rule, loose = profile("iso14083"), profile("cn_inventory")
    half = "no WTT value of the same source and edition"

    assert select.rejection(select.Candidate({"wtt": wtt}), want, rule) == "no TTW value"
    assert select.rejection(select.Candidate({"ttw": ttw}), want, rule) == half
    assert select.rejection(select.Candidate({"ttw": ttw}), want, loose) is None
