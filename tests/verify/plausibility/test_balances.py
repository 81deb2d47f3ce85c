"""Closed balances: they alone see a small bias, and say what they lack."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.verify.plausibility.asked import HOUR_US, NOON_US, only, reasons, rows, subjects, table
from tests.verify.plausibility.faults import measured, of
from tests.verify.plausibility.fleet import clean, heat_j_ml

from tanlu.simulate import batch, plan


@pytest.mark.parametrize("fault", of("fuel", "power", "tonnes", "boxes"))
def test_a_balance_that_does_not_close_is_found_and_no_other(fault: str) -> None:
    share, innocent, _ = measured(fault)

    assert (share, innocent) == (1.0, set())


def test_a_shipment_that_loses_weight_is_found() -> None:
    share, innocent, _ = measured("mass -15 % on one leg")

    # of one in a hundred both legs were made light
    assert share > 0.95
    assert innocent == set()


def test_the_bias_that_no_trip_shows_is_in_the_balance() -> None:
    by_trip = measured("vehicles -15 % all the time")[2].findings.height
    by_fuel = measured("energy -15 %, by the fills")

    assert by_fuel[0] == 1.0
    assert by_trip < 6


def fleet(bought_ml: int, used_j: float, **more: Any) -> pl.DataFrame:
    fill = {"kind": "energy.fuel", "energy_carrier": "diesel", "vehicle": "v"}
    trip = {"vehicle": "v", "energy_carrier": "diesel", "distance_m": 1}
    fills = [{**fill, "volume_ml": bought_ml // 20} for _ in range(20)]
    trips = [{**trip, "energy_j": round(used_j / 20), **more} for _ in range(20)]
    return rows(*fills, *trips)


def levels(opening_ml: float, closing_ml: float) -> pl.DataFrame:
    told = ((NOON_US - 1, opening_ml), (NOON_US + 3 * HOUR_US, closing_ml))
    return table("reading", *({"device": "v", "seq": k, "at": at, "stream": "tank_ml", "value": ml}
                              for k, (at, ml) in enumerate(told)))  # fmt: skip


@pytest.mark.parametrize(
    ("used", "opening", "closing", "found"),
    [(1.0, 0, 0, 0), (0.97, 0, 0, 1), (1.03, 0, 0, 1), (1.1, 100_000, 0, 0), (0.9, 0, 100_000, 0),
     (1.0, 0, 100_000, 1)],
)  # fmt: skip
def test_with_both_levels_of_the_tank_two_per_cent_are_seen(
    used: float, opening: float, closing: float, found: int
) -> None:
    told = fleet(1_000_000, used * 1_000_000 * heat_j_ml())
    made = only("fuel", told, readings=levels(opening, closing))

    assert subjects(made) == ["vehicle:v"] * found


@pytest.mark.parametrize(("used", "found"), [(0.95, 0), (0.85, 1), (1.05, 0), (1.15, 1)])
def test_an_unknown_level_is_at_most_the_largest_fill(used: float, found: int) -> None:
    told = fleet(1_000_000, used * 1_000_000 * heat_j_ml())

    assert subjects(only("fuel", told)) == ["vehicle:v"] * found


def test_trips_without_energy_leave_the_balance_open_and_that_is_said() -> None:
    open_ = fleet(1_000_000, 10.0).with_columns(
        pl.when(pl.col("activity_id") == "a25").then(None).otherwise("energy_j").alias("energy_j")
    )
    made = only("fuel", open_)

    assert subjects(made) == []
    assert reasons(made, "fuel") == {"unmetered": 1}
    assert made.checked == []


def test_fills_without_trips_are_one_side() -> None:
    made = only("fuel", fleet(1_000_000, 0.0).head(20))

    assert reasons(made, "fuel") == {"one_sided": 1}


def test_the_total_of_a_round_is_the_energy_of_its_legs() -> None:
    heat = heat_j_ml()
    # what a leg tells of its own is in the total
    legs = [{"vehicle": "v", "round": "r", "distance_m": 1, "energy_carrier": "diesel",
             "energy_j": round(300 * heat)}] * 3  # fmt: skip
    total = {"kind": "energy.fuel", "energy_carrier": "diesel", "vehicle": "v", "round": "r"}
    fill = {"kind": "energy.fuel", "energy_carrier": "diesel", "vehicle": "v", "volume_ml": 100}

    def found(used_ml: int) -> list[str]:
        told = rows(*legs, {**total, "energy_j": round(used_ml * heat)}, *[fill] * 10)
        return subjects(only("fuel", told))

    assert found(1_000) == []
    assert found(700) == ["vehicle:v"]


def test_trips_for_which_nothing_was_bought_are_told_as_not_checked() -> None:
    trip = {"vehicle": "v", "energy_carrier": "diesel", "distance_m": 1, "energy_j": 10**9}
    fill = {"kind": "energy.diesel", "energy_carrier": "diesel", "vehicle": "w",
            "energy_j": 10**9}  # fmt: skip
    made = only("fuel", rows(trip, fill, {**trip, "vehicle": "w"}))

    assert (subjects(made), reasons(made, "fuel")) == ([], {"one_sided": 1})


def test_a_charger_may_lose_a_tenth_and_no_more() -> None:
    def found(used: float) -> list[str]:
        charge = {"kind": "energy.electricity", "energy_carrier": "electricity", "vehicle": "v",
                  "energy_j": 1_000}  # fmt: skip
        trip = {"vehicle": "v", "energy_carrier": "electricity", "distance_m": 1,
                "energy_j": round(1_000 * used)}  # fmt: skip
        return subjects(only("fuel", rows(*[charge] * 50, *[trip] * 50)))

    assert found(0.93) == []
    assert found(0.8) == ["vehicle:v"]
    assert found(1.1) == ["vehicle:v"]


def meters(main: int, roof: int, parts: int, whole: str = "all") -> pl.DataFrame:
    power = {"kind": "energy.electricity", "energy_carrier": "electricity"}
    return rows(
        {**power, "energy_j": main, "labels": f'{{"meter":"m","parts":"{whole}"}}'},
        {**power, "energy_j": roof, "labels": '{"into":"m","meter":"roof"}'},
        {**power, "energy_j": parts, "labels": '{"meter":"p","under":"m"}'},
    )


@pytest.mark.parametrize(
    ("main", "roof", "parts", "whole", "found"),
    [(100, 0, 101, "all", 0), (100, 0, 110, "all", 1), (100, 20, 118, "all", 0),
     (100, 0, 80, "all", 1), (100, 0, 80, "some", 0), (100, 20, 101, "all", 1)],
)  # fmt: skip
def test_parts_are_no_more_than_the_whole(
    main: int, roof: int, parts: int, whole: str, found: int
) -> None:
    made = only("power", meters(main, roof, parts, whole))

    assert subjects(made) == ["meter:m"] * found


def test_parts_of_another_time_do_not_count() -> None:
    told = meters(100, 0, 150).with_columns(
        pl.when(pl.col("labels").str.contains("under")).then(pl.col("start") + 9 * HOUR_US)
        .otherwise("start").alias("start"),
        pl.when(pl.col("labels").str.contains("under")).then(pl.col("end") + 9 * HOUR_US)
        .otherwise("end").alias("end"),
    )  # fmt: skip

    assert subjects(only("power", told)) == []


def flow(
    came: int, went: int, kind: str = "hub.transshipment", code: str = "HUB-1"
) -> pl.DataFrame:
    return rows({"mass_mg": came, "origin": "A-SITE", "destination": code},
                {"mass_mg": went, "origin": code, "destination": "B-SITE"},
                {"kind": kind, "mass_mg": came, "place": code})  # fmt: skip


def test_a_hub_gives_out_what_it_got() -> None:
    assert subjects(only("tonnes", flow(1_000, 990))) == []
    assert subjects(only("tonnes", flow(1_000, 950))) == ["site:HUB-1"]


def test_a_mass_that_is_not_told_is_not_nought() -> None:
    # a truck came in unweighed: what went out may be all there was
    unweighed = rows({"mass_mg": None, "origin": "C-SITE", "destination": "HUB-1"})
    missing = only("tonnes", pl.concat([flow(700, 1_000), unweighed]))
    lost = only("tonnes", pl.concat([flow(1_000, 700), unweighed]))

    assert (subjects(missing), reasons(missing, "tonnes")) == ([], {"lacks": 1})
    # but what came in and did not go out is lost all the more
    assert subjects(lost) == ["site:HUB-1"]


def test_a_warehouse_has_stock_and_a_province_is_no_site() -> None:
    stored = only("tonnes", flow(1_000, 100, "hub.warehouse"))

    assert (subjects(stored), reasons(stored, "tonnes")) == ([], {"stock": 1})
    assert reasons(only("tonnes", flow(1_000, 100, code="CN-SH")), "tonnes") == {"nothing": None}


def test_rounding_of_one_party_is_no_loss_of_mass() -> None:
    def found(first: int, second: int) -> list[str]:
        told = [{"shipment": "S", "leg_no": k + 1, "mass_mg": mass}
                for k, mass in enumerate((first, second))]  # fmt: skip
        return subjects(only("mass", rows(*told)))

    assert found(12_340_000_000, 12_000_000_000) == []
    assert found(12_340_000_000, 11_400_000_000) == ["shipment:S"]


def test_a_leg_in_two_lorries_weighs_what_both_carry() -> None:
    told = [{"shipment": "S", "leg_no": 1, "mass_mg": 1_000_000},
            {"shipment": "S", "leg_no": 2, "mass_mg": 400_001},
            {"shipment": "S", "leg_no": 2, "mass_mg": 600_001}]  # fmt: skip

    assert subjects(only("mass", rows(*told))) == []


def test_where_boxes_come_from_may_give_without_end() -> None:
    def step(k: int, giver: str, taker: str, amount: int) -> dict[str, Any]:
        return {"transfer_id": f"t{k}", "at": k, "book": "box", "from_holder": giver,
                "to_holder": taker, "amount": amount}  # fmt: skip

    fair = table("transfer", step(1, "pool", "a", 10), step(2, "a", "b", 10))
    short = table("transfer", step(1, "pool", "a", 10), step(2, "a", "b", 11))
    passed_on = table("transfer", step(5, "a", "b", 10), step(5, "pool", "a", 10))
    early = table("transfer", step(2, "pool", "a", 10), step(1, "a", "b", 10))

    assert subjects(only("boxes", rows({}), transfers=fair)) == []
    assert subjects(only("boxes", rows({}), transfers=passed_on)) == []
    assert subjects(only("boxes", rows({}), transfers=short)) == ["holder:a"]
    assert subjects(only("boxes", rows({}), transfers=early)) == ["holder:a"]


def test_points_are_no_boxes() -> None:
    points = clean().transfers.with_columns(book=pl.lit("points"))

    assert reasons(only("boxes", rows({}), transfers=points), "boxes") == {"nothing": None}


def test_the_receipts_of_the_simulated_network_are_no_purchases() -> None:
    # they are the totals of rounds: the balance says that it has nothing to look at
    told = batch(plan(2_000, 3), 0)["energy"]

    assert told["round"].null_count() == 0
