"""One row of a shipment's legs."""

from __future__ import annotations

import polars as pl

from tanlu.serve.searching.deriving import derive, kept, key
from tanlu.serve.searching.places import Places
from tanlu.store.relational.search import COLUMNS, MODES, NOTHING, TIERS
from tanlu.terms import schema


def _legs(*rows):
    frame = pl.DataFrame(list(rows), schema_overrides=schema("activity").dtypes())
    return schema("activity").fit(frame).lazy().with_columns(key())


def _emissions(*rows):
    common = {"profile": "iso14083", "basis": "none", "tier": "modelled", "factor_id": "f/x"}
    made = [common | row for row in rows]
    frame = pl.DataFrame(made, schema_overrides=schema("emission").dtypes())
    return schema("emission").fit(frame).lazy()


NO_FINDINGS = pl.DataFrame(schema={"subject": pl.String, "findings": pl.Int64})
LEGS = (
    {"activity_id": "a2", "consignment": "C", "leg_no": 2, "kind": "transport.sea", "start": 5,
     "end": 9, "origin": "CNNGB", "destination": "NLRTM", "payer": "P", "operator": "O"},
    {"activity_id": "a1", "consignment": "C", "leg_no": 1, "kind": "transport.road", "start": 1,
     "end": 4, "origin": "CN-SN", "destination": "CNNGB", "payer": "Q", "subject": "waybill:W"},
)  # fmt: skip


def _row(legs, emissions, findings=NO_FINDINGS):
    ((row,),) = derive(legs, emissions, findings, Places())
    return dict(zip(COLUMNS, row, strict=True))


def test_a_shipment_goes_from_its_first_origin_to_its_last_destination():
    of = pl.lit("consignment:C").alias("of")
    emissions = _emissions(
        {"activity_id": "a1", "boundary": "ttw", "co2e_ug": 100, "sigma_ln_ppm": 100_000,
         "transport_kgm": 50, "tier": "measured"},
        {"activity_id": "a1", "boundary": "wtt", "co2e_ug": 20, "sigma_ln_ppm": 100_000,
         "transport_kgm": 50},
        {"activity_id": "a1", "boundary": "ttw", "co2e_ug": 7, "basis": "market"},
        {"activity_id": "a1", "boundary": "ttw", "co2e_ug": 7, "profile": "other"},
    )  # fmt: skip
    row = _row(_legs(*LEGS), kept(emissions, "iso14083").with_columns(of))
    assert (row["origin"], row["destination"]) == ("CN-SN", "NLRTM")
    assert (row["start"], row["end"], row["legs"], row["unquantified"]) == (1, 9, 2, 1)
    assert (row["co2e_ug"], row["lower_ug"], row["upper_ug"]) == (120, 99, 146)
    # a transport activity counts once, however many boundaries tell it
    assert (row["transport_kgm"], row["intensity"]) == (50, 2400)
    assert row["modes"] == 1 << MODES.index("road") | 1 << MODES.index("sea")
    assert row["tier"] == TIERS.index("modelled")
    assert row["payers"] == "\x1fQ\x1fP\x1f"
    for word in ("w", "c", "ningbo", "宁波港", "陕西", "rotterdam", "o"):
        assert word in row["text"].split()


def test_what_is_not_quantified_has_no_amount_rather_than_none_at_all():
    row = _row(_legs(*LEGS), _emissions().with_columns(of=pl.lit("x")))
    names = ("co2e_ug", "lower_ug", "upper_ug", "intensity", "transport_kgm")
    assert {row[name] for name in names} == {NOTHING}
    assert (row["tier"], row["unquantified"]) == (-1, 2)


def test_findings_about_a_leg_its_waybill_or_the_shipment_are_counted_once_each():
    about = ["activity:a1", "waybill:W", "consignment:C", "activity:else"]
    found = pl.DataFrame({"subject": about, "findings": [2, 1, 1, 9]})
    row = _row(_legs(*LEGS), _emissions().with_columns(of=pl.lit("x")), found)
    assert row["findings"] == 4


def test_a_leg_that_belongs_to_nothing_is_no_shipment():
    legs = _legs({"activity_id": "z", "kind": "transport.road", "start": 1, "end": 2})
    assert legs.collect()["of"].to_list() == [None]
    assert (
        list(derive(legs.clear(), _emissions().with_columns(of=pl.lit("x")), NO_FINDINGS, Places()))
        == []
    )


def test_a_leg_with_a_share_of_two_receipts_moves_its_goods_once_and_nothing_is_cut_off():
    amounts = {"boundary": "ttw", "co2e_ug": 128, "lower_ug": 90, "upper_ug": 150}
    shares = [
        {"activity_id": "a1", **amounts, "transport_kgm": 50, "share_key": key, "share_of": key}
        for key in ("e1", "e2")
    ]
    emissions = kept(_emissions(*shares), "iso14083").with_columns(of=pl.lit("consignment:C"))
    row = _row(_legs(*LEGS), emissions)
    assert (row["co2e_ug"], row["transport_kgm"], row["intensity"]) == (256, 50, 5120)

    third = _emissions({"activity_id": "a1", **amounts, "co2e_ug": 200, "transport_kgm": 3000})
    row = _row(_legs(*LEGS), kept(third, "iso14083").with_columns(of=pl.lit("consignment:C")))
    # 66.67, not 66
    assert row["intensity"] == 67
