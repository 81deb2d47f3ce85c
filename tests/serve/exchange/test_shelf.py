"""The shelf: what the database finds is what the criteria mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.serve.exchange import shelf
from tanlu.serve.hooks import MOST_NAMED
from tanlu.serve.hooks.shelf import Shelf as Hooked
from tanlu.share.exchange.pact import Fetched, Footprint, check_all, filters, in_form
from tanlu.store.relational import open_state
from tanlu.store.relational.tables import hooks as hooked
from tanlu.store.relational.tables import pact as tables
from tests.serve.hooks.test_events import fits
from tests.share.exchange.pact.told import carriage, goods

PLACES = [{"geographyCountry": "CN"}, {"geographyCountry": "DE"}, {}]
ENDS = ["2024-02-29T00:00:00Z", "2025-03-01T00:00:00Z", "2026-01-01T00:00:00Z"]


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    opened = open_state(tmp_path_factory.mktemp("shelf") / "state.db")
    told = [
        kind(geographyCountry=place.get("geographyCountry"), referencePeriodEnd=end,
             geographyCountrySubdivision=None, referencePeriodStart="2023-01-01T00:00:00Z")
        for kind in (goods, carriage) for place in PLACES for end in ENDS
    ]  # fmt: skip
    told.append(told[0].successor({"companyName": "New"}, at=datetime(2026, 4, 1, tzinfo=UTC)))
    with opened.of("a") as mine:
        shelf.publish(mine, told)
        shelf.publish(mine, [Footprint(2, in_form(goods(primaryDataShare="3"), 2).content)])
    yield opened
    opened.close()


queries = st.lists(
    st.sampled_from([
        ("productId", "urn:gtin:6901234567892"), ("productId", "urn:x:0"), ("geography", "cn"),
        ("geography", "de"), ("status", "Active"), ("status", "deprecated"), ("status", "bogus"),
        ("classification", "urn:pact:productclassification:un-cpc:23912"),
        ("validOn", "2027-03-01T00:00:00Z"), ("validOn", "2027-03-01T00:00:01Z"),
        ("validAfter", "2025-03-01T00:00:00Z"), ("validBefore", "2028-03-01T00:00:00Z"),
    ]), max_size=4,
)  # fmt: skip


@given(queries, st.sampled_from([2, 3]), st.integers(1, 25))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_together_hold_exactly_what_the_criteria_mean(state, asked, form, limit):
    wanted = filters.of_query(asked) or None
    with state.of("a") as mine:
        whole = shelf.find(mine, form, None, reader=None, limit=99).footprints
        found, after = [], None
        while True:
            page = shelf.find(mine, form, wanted, reader=None, limit=limit, after=after)
            assert len(page.footprints) <= limit
            found += page.footprints
            after = page.last
            if after is None:
                break
    assert len(whole) == 20
    assert [each.id for each in found] == [
        each.id for each in whole if wanted is None or wanted.match(each.content)
    ]


def test_what_is_deprecated_cannot_be_changed_and_what_is_absent_neither(state):
    with state.of("a") as mine:
        old = shelf.find(
            mine, 3, filters.of_query([("status", "Deprecated")]), reader=None, limit=9
        )
        (gone,) = old.footprints
        for name in (gone.id, "00000000-0000-0000-0000-000000000000"):
            with pytest.raises(TanluError, match="TL88"):
                shelf.replace(mine, name, {"companyName": "X"}, at=datetime.now(UTC))


def test_a_change_is_for_the_readers_of_what_it_replaces(tmp_path):
    state = open_state(tmp_path / "state.db")
    with state.of("a") as mine:
        shelf.publish(mine, [goods()], readers=["ann", "bob", "ann"])
        new = shelf.replace(mine, goods().id, {"companyName": "X"}, at=datetime.now(UTC))
        assert shelf.one(mine, new.id, 3, "bob").id == new.id
        for name in (new.id, goods().id):
            with pytest.raises(TanluError, match="TL884"):
                shelf.one(mine, name, 3, "eve")
    state.close()


def test_an_identity_is_found_however_its_letters_are_written(state):
    with state.of("a") as mine:
        first = shelf.find(mine, 3, None, reader=None, limit=1).footprints[0]
        assert shelf.one(mine, first.id.upper(), 3, None).id == first.id


def test_what_partners_tell_is_kept_as_it_came_and_once(tmp_path):
    state = open_state(tmp_path / "state.db")
    content = dict(goods().content) | {"pcf": {}, "strange": [1, {"x": None}]}
    fetched = Fetched(3, [content, {"no": "id"}, 7], check_all([content, {"no": "id"}, 7], 3))
    with state.of("a") as mine:
        assert shelf.keep(mine, "https://a.example", fetched) == 1
        assert shelf.keep(mine, "https://a.example", fetched) == 0
        (row,) = mine.rows(tables.RECEIVED)
    assert '"strange": [1, {"x": null}]' in row["content"]
    assert "TL870" in row["findings"]
    state.close()


def told(state):
    rows = state.rows(hooked.MESSAGES, order=(hooked.MESSAGES.c.at_us, hooked.MESSAGES.c.id))
    found = [json.loads(row["body"])["data"] for row in rows]
    for each in found:
        fits("footprint.published", each)
    return found


@pytest.fixture
def heard(tmp_path):
    """The state of two organisations that want to hear of footprints."""
    opened = open_state(tmp_path / "state.db")
    for tenant in ("a", "b"):
        Hooked(opened).subscribe(tenant, "https://a.example/", ["footprint.published"])
    yield opened
    opened.close()


def test_what_is_published_is_told_once_with_its_figure_and_a_change_says_what_it_replaces(heard):
    with heard.of("a") as mine:
        first = goods()
        shelf.publish(mine, [first, carriage()], readers=["c_1"])
        shelf.publish(mine, [first])
        change = {"productDescription": "tea, and its box"}
        later = shelf.replace(mine, first.id, change, at=datetime(2026, 4, 1, tzinfo=UTC))
        both, update = told(mine)
    assert both["count"] == 2
    assert both["footprints"][0] == {
        "id": first.id, "form": 3, "product": "Tea", "unit": "piece", "pcf_kg": "2.25",
        "product_ids": ["urn:pact:tanlu.example:product-id:tea-1", "urn:gtin:6901234567892"],
        "replaces": [],
    }  # fmt: skip
    assert [(each["id"], each["replaces"]) for each in update["footprints"]] == [
        (later.id, [first.id])
    ]
    with heard.of("b") as theirs:
        assert told(theirs) == []


def test_what_is_not_published_in_the_end_is_not_told(heard):
    other = Footprint(3, {**goods().content, "companyName": "Another"})

    def twice():
        with heard.of("a") as mine:
            shelf.publish(mine, [carriage(), goods(), other])

    with pytest.raises(TanluError, match="TL880"):
        twice()
    with heard.of("a") as mine:
        assert told(mine) == []


def test_many_footprints_are_few_messages(heard):
    made = [goods(productDescription=f"box {n}") for n in range(MOST_NAMED + 1)]
    made.append(Footprint(2, in_form(goods(productDescription="of form 2"), 2).content))
    with heard.of("a") as mine:
        shelf.publish(mine, made)
        said = told(mine)
    assert [each["count"] for each in said] == [MOST_NAMED, 2]
    assert said[1]["footprints"][1]["form"] == 2
    assert said[1]["footprints"][1]["pcf_kg"] == made[-1].content["pcf"]["pCfExcludingBiogenic"]
