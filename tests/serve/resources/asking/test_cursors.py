"""A cursor is good for the query and the ledger that it came from."""

from __future__ import annotations

from tanlu.serve.resources import ROOMS
from tests.serving import client


def test_a_cursor_is_good_for_its_own_query_and_ledger_only(asked, home):
    first = asked.get("/v1/emissions?limit=5&profile=iso14083").json()["next"]
    assert asked.get(first).status_code == 200
    assert asked.get(first.replace("limit=5", "limit=9")).status_code == 200
    for other in (
        first.replace("iso14083", "iso14064"),
        first.replace("/emissions", "/activities"),
        first[:-1] + ("A" if first[-1] != "A" else "B"),
        first.split("after=")[0] + "after=%E4%BD%A0",
        first.split("after=")[0] + "after=",
    ):
        answer = asked.get(other)
        assert answer.status_code in {400, 422}, other
        assert answer.json()["code"] in {"TL481", "TL486"}
    path = "/v1/emissions?" + first.partition("?")[2]
    assert client(home, rooms=ROOMS, tenant="other").get(path).json()["code"] == "TL481"
