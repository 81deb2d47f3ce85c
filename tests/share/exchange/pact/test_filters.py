"""Which footprints are asked for, against a second, naive way of finding them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.share.exchange.pact import filters
from tests.share.exchange.pact.told import carriage, goods

URNS = ["urn:a:1", "urn:A:1", "urn:b:2", "URN:C:3"]
PLACES = ["CN", "cn", "DE", "CN-GD", "Asia", "asia", ""]
DAYS = ["2024-02-29T00:00:00Z", "2025-06-01T00:00:00Z", "2027-03-01T00:00:00Z",
        "2028-06-01T00:00:00Z", "1900-01-01T00:00:00Z"]  # fmt: skip
urns = st.lists(st.sampled_from(URNS), max_size=2, unique=True)
footprints = st.builds(
    lambda ids, company, groups, place, status, end, span: {
        "productIds": ids, "companyIds": company, "status": status,
        **({"productClassifications": groups} if groups else {}),
        "pcf": {**({place[0]: place[1]} if place else {}), "referencePeriodEnd": end},
        **({"validityPeriodStart": min(span), "validityPeriodEnd": max(span)} if span else {}),
    },
    urns, urns, urns,
    st.none() | st.sampled_from([("geographyCountry", "CN"), ("geographyCountry", "DE"),
        ("geographyCountrySubdivision", "CN-GD"), ("geographyRegionOrSubregion", "Asia")]),
    st.sampled_from(["Active", "Deprecated"]), st.sampled_from(DAYS),
    st.none() | st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)),
)  # fmt: skip
queries = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["productId", "companyid", "CLASSIFICATION"]),
                  st.sampled_from([*URNS, ""])),
        st.tuples(st.just("geography"), st.sampled_from(PLACES)),
        st.tuples(st.just("status"), st.sampled_from(["Active", "active", "Deprecated", "Bogus"])),
        st.tuples(st.sampled_from(["validOn", "validAfter", "validBefore", "validon"]),
                  st.sampled_from(DAYS)),
        st.tuples(st.sampled_from(["limit", "x-own-id", "after"]), st.just("1")),
    ), max_size=6,
)  # fmt: skip


def _at(text):
    return datetime.fromisoformat(text)


def _naive(told, pairs):
    """Find as the words of the standard say, one line a sentence."""
    asked = {}
    for name, value in pairs:
        if value:
            asked.setdefault(name.lower(), []).append(value)
    pcf = told["pcf"]
    if "validityPeriodStart" in told:
        start, end = _at(told["validityPeriodStart"]), _at(told["validityPeriodEnd"])
    else:
        start = _at(pcf["referencePeriodEnd"])
        leap = (start.month, start.day) == (2, 29)
        later = f"{start.year + 3}-03-01" if leap else f"{start.year + 3}-{start:%m-%d}"
        end = datetime.fromisoformat(later).replace(tzinfo=UTC)
    for name, field in (("productid", "productIds"), ("companyid", "companyIds"),
                        ("classification", "productClassifications")):  # fmt: skip
        if name in asked and not {v.lower() for v in asked[name]} & {
            v.lower() for v in told.get(field, [])
        }:
            return False
    where = [value.lower() for key, value in pcf.items() if key.startswith("geography")]
    if "geography" in asked and not any(v.lower() in where for v in asked["geography"]):
        return False
    if "status" in asked and told["status"].lower() not in [v.lower() for v in asked["status"]]:
        return False
    if "validon" in asked and not any(start <= _at(v) <= end for v in asked["validon"]):
        return False
    if "validafter" in asked and not any(start > _at(v) for v in asked["validafter"]):
        return False
    return not ("validbefore" in asked and not any(end < _at(v) for v in asked["validbefore"]))


@given(footprints, queries)
def test_it_finds_what_the_words_of_the_standard_say(told, pairs):
    assert filters.of_query(pairs).match(told) == _naive(told, pairs)


def test_a_place_does_not_hold_its_parts():
    assert not filters.of_query([("geography", "CN")]).match(carriage().content)
    assert filters.of_query([("geography", "cn-gd")]).match(carriage().content)


def test_an_earlier_filter_and_too_many_values_are_refused():
    with pytest.raises(TanluError, match="TL881"):
        filters.of_query([("$filter", "created ge '2026-01-01'")])
    with pytest.raises(TanluError, match="TL881"):
        filters.of_query([("productId", f"urn:x:{n}") for n in range(101)])
    many = [(name, f"urn:x:{n}") for name in filters.NAMES for n in range(100)]
    assert filters.of_query(many)


def test_nothing_asked_is_no_criterion():
    assert not filters.of_query([("x-own", "1"), ("geography", " ")])
    with pytest.raises(TanluError, match="TL881"):
        filters.of_event({"comment": "please"})


def test_a_request_asks_as_a_query_does():
    asked = {"productId": [goods().content["productIds"][1].upper()], "status": ["active"],
             "validOn": "2026-05-01T00:00:00Z", "comment": "please"}  # fmt: skip
    assert filters.of_event(asked).match(goods().content)
    shown = {"pf": {"productIds": ["urn:x:1"], "pcf": {"geographyCountry": "CN"}}}
    assert not filters.of_event(shown).match(goods().content)
    assert filters.of_event({"pf": {"pcf": {"geographyCountry": "cn"}}}).match(goods().content)
