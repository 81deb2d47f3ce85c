"""Bodies come in within a limit, also of what they unpack to."""

from __future__ import annotations

import gzip
import json

from tanlu.serve.resources.asking import bodies


def test_packed_bodies_are_unpacked_and_bombs_are_not(asked, monkeypatch):
    row = {"activities": [{"kind": "transport.road", "start": "2026-10-01"}]}
    packed = {"content-encoding": "gzip", "content-type": "application/json"}
    good = gzip.compress(json.dumps(row).encode())
    assert asked.post("/v1/activities", content=good, headers=packed).status_code == 200
    torn = asked.post("/v1/activities", content=good[:-6], headers=packed)
    assert torn.json()["code"] == "TL486"
    monkeypatch.setattr(bodies, "MOST_UNPACKED", 1 << 20)
    bomb = gzip.compress(b" " * (8 << 20))
    told = asked.post("/v1/activities", content=bomb, headers=packed)
    assert (told.status_code, told.json()["code"]) == (413, "TL467")


def test_a_body_that_is_too_large_is_refused_before_it_is_taken(asked):
    long = {"content-length": str(1 << 40), "content-type": "application/x-ndjson"}
    assert asked.post("/v1/activities", content=b"x", headers=long).status_code == 413
