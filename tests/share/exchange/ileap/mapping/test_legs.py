"""Legs of a ledger: each element once, on one basis, and what iLEAP cannot hold with its reason."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.share.exchange.ileap.mapping.legs import Left, Leg, legs
from tanlu.store import open_workspace


@pytest.fixture(scope="module")
def found(network_books: Path) -> tuple[list[Leg], list[Left]]:
    return legs(open_workspace(network_books))


def test_every_leg_of_the_ledger_is_kept_or_left(
    found: tuple[list[Leg], list[Left]], network_books: Path
) -> None:
    rows = open_workspace(network_books).scan("emission").collect()
    rows = rows.filter(pl.col("kind").str.contains(r"^(transport|hub)\."))
    keys = rows.select("activity_id", "share_key", "shipment").unique()
    kept, left = found

    assert len(kept) + len(left) == keys.height
    assert sum(leg.wtw_ug for leg in kept) == rows["co2e_ug"].sum()
    assert all(leg.wtw_ug >= leg.ttw_ug >= 0 for leg in kept)


def test_a_period_and_a_shipment_narrow_the_legs(
    found: tuple[list[Leg], list[Left]], network_books: Path
) -> None:
    workspace = open_workspace(network_books)
    name = found[0][0].row["shipment"]
    one, _ = legs(workspace, shipments=(name,))

    assert {leg.row["shipment"] for leg in one} == {name}
    assert legs(workspace, period="1999") == ([], [])


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"mass_mg": None}, "it tells no mass"),
        ({"distance_m": None}, "it tells no distance"),
        ({"shipment": None}, "it names no shipment"),
        ({"kind": "transport.pipeline"}, "iLEAP has no mode for transport.pipeline"),
        ({"has_ttw": False}, "its emissions from tank to wheel are not told apart"),
        ({"has_other": True}, "its emissions from tank to wheel are not told apart"),
        ({"wtw_ug": 1, "ttw_ug": 2}, "its emissions from well to tank are below zero"),
        ({}, None),
    ],
)
def test_what_lacks_is_named(
    found: tuple[list[Leg], list[Left]], changed: dict[str, object], why: str | None
) -> None:
    from tanlu.share.exchange.ileap.mapping.legs import _lacking

    road = next(leg for leg in found[0] if leg.mode == "Road")

    assert _lacking({**road.row, **changed}) == why


def test_by_market_a_row_by_location_stands_for_what_has_no_twin() -> None:
    from tanlu.share.exchange.ileap.mapping.legs import _on_basis

    rows = pl.DataFrame(
        [("a", "location", 5), ("a", "market", 1), ("b", "location", 7), ("c", "none", 9)],
        schema=["activity_id", "basis", "co2e_ug"], orient="row",
    ).with_columns(share_key=pl.lit(None, pl.String), shipment=pl.lit("s"),
                   consignment=pl.lit("s"), boundary=pl.lit("wtt"))  # fmt: skip

    assert sorted(_on_basis(rows, "location")["co2e_ug"]) == [5, 7, 9]
    assert sorted(_on_basis(rows, "market")["co2e_ug"]) == [1, 7, 9]
