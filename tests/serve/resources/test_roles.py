"""Who only reads brings nothing in, and who only brings reads nothing."""

from __future__ import annotations

from tanlu.serve.resources import ROOMS
from tests.serving import client


def test_who_only_reads_brings_nothing_in(home):
    viewer = client(home, "viewer", rooms=ROOMS)
    row = {"activities": [{"kind": "transport.road", "start": "2026-10-01"}]}
    assert viewer.post("/v1/activities", json=row).status_code == 403
    assert client(home, "supplier", rooms=ROOMS).get("/v1/emissions").status_code == 403


def test_originals_are_for_those_who_may_see_persons(home):
    for role, status in (("viewer", 403), ("developer", 403), ("device", 403), ("verifier", 200)):
        assert client(home, role, rooms=ROOMS).get("/v1/originals").status_code == status, role
