"""Stages: sums of all orders at once, in the order of the life; what is missing is found."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.account import combine
from tanlu.account.lifecycle import STAGES, by_stage, keyed, missing
from tanlu.errors import TanluError

ROWS = pl.DataFrame(
    {
        "shipment": ["S1", "S1", "S1", None, "S2"],
        "subject": ["waybill:1", "waybill:1", "waybill:2", "waybill:3", "waybill:4"],
        "consignment": [None, None, None, None, "C"],
        "labels": ['{"sku":"A"}', '{"sku":"A"}', '{"sku":"B"}', None, '{"colour":"red"}'],
        "stage": ["trunk", "trunk", "delivery", None, "distribution"],
        "co2e_ug": [100, 50, 7, 3, 11],
        "sigma_ln_ppm": [200_000, 200_000, 100_000, 0, 0],
        "factor_hash": ["f", "f", "g", "h", "i"],
    }
)


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("order", {"S1", "S2", "waybill:3"}),
        ("parcel", {"waybill:1", "waybill:2", "waybill:3", "waybill:4"}),
        ("consignment", {"C"}),
        ("sku", {"A", "B"}),
    ],
)
def test_rows_belong_to_an_order_a_parcel_a_consignment_or_a_sku(by: str, keys: set[str]) -> None:
    assert set(keyed(ROWS.lazy(), by).collect()["key"]) == keys


def test_another_key_is_refused() -> None:
    with pytest.raises(TanluError) as told:
        keyed(ROWS.lazy(), "colour")

    assert told.value.code == "TL502"


def test_the_sums_of_all_orders_are_the_whole() -> None:
    found = by_stage(keyed(ROWS.lazy(), "order"), ["key"])

    assert int(found["co2e_ug"].sum()) == 171
    assert found.filter(key="S1").select("stage", "co2e_ug").rows() == [
        ("trunk", 150), ("delivery", 7),
    ]  # fmt: skip


def test_the_sums_are_those_of_the_plain_way_whatever_the_order_of_rows() -> None:
    frame = keyed(ROWS.lazy(), "parcel").collect()
    plain = combine(frame.filter(stage="trunk"), ["key"])
    found = by_stage(frame.reverse(), ["key"]).filter(stage="trunk").drop("stage")

    assert found.rows() == plain.sort("key").rows()


def test_a_stage_nobody_told_is_not_given_to_another() -> None:
    found = by_stage(ROWS)

    assert found.filter(stage="untold")["co2e_ug"].to_list() == [14]
    assert found["stage"].to_list() == ["trunk", "delivery", "untold"]


def test_stages_come_in_the_order_of_the_life() -> None:
    frame = pl.DataFrame({"stage": STAGES[::-1], "co2e_ug": [1] * 7, "sigma_ln_ppm": [0] * 7,
                          "factor_hash": ["f"] * 7})  # fmt: skip

    assert by_stage(frame)["stage"].to_list() == list(STAGES)


def test_each_missing_stage_and_the_untold_rows_are_findings() -> None:
    found = missing(ROWS, {"id": "x"})

    assert set(found["value"]) == {"production", "warehousing", "returns", "disposal", "untold"}
    assert found.filter(value="untold")["count"].to_list() == [2]
    assert set(found["code"]) == {"TL529"}


def test_a_whole_life_misses_nothing() -> None:
    assert missing(pl.DataFrame({"stage": STAGES}), {}).height == 0
