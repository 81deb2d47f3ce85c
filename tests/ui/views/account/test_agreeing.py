"""What the pages say of one ledger agrees: the search, the page of a shipment, its calculation."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.account import quantify
from tanlu.serve.searching import page
from tanlu.store import open_workspace
from tests import serving
from tests.report.workspace import activities


def _books(folder, profile):
    """Write a round with two receipts; of what was quantified one leg has no mass."""
    rows = activities()
    again = rows.filter(activity_id="e1").with_columns(
        activity_id=pl.lit("e2"), volume_ml=pl.lit(9000, pl.Int64)
    )
    rows = pl.concat([rows, again])
    workspace = open_workspace(folder / profile, create=True)
    workspace.append("activity", rows)
    done = quantify(rows, profile=profile)
    workspace.append("emission", done.emissions)
    return workspace


@pytest.fixture(params=["iso14083", "ghg_protocol"])
def home(request, tmp_path):
    made = serving.home(_books(tmp_path, request.param).path, tmp_path)
    yield made
    made.close()


def test_a_line_of_the_search_says_what_its_page_says(asking, home):
    client = asking()
    told = page(client.app.state.searching, "home", sort="name")["shipments"]
    rows = home.workspace("home").scan("emission").filter(pl.col("basis") != "market").collect()
    assert len(told) == 4
    for line in told:
        own = rows.filter(shipment=line["name"])
        shown = LexborHTMLParser(client.get(f"/en/shipments/{line['subject']}").text)
        first, second, *_ = shown.css(".kpi .value")
        if not own.height:
            assert line["co2e_kg"] is None
            assert "–" in first.text(), "what could not be quantified is not zero"
            continue
        exact = Decimal(first.attributes["title"].removesuffix(" g").replace(",", ""))
        assert exact == Decimal(line["co2e_kg"]) * 1000 == Decimal(own["co2e_ug"].sum()) / 10**6
        moved = own.unique("activity_id")["transport_kgm"].sum()
        assert Decimal(line["transport_tkm"]) == Decimal(moved) / 10**6
        told_g = Decimal(line["intensity_g_per_tkm"])
        said_g = Decimal(second.text().split("gCO")[0].replace(",", "").strip())
        assert told_g.quantize(said_g) == said_g
        assert abs(told_g - Decimal(own["co2e_ug"].sum()) / moved) <= Decimal("0.0005")
        why = LexborHTMLParser(client.get(f"/en/calculation/{line['subject']}").text)
        whole = why.css_first(".kpi .value").attributes["title"]
        assert Decimal(whole.removesuffix(" g").replace(",", "")) == exact


def test_a_leg_with_two_receipts_goes_its_way_once(asking, home):
    shown = LexborHTMLParser(asking().get("/en/shipments/waybill:T2").text)
    distance = shown.css(".kpi")[3].text()
    assert "50" in distance.split("km")[0]
    assert "100" not in distance.split("km")[0]
    assert len(shown.css(".timeline > li")) == 2
