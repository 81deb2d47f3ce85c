"""A published proof of a shipment of the small network."""

from __future__ import annotations

from typing import Any

from tanlu.serve.proofs import Shelf
from tanlu.store.log import begin_log, has_log


def subject(home: Any) -> str:
    """Give a shipment that has emissions."""
    rows = home.workspace("home").scan("emission").select("subject").drop_nulls()
    return str(next(s for s in rows.collect()["subject"] if s.startswith("waybill:")))


def published(home: Any, *groups: str, of: str | None = None) -> str:
    """Publish a shipment and give the code; the ledger has a log from then on."""
    workspace = home.workspace("home")
    if not has_log(workspace):
        begin_log(workspace)
    shown = groups or ("result",)
    return Shelf(home.state).publish("home", workspace, of or subject(home), shown, "tests")
