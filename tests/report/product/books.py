"""A ledger of two orders with stages, without a workspace."""

from __future__ import annotations

from typing import Any

import polars as pl
from tests.report.ledger import Ledger, activity, emission

from tanlu.terms import schema

# order, parcel, SKU, stage, kind, µg, tier
ROWS = (
    ("S1", "waybill:T1", "A", "warehousing", "hub.warehouse", 400_000_000, "default"),
    ("S1", "waybill:T1", "A", "trunk", "transport.road", 1_500_000_000, "measured"),
    ("S1", "waybill:T1", "A", "delivery", "transport.parcel", 250_000_001, "modelled"),
    ("S1", "waybill:T2", "B", "returns", "transport.air", 90_000_000, "modelled"),
    ("S2", "waybill:T3", "B", None, "transport.road", 70_000_000, "modelled"),
)


def books(*more: dict[str, Any]) -> Ledger:
    rows = []
    for number, (order, parcel, sku, stage, kind, ug, tier) in enumerate(ROWS):
        done = activity(number, kind, subject=parcel, shipment=order)
        rows.append(emission(done, "ttw", ug, stage=stage, tier=tier, labels=f'{{"sku":"{sku}"}}'))
    rows += more
    types = schema("emission").dtypes()
    names = {name: types[name] for name in types if any(name in row for row in rows)}
    table = schema("emission").fit(pl.DataFrame(rows, schema=names))
    return Ledger(emission=table)
