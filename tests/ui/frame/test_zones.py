"""Times of a page stand in the zone in which the ledger's days are cut."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.terms import time
from tests import serving
from tests.report.ledger import activity, emission, kept

ZONE = "Europe/Berlin"


@pytest.fixture
def home(tmp_path):
    """The home of a ledger in Berlin: one leg, late in the evening there, the next day in China."""
    start = time.instant("2026-10-05T23:30", ZONE)
    row = activity(1, start=start, end=start + 60_000_000, zone=ZONE)
    workspace = kept(tmp_path, [row], [emission(row, "ttw", 10**9)], zone=ZONE)
    made = serving.home(workspace.path, tmp_path)
    yield made
    made.close()


def test_a_day_and_the_times_in_it_are_of_one_zone(asking, home):
    client = asking()
    days = LexborHTMLParser(client.get("/en/totals?by=day").text)
    assert days.css_first("tbody td").text() == "2026-10-05"
    behind = LexborHTMLParser(client.get("/en/totals/shipments?day=2026-10-05").text)
    assert behind.css_first("tbody time").text() == "2026-10-05 23:30"
    assert behind.css_first("html").attributes["data-zone"] == ZONE
