"""What partners find at a demonstration: footprints of its carriage by mode, and its shipments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.serve.api import Home
    from tanlu.share.exchange.pact import Footprint
    from tanlu.store import Workspace

__all__ = ["publish"]

COMPANY, URN = "Tanlu Demo", "urn:pact:tanlu.example:supplier-id:demo"
# UN CPC: transport of freight by road, rail, air, inland water; sorting of parcels
SERVICES = {
    "transport.road": ("Road freight", "6511"),
    "transport.rail": ("Rail freight", "6512"),
    "transport.air": ("Air freight", "6531"),
    "transport.inland": ("Inland waterway freight", "6522"),
}
SHIPMENTS = 30


def publish(home: Home, workspace: Workspace, tenant: str = "home") -> dict[str, int]:
    """Publish footprints of the services (PACT) and of some shipments (iLEAP); give how many.

    What is there already stays: a second start publishes nothing twice.
    """
    from tanlu.serve.exchange import ileap, shelf

    with home.state.of(tenant) as state:
        if shelf.find(state, 3, None, reader=None, limit=1).footprints:
            return {"footprints": 0, "tads": 0}
        made = _services(workspace)
        new = shelf.publish(state, made)
        if made:
            # a later look at the same service: the one before is deprecated, and stays readable
            later = made[0].successor({"comment": "reviewed"}, at=datetime.now(UTC))
            new += shelf.publish(state, [later])
        names, tads = ileap.share(state, _shipments(workspace))
    return {"footprints": len(new) + len(names), "tads": tads}


def _services(workspace: Workspace) -> list[Footprint]:
    import polars as pl

    from tanlu.share.exchange.pact import Product, footprint_of, moments

    wanted = (pl.col("kind").is_in(list(SERVICES)), pl.col("basis") != "market")
    carried: pl.LazyFrame = workspace.scan("emission").filter(*wanted, profile="iso14083")
    rows = carried.collect(engine="streaming")
    made = []
    for kind, (name, code) in SERVICES.items():
        own = rows.filter(kind=kind).sort("emission_id")
        if own.is_empty():
            continue
        ends: Any = (own["start"].min(), own["end"].max())
        product = Product(
            COMPANY, (URN,), name, (f"urn:pact:tanlu.example:product-id:{kind}",),
            description=f"{name} of the period, well to wheel",
            amount="", place=("country", "CN"),
            classifications=(f"urn:pact:productclassification:un-cpc:{code}",),
        )  # fmt: skip
        period = (moments.of_microseconds(ends[0]), moments.of_microseconds(ends[1]))
        made.append(footprint_of(own, product, period=period, at=datetime.now(UTC)))
    return made


def _shipments(workspace: Workspace) -> Any:

    from tanlu.share.exchange import ileap

    named = workspace.scan("emission", columns=["shipment"]).drop_nulls().unique()
    some = named.collect(engine="streaming")["shipment"].sort().head(SHIPMENTS)
    return ileap.exchanged(
        workspace, ileap.Company(COMPANY, (URN,)), shipments=tuple(some.to_list())
    )
