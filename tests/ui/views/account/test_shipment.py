"""One shipment from its first leg to its last."""

from __future__ import annotations

import polars as pl
import pytest
from selectolax.lexbor import LexborHTMLParser

pytestmark = pytest.mark.reads


@pytest.fixture
def shipment(home):
    rows = home.workspace("home").scan("emission").filter(pl.col("leg_no") > 2)
    return rows.select("subject").head(1).collect().item()


def _whole(node):
    return float(node.attributes["title"].removesuffix(" g").replace(",", ""))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_tells_every_leg_and_the_same_total_as_the_ledger(asking, home, shipment, language):
    answer = asking().get(f"/{language}/shipments/{shipment}")
    assert answer.status_code == 200
    page = LexborHTMLParser(answer.text)
    rows = home.workspace("home").scan("emission").filter(pl.col("subject") == shipment).collect()
    assert _whole(page.css_first(".kpi .value")) * 1e6 == pytest.approx(rows["co2e_ug"].sum())
    stops = page.css(".timeline > li")
    assert len(stops) == rows.select(pl.struct("activity_id", "share_key").n_unique()).item()
    assert page.css_first(".seal")


def test_each_leg_leads_to_its_calculation(asking, shipment):
    page = LexborHTMLParser(asking().get(f"/en/shipments/{shipment}").text)
    hrefs = [a.attributes["href"] for a in page.css(".timeline .how a")]
    assert hrefs
    for href in hrefs:
        assert asking().get(href).status_code == 200


def test_what_nobody_recorded_is_not_found(asking, shipment):
    assert asking().get("/zh/shipments/waybill:none").status_code == 404
    assert asking(tenant="other").get(f"/zh/shipments/{shipment}").status_code == 404


def test_a_shipment_that_stays_in_its_place_has_a_page_without_a_way(asking, home):
    rows = home.workspace("home").scan("emission").filter(pl.col("subject").is_not_null())
    moved = pl.col("origin") != pl.col("destination")
    still = (
        rows.group_by("subject").agg(moved.any().alias("moved")).filter(~pl.col("moved")).collect()
    )
    assert still.height
    answer = asking().get(f"/zh/shipments/{still['subject'][0]}")
    assert answer.status_code == 200
    assert not LexborHTMLParser(answer.text).css('[data-chart="way"]')
