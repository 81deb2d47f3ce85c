"""Legs in their order, those of shared keys, and in what the subject was."""

from __future__ import annotations

import polars as pl
from examples.trace import order

from tanlu.store import open_workspace
from tanlu.track.trace import legs, trace


def row(**told: object) -> pl.DataFrame:
    first = order.activities().filter(subject=order.ORDER).head(1)
    return first.with_columns(pl.lit(value).alias(name) for name, value in told.items())


def made(folder, *rows: pl.DataFrame):
    workspace = open_workspace(folder, create=True)
    workspace.append("activity", pl.concat([order.activities(), *rows], how="vertical_relaxed"))
    return workspace


def test_each_leg_knows_the_boxes_of_its_time(ledger) -> None:
    found = trace(ledger, order.ORDER).legs.filter(relation="self")

    assert found["carriers"].to_list() == [
        *["box:B1;pallet:P1"] * 4, "box:B1", "box:B1",
    ]  # fmt: skip


def test_a_leg_without_a_subject_that_has_the_key_is_its_own(tmp_path) -> None:
    more = row(activity_id="more", subject=None, leg_no=7)

    assert "more" in trace(made(tmp_path, more), order.ORDER).legs["activity_id"]


def test_a_key_that_others_have_too_gives_links_and_no_legs(tmp_path) -> None:
    other = row(activity_id="other", subject="waybill:JD8")
    open_ = row(activity_id="whose", subject=None)
    found = trace(made(tmp_path, other, open_), order.ORDER)

    assert set(found.legs["activity_id"]) & {"other", "whose"} == set()
    assert found.links.select("target", "relation").row(0) == ("waybill:JD8", "shares chain")


def test_legs_of_a_carrier_count_while_it_carried(tmp_path) -> None:
    day = order.BEGIN + 22 * order.DAY
    inside = row(activity_id="in", subject="pallet:P1", chain=None, start=day, end=day + order.DAY)
    after = inside.with_columns(
        activity_id=pl.lit("after"), start=day + 5 * order.DAY, end=day + 6 * order.DAY
    )
    workspace = made(tmp_path, inside, after)
    workspace.append("event", order.events())
    found = trace(workspace, order.ORDER).legs

    assert found.filter(relation="carrier")["activity_id"].to_list() == ["in"]


def test_too_many_legs_are_cut_and_it_is_said(ledger, monkeypatch) -> None:
    monkeypatch.setattr(legs, "MOST", 4)
    found = trace(ledger, order.ORDER)

    assert found.legs.height == 4
    assert "TL435" in found.findings["code"]


def test_legs_of_others_in_a_vehicle_that_carried_it_are_not_told(tmp_path) -> None:
    day = order.BEGIN + 22 * order.DAY
    tours = [
        row(activity_id=name, subject=whose, chain=None, vehicle="V", start=day, end=day + 1)
        for name, whose in (("theirs", "waybill:JD8"), ("tour", None))
    ]
    workspace = made(tmp_path, *tours)
    rows = (("in", 21.0, "aggregation", "add", "child", order.ORDER, "vehicle:V", None),)
    workspace.append("event", order.events(rows))

    assert trace(workspace, order.ORDER).legs.filter(relation="carrier")[
        "activity_id"
    ].to_list() == ["tour"]
    assert "theirs" in trace(workspace, "vehicle:V").legs["activity_id"]
