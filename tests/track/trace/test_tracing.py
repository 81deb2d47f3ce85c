"""One call tells all of an order, and nothing of it twice."""

from __future__ import annotations

import polars as pl
import pytest
from examples.trace import order

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.track.trace import trace


def test_an_order_has_its_own_legs_and_those_of_what_is_in_it(ledger) -> None:
    found = trace(ledger, order.ORDER)
    own = found.legs.filter(relation="self")

    assert own["activity_id"].to_list() == [f"{order.ORDER}/{n}" for n in range(1, 7)]
    assert found.legs["thing"].unique(maintain_order=True).to_list() == [
        order.ORE, order.COIL, order.ORDER,
    ]  # fmt: skip
    assert found.legs["number"].to_list() == list(range(1, 11))


def test_forwards_and_backwards_see_one_side_each(ledger) -> None:
    def things(direction: str) -> set[str]:
        found = trace(ledger, order.COIL, direction=direction).things
        return set(found.filter(pl.col("relation").is_in(["input", "output", "child"]))["thing"])

    assert things("backwards") == {order.ORE}
    assert things("forwards") == {order.ORDER, order.SCRAP}
    assert things("both") == {order.ORE, order.ORDER, order.SCRAP}


def test_the_amounts_are_those_of_the_ledger_by_relation_and_boundary(ledger) -> None:
    found = trace(ledger, order.ORDER)
    sums = found.emissions.group_by("relation", "boundary").agg(pl.col("co2e_ug").sum())
    told = {row[:2]: row[2] for row in sums.iter_rows()}

    # 310 + 20 + 10,200 + 50 + 60 g of the order, 120 + 550 + 90 + 800 g of ore and coil
    assert told == {
        ("self", "ttw"): 8_512_000_000, ("self", "wtt"): 2_128_000_000,
        ("input", "ttw"): 1_248_000_000, ("input", "wtt"): 312_000_000,
    }  # fmt: skip


def test_without_events_the_legs_are_told_all_the_same(tmp_path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.commit({"activity": order.activities(), "emission": order.emissions()})
    found = trace(workspace, order.ORDER)

    assert found.legs.height == 6
    assert found.boxes.is_empty()


def test_an_earlier_version_knows_what_it_knew(ledger) -> None:
    assert trace(ledger, order.ORDER, as_of=1).things.height == 1


def test_a_direction_that_there_is_not_is_refused(ledger) -> None:
    with pytest.raises(TanluError, match="TL001"):
        trace(ledger, order.ORDER, direction="sideways")


def test_of_whom_nothing_is_known_near_names_are_told(ledger) -> None:
    with pytest.raises(TanluError, match=r"TL430.*waybill:JD7001"):
        trace(ledger, "waybill:JD7010")
