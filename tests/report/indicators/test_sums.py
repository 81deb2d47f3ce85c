"""Sums are wide and each activity of a leg counts once, whatever its boundaries."""

from __future__ import annotations

import polars as pl
from tests.report.ledger import network

from tanlu.report.indicators.sums import ALL, of_activities, of_emissions


def test_transport_activity_counts_once_a_leg() -> None:
    rows = network(80).tables["emission"]
    made = of_emissions(rows.lazy(), ALL, "UTC").row(0, named=True)
    once = rows.filter(pl.col("boundary") == "ttw")["transport_kgm"].sum()

    assert int(made["tkm_den"]) == once
    assert int(made["all_ug"]) == rows["co2e_ug"].sum()


def test_a_leg_that_has_a_share_of_several_receipts_moves_its_goods_once() -> None:
    rows = network(80).tables["emission"].with_columns(
        round=pl.lit("R"), share_of=pl.lit("e1"), share_key=pl.lit("e1")
    )  # fmt: skip
    twice = pl.concat([rows, rows.with_columns(share_of=pl.lit("e2"), share_key=pl.lit("e2"))])
    alone, both = (
        of_emissions(each.lazy(), ALL, "UTC").row(0, named=True) for each in (rows, twice)
    )

    assert both["tkm_den"] == alone["tkm_den"] > 0
    assert both["all_ug"] == 2 * alone["all_ug"]


def test_the_pieces_of_a_shipment_count_once_however_many_legs_it_has() -> None:
    rows = network(10).tables["emission"].with_columns(
        shipment=pl.lit("S"), count=pl.lit(3, pl.Int64)
    )  # fmt: skip
    made = of_emissions(rows.lazy(), ALL, "UTC").row(0, named=True)

    assert (made["parcel_den"], made["order_den"]) == (3, 1)


def test_rows_without_any_activity_give_no_row() -> None:
    empty = network(5).tables["activity"].head(0)

    assert of_activities(empty.lazy(), ALL, "UTC").height == 0
