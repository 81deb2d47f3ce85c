"""Questions as they come over HTTP."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.searching import Searching, page
from tests.serving import last


@pytest.fixture
def searching(home):
    made = Searching(home)
    yield made
    made.close()


def test_before_anything_is_built_a_search_says_so(searching):
    with pytest.raises(TanluError) as error:
        page(searching, "home")
    assert error.value.code == "TL499"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"sort": "weight"}, "TL497"), ({"mode": ["tram"]}, "TL497"), ({"tier": "best"}, "TL497"),
        ({"after": "x"}, "TL498"), ({"after": "!!"}, "TL498"), ({"after": "WzEsMiwzXQ"}, "TL498"),
    ],
)  # fmt: skip
def test_what_there_is_not_is_refused(searching, asked, code):
    last(searching.update("home"))
    with pytest.raises(TanluError) as error:
        page(searching, "home", **asked)
    assert error.value.code == code


def test_a_page_of_one_order_does_not_go_on_in_another(searching):
    last(searching.update("home"))
    after = page(searching, "home", sort="co2e", limit=3)["next"]
    with pytest.raises(TanluError) as error:
        page(searching, "home", sort="intensity", limit=3, after=after)
    assert error.value.code == "TL498"


def test_filters_narrow_and_the_count_is_said(searching):
    last(searching.update("home"))
    whole = page(searching, "home", limit=200)
    assert whole["exact"]
    assert whole["count"] == len(whole["shipments"])
    rail = page(searching, "home", mode=["rail", "air"], limit=200)
    assert {row["name"] for row in rail["shipments"]} == {
        row["name"] for row in whole["shipments"] if {"rail", "air"} & set(row["modes"])
    }
    tier = whole["shipments"][0]["tier"]
    assert all(r["tier"] == tier for r in page(searching, "home", tier=tier)["shipments"])
    paid = page(searching, "home", payer="TANLU-MALL", limit=200)["shipments"]
    assert paid
    assert all("TANLU-MALL" in row["payers"] for row in paid)
    assert page(searching, "home", period="1999")["shipments"] == []


def test_an_organisation_that_is_not_there_is_refused(searching):
    with pytest.raises(TanluError) as error:
        page(searching, "nobody")
    assert error.value.code == "TL483"
