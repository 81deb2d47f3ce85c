"""All orders of a ledger in one table, by stage."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.report.ledger import activity, emission
from tests.report.product.books import books

from tanlu.errors import TanluError
from tanlu.report.product import product
from tanlu.report.product.ledger import of_ledger
from tanlu.report.product.many import table


@pytest.mark.parametrize(("by", "count"), [("order", 2), ("parcel", 3), ("sku", 2)])
def test_every_order_parcel_or_sku_has_a_row(by: str, count: int) -> None:
    facts = product(None, books(), by=by).facts

    assert facts["count"] == count
    assert sum(Decimal(row["co2e_kg"]) for row in facts["largest"]) == Decimal(facts["co2e_kg"])


def test_the_stages_of_all_are_the_total() -> None:
    facts = product(None, books(), by="order").facts
    stages = [Decimal(row["co2e_kg"]) for row in facts["stages"] if row["co2e_kg"]]

    assert sum(stages) == Decimal(facts["co2e_kg"])
    assert {row["stage"] for row in facts["stages"] if row["co2e_kg"] is None} >= {"production"}


def test_a_missing_stage_is_said_in_words() -> None:
    assert "不等于零" in product(None, books(), by="sku", language="zh").sections[0].text


def test_an_empty_period_has_no_orders() -> None:
    facts = product(None, books(), by="order", period="2019").facts

    assert (facts["count"], facts["mean_kg"]) == (0, None)


def test_the_table_is_columnar_with_an_interval() -> None:
    found = table(of_ledger(books(), None)[0], "parcel")

    assert found.height == 5
    assert (found["lower_ug"] <= found["co2e_ug"]).all()


def test_another_word_is_refused() -> None:
    with pytest.raises(TanluError) as told:
        product(None, books(), by="colour")

    assert told.value.code == "TL502"


def server() -> dict[str, object]:
    """Servers that no order names."""
    return emission(
        activity(77, "ict.server", subject=None, shipment=None), "wtt", 1_000_003,
        stage="warehousing", factor_id="s", factor_hash="s",
    )  # fmt: skip


def test_what_was_emitted_for_all_is_shared_only_when_asked_for() -> None:
    alone = product(None, books(server()), by="parcel").facts
    shared = product(None, books(server()), by="parcel", overhead="count").facts
    more = Decimal(shared["co2e_kg"]) - Decimal(alone["co2e_kg"])

    assert more == Decimal("0.001000003")
    assert (alone["overhead"], shared["overhead"]) == (None, "count")


def test_an_order_bears_its_part_whatever_by_says() -> None:
    facts = product("S1", books(server()), overhead="count").facts

    # two of three parcels
    assert Decimal(facts["co2e_kg"]) == Decimal("2.240000001") + Decimal("0.000666669")


def test_a_share_that_was_asked_for_and_is_not_there_is_a_finding() -> None:
    found = product("S1", books(), overhead="mass").facts["findings"]

    assert "TL818" in {row["code"] for row in found}


def test_metered_energy_beside_modelled_hubs_is_said_to_be_told_twice() -> None:
    meter = server() | {"kind": "energy.electricity"}

    assert product("waybill:T1", books(meter), overhead="count").facts["counted_twice"] == [
        "warehousing"
    ]
    assert product("waybill:T1", books(meter)).facts["counted_twice"] == []


def test_a_parcel_bears_its_part_of_what_was_emitted_for_all() -> None:
    parts = [
        Decimal(product(name, books(server()), overhead="count").facts["co2e_kg"])
        - Decimal(product(name, books(server())).facts["co2e_kg"])
        for name in ("waybill:T1", "waybill:T2", "waybill:T3")
    ]

    assert sum(parts) == Decimal("0.001000003")
    assert max(parts) - min(parts) <= Decimal("0.000000001")
