"""What a query found as an EPCISQueryDocument: each event as it was sent, named and dated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tanlu.track.events.asking import documents

if TYPE_CHECKING:
    import polars as pl

__all__ = ["query_document"]


def query_document(
    epcis: pl.DataFrame, *, name: str, created_us: int, subscription: str | None = None
) -> dict[str, Any]:
    """Give rows of the schema ``epcis`` as one EPCISQueryDocument (EPCIS 2.0 8.2.7 and 10).

    Each event has its ``eventID``, the CBV hash where the sender gave none, and as ``recordTime``
    the time of its capture here.

    Parameters
    ----------
    name
        The query: SimpleEventQuery or a name.
    created_us
        When the document is made [µs UTC].
    subscription
        The subscription that is told, if it is one.
    """
    given = documents(epcis)
    events = given["epcisBody"]["eventList"]
    for event, (event_id, recorded) in zip(
        events, epcis.select("event_id", "recorded").rows(), strict=True
    ):
        event["eventID"], event["recordTime"] = event_id, _said(recorded)
    results: dict[str, Any] = {"queryName": name}
    if subscription is not None:
        results["subscriptionID"] = subscription
    results["resultsBody"] = {"eventList": events}
    return {
        "@context": given["@context"],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": _said(created_us),
        "epcisBody": {"queryResults": results},
    }


def _said(us: int) -> str:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
