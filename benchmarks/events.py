"""Events of EPCIS 2.0 captured: ``events.capture_hash`` and ``events.capture_id``.

A document of a chain of packed, loaded, shipped and received things, five events in six about
things that no other event names. Captured are columns of events and of the things in them, checked,
with all their keys read; what a ledger then writes is not counted. The reference is the hash
generator of GS1's event hash (1.9.3), which gives the hash alone.

By hand: ``python -m benchmarks.events [--events 300000]``.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["measure"]

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
PREFIXES = ("4012345", "0614141", "6901234")
GOALS = {"hash": 50_000, "id": 100_000}
# the reference is slow enough that few tell
FEW = 200
WORKERS = 2
ROUNDS = 5


class Chain:
    """Makes events of a supply chain."""

    def __init__(self, *, named: bool) -> None:
        self.named = named
        self.draw = random.Random(7)
        self.begin = datetime(2026, 3, 1, tzinfo=UTC)
        self.events: list[dict[str, Any]] = []
        self.sites = [
            f"urn:epc:id:sgln:{prefix}.{place:05d}.{gate}"
            for prefix in PREFIXES for place in range(20) for gate in (0, 1)
        ]  # fmt: skip

    def add(self, kind: str, step: str, **more: Any) -> None:
        """Add an event with a time and a place."""
        number = len(self.events)
        at = self.begin + timedelta(seconds=7 * number, milliseconds=self.draw.randrange(1000))
        event = {
            "type": kind,
            "eventTime": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "eventTimeZoneOffset": "+08:00",
            "action": "OBSERVE",
            "bizStep": step,
            "readPoint": {"id": self.draw.choice(self.sites)},
            **more,
        }
        if self.named:
            event["eventID"] = f"urn:uuid:{number:08x}-0000-4000-8000-{number:012x}"
        self.events.append(event)

    def round(self) -> None:
        """Add what happens to three things from their making to their receipt."""
        prefix, number = self.draw.choice(PREFIXES), len(self.events)
        item = f"urn:epc:id:sgtin:{prefix}.{self.draw.randrange(40):06d}"
        things = [f"{item}.{self.draw.randrange(10**9)}" for _ in range(3)]
        box, pallet = (f"urn:epc:id:sscc:{prefix}.{self.draw.randrange(10**10):010d}" for _ in "12")
        place = {"id": self.draw.choice(self.sites)}
        kept = {"action": "ADD"}
        self.add("ObjectEvent", "commissioning", epcList=things, bizLocation=place, **kept)
        self.add("AggregationEvent", "packing", parentID=box, childEPCs=things, **kept)
        self.add(
            "ObjectEvent", "shipping", epcList=[box], disposition="in_transit",
            bizTransactionList=[
                {"type": "desadv", "bizTransaction": f"urn:epcglobal:cbv:bt:4012345000009:{number}"}
            ],
            sourceList=[{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00000"}],
            destinationList=[
                {"type": "owning_party", "destination": "urn:epc:id:pgln:0614141.00000"}
            ],
        )  # fmt: skip
        self.add("AggregationEvent", "loading", parentID=pallet, childEPCs=[box], **kept)
        self.add("ObjectEvent", "transporting", epcList=[pallet])
        lot = f"urn:epc:class:lgtin:4012345.012345.L{self.draw.randrange(999)}"
        amount = {"epcClass": lot, "quantity": self.draw.randrange(9000) / 10, "uom": "KGM"}
        self.add(
            "ObjectEvent", "receiving", epcList=[pallet], quantityList=[amount], bizLocation=place
        )


def document(count: int, *, named: bool) -> dict[str, Any]:
    """Give a document of so many events."""
    chain = Chain(named=named)
    while len(chain.events) < count:
        chain.round()
    return {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T00:00:00Z",
        "epcisBody": {"eventList": chain.events[:count]},
    }


def measure(count: int) -> dict[str, Any]:
    """Give events a second of both cases and of the reference, taken in turns."""
    found: dict[str, Any] = {"events": count, "workers": WORKERS}
    for name, goal in GOALS.items():
        held = document(count, named=name == "id")
        data = json.dumps(held).encode()
        few = {**held, "epcisBody": {"eventList": held["epcisBody"]["eventList"][:FEW]}}
        _captured(data, WORKERS)
        rates: dict[str, list[float]] = {"wall": [], "cpu": [], "peer": []}
        for _ in range(ROUNDS):
            rates["peer"].append(_peer(few))
            rates["wall"].append(count / _captured(data, WORKERS)[0])
            rates["cpu"].append(count / _captured(data, 1)[1])
        told = {key: statistics.median(each) for key, each in rates.items()}
        found[name] = {
            **told, "best": max(rates["wall"]), "goal": goal,
            "bytes_an_event": len(data) / count,
        }  # fmt: skip
    return found


def _captured(data: bytes, workers: int) -> tuple[float, float]:
    """Give what a capture takes by the clock on the wall and by that of this process [s]."""
    from tanlu.track.events import capture

    wall, cpu = time.perf_counter(), time.process_time()
    taken = capture(data, recorded_us=1, workers=workers)
    cost = time.perf_counter() - wall, time.process_time() - cpu
    assert taken.rejected.is_empty()
    assert taken.epcis.height == taken.rows_in
    return cost


def _peer(held: dict[str, Any]) -> float:
    """Give what the reference hashes in a second of its process, after its imports."""
    from epcis_event_hash_generator import hash_generator, json_to_py

    copy = json.loads(json.dumps(held))
    begun = time.process_time()
    events = json_to_py.event_list_from_epcis_document_json(copy)
    hashes = hash_generator.epcis_hashes_from_events(events)
    assert len(hashes) == FEW
    return FEW / (time.process_time() - begun)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=300_000)
    print(json.dumps(measure(parser.parse_args().events)))
