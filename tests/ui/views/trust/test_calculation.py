"""One number with its formula, factor, file and proof."""

from __future__ import annotations

import polars as pl
import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.serve.resources import ROOMS
from tests.serving import client

pytestmark = pytest.mark.reads


@pytest.fixture
def shipment(home):
    rows = home.workspace("home").scan("emission").filter(pl.col("share_of").is_not_null())
    return rows.select("subject", "activity_id").head(1).collect().row(0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_leg_has_its_formula_factor_file_and_recalculation(asking, shipment, language):
    answer = asking().get(f"/{language}/calculation/{shipment[0]}")
    assert answer.status_code == 200
    page = LexborHTMLParser(answer.text)
    legs = page.css(".calculation")
    assert legs
    for leg in legs:
        assert leg.css_first(".formula .result")
        assert leg.css_first(".factor")
        assert ".parquet" in leg.text()
    same = {"zh": "重算一致", "en": "the same to the microgram"}[language]
    assert answer.text.count(same) == len(legs)


def test_the_legs_sum_to_the_total(asking, shipment):
    page = LexborHTMLParser(asking().get(f"/en/calculation/{shipment[0]}").text)

    def whole(node):
        return float(node.attributes["title"].removesuffix(" g").replace(",", ""))

    total = whole(page.css_first(".kpi .value"))
    parts = sum(whole(node) for node in page.css(".calculation header [title]"))
    assert parts == pytest.approx(total, abs=1e-6)


def test_an_activity_whose_name_has_a_slash_has_its_page(asking, shipment):
    assert asking().get(f"/en/calculation/activity_id:{shipment[1]}").status_code == 200


def test_what_is_not_recorded_is_not_found_and_nothing_of_it_is_markup(asking):
    answer = asking().get("/zh/calculation/waybill:%3Cscript%3Ealert(1)")
    assert answer.status_code == 404
    assert "TL806" in answer.text
    assert "<script>alert" not in answer.text


def test_another_organisation_sees_nothing_of_it(asking, shipment):
    assert asking(tenant="other").get(f"/zh/calculation/{shipment[0]}").status_code == 404


def test_the_way_ends_at_the_file_for_who_may_open_it(asking, home):
    held = home.workspace("home").scan("activity").drop_nulls("source_sha256")
    row = held.select("activity_id", "source_sha256").head(1).collect().row(0)
    at = f"/en/calculation/activity_id:{row[0]}"
    wanted = f'a[href="/en/evidence/{row[1]}"]'
    client = asking("verifier")
    assert LexborHTMLParser(client.get(at).text).css_first(wanted) is not None
    assert client.get(f"/en/evidence/{row[1]}").status_code == 200
    assert LexborHTMLParser(asking("viewer").get(at).text).css_first(wanted) is None


def test_the_way_to_the_same_as_json_leads_there(asking, home, shipment):
    page = LexborHTMLParser(asking().get(f"/en/calculation/{shipment[0]}").text)
    (href,) = {each.attributes["href"] for each in page.css("header a") if each.text() == "JSON"}
    told = client(home, rooms=ROOMS).get(href)
    assert (told.status_code, told.json()["subject"]) == (200, shipment[0])
