"""What was emitted for all orders is shared among them, and nothing of it is lost."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.account.lifecycle import keyed, overhead
from tanlu.errors import TanluError
from tanlu.terms import schema

NAMES = ("shipment", "subject", "consignment", "labels", "stage", "kind", "boundary", "tier",
         "factor_id", "factor_hash", "gwp_set", "sigma_ln_ppm", "mass_mg", "co2e_ug",
         "co2_fossil_ug", "co2_bio_ug", "ch4_fossil_ug", "ch4_bio_ug", "n2o_ug")  # fmt: skip


def rows(common: list[int], masses: list[int]) -> pl.LazyFrame:
    same = {"kind": "ict.server", "boundary": "wtt", "tier": "default", "gwp_set": "AR6"}
    made: list[dict[str, Any]] = [
        {**same, "stage": "warehousing", "co2e_ug": ug, "factor_id": f"f{n % 2}",
         "factor_hash": f"h{n % 2}", "sigma_ln_ppm": 1}
        for n, ug in enumerate(common)
    ]  # fmt: skip
    made += [
        {**same, "stage": "trunk", "co2e_ug": 5, "factor_id": "t", "factor_hash": "t",
         "sigma_ln_ppm": 1, "mass_mg": mass, "subject": f"waybill:{n:03d}", "shipment": "S"}
        for n, mass in enumerate(masses)
    ]  # fmt: skip
    types = schema("emission").dtypes()
    return pl.DataFrame(made, schema={name: types[name] for name in NAMES}).lazy()


@given(
    st.lists(st.integers(0, 10**14), min_size=1, max_size=4),
    st.lists(st.integers(1, 10**9), min_size=1, max_size=9),
    st.sampled_from(["mass", "count"]),
)
def test_the_shares_of_all_parcels_are_the_whole(
    common: list[int], masses: list[int], weight: str
) -> None:
    found = overhead(rows(common, masses), "parcel", weight)

    assert found["co2e_ug"].sum() == sum(common)
    assert found["key"].n_unique() == len(masses)


def test_a_parcel_twice_as_heavy_bears_twice_as_much() -> None:
    found = overhead(rows([300], [10, 20]), "parcel", "mass")

    assert dict(found.select("key", "co2e_ug").iter_rows()) == {
        "waybill:000": 100, "waybill:001": 200,
    }  # fmt: skip


def test_an_order_bears_what_its_parcels_bear() -> None:
    found = overhead(rows([300], [10, 20]), "order", "count")

    assert found.select("key", "co2e_ug").rows() == [("S", 300)]


def test_factors_stay_apart_so_that_the_interval_knows_them() -> None:
    assert overhead(rows([7, 9], [1]), "parcel", "count").height == 2


def test_what_a_site_or_a_vehicle_emits_is_for_all_and_is_no_parcel() -> None:
    site = pl.when(pl.col("subject").is_null()).then(pl.lit("site:PK-SH")).otherwise("subject")
    frame = rows([300, 60], [10, 20]).with_columns(site.alias("subject"))

    assert overhead(frame, "parcel", "mass")["co2e_ug"].sum() == 360
    assert "site:PK-SH" not in set(keyed(frame, "parcel").collect()["key"])


def test_nothing_for_all_shares_nothing() -> None:
    assert overhead(rows([], [1]), "parcel", "mass").height == 0


def test_nobody_to_share_with_shares_nothing() -> None:
    assert overhead(rows([7], []), "parcel", "mass").height == 0


def test_parcels_without_a_mass_cannot_share_by_mass() -> None:
    with pytest.raises(TanluError) as told:
        overhead(rows([7], [0]), "parcel", "mass")

    assert told.value.code == "TL513"


def test_another_weight_is_refused() -> None:
    with pytest.raises(TanluError) as told:
        overhead(rows([7], [1]), "parcel", "luck")

    assert told.value.code == "TL502"
