"""The data model from one table, against the published one."""

from __future__ import annotations

import copy

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from tanlu.share.exchange.pact import in_form
from tanlu.share.exchange.pact.model import misfits, schema, uuid
from tests.share.exchange.pact.told import shelf

OBJECTS = {"DataModelExtension", "ProductOrSectorSpecificRule", "EmissionFactorSource",
           "DataQualityIndicators", "Assurance", "Verification", "CarbonFootprint"}  # fmt: skip
OTHER_NAMES = {"EmissionFactorSource": "EmissionFactorDatabases"}
TYPES = {"uuid": "string"}


@pytest.mark.parametrize(("form", "version"), [(3, "3_0"), (2, "2_3")])
def test_every_field_stands_in_the_published_model_with_its_type_and_necessity(
    shared, form, version
):
    path = shared / "data" / "standards" / "pact" / "openapi" / f"openapi_v{version}.yaml"
    published = yaml.safe_load(path.read_text(encoding="utf-8"))["components"]["schemas"]
    ours = schema(form)
    pairs = {"ProductFootprint": ours, **ours["$defs"]}
    assert set(pairs) - {"ProductFootprint"} <= OBJECTS
    for name, made in pairs.items():
        told = published.get(name) or published[OTHER_NAMES[name]]
        assert set(made["properties"]) == set(told["properties"]), name
        assert set(made["required"]) == set(told.get("required", ())), name
        for field, each in told["properties"].items():
            mine = made["properties"][field]
            if "$ref" in each:
                each = published[each["$ref"].rpartition("/")[2]]
            if "$ref" in mine:
                mine = ours["$defs"][mine["$ref"].rpartition("/")[2]]
            assert mine["type"] == each["type"], field
            assert mine.get("enum") == each.get("enum"), field
            assert mine.get("minItems") == (each.get("minItems") or mine.get("minItems")), field


@pytest.mark.parametrize("form", [2, 3])
def test_what_fits_the_model_fits_its_schema(form):
    check = Draft202012Validator(schema(form), validate_formats=True)
    for told in shelf():
        content = in_form(told, form).content
        assert misfits(content, form) == []
        assert check.is_valid(content)


PATHS = [(), ("pcf",), ("pcf", "dqi")]
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=5), st.just([]),
                   st.just({}), st.just(["x"]), st.just("1E+2"), st.just("2026-01-01"))  # fmt: skip


@given(st.data())
def test_a_field_that_is_spoilt_or_lost_is_found_by_the_model_as_by_the_schema(data):
    content = copy.deepcopy(dict(shelf()[0].content))
    part = content
    for step in data.draw(st.sampled_from(PATHS)):
        part = part[step]
    name = data.draw(st.sampled_from(sorted(part)))
    if data.draw(st.booleans()):
        part[name] = data.draw(VALUES)
    else:
        del part[name]
    valid = Draft202012Validator(schema(3), validate_formats=True).is_valid(content)
    found = [each for each in misfits(content, 3) if each.code not in ("TL873", "TL874")]
    # a moment without a clock is read, though RFC 3339 wants one
    assert valid == (not found) or "2026-01-01" in str(content)


@pytest.mark.parametrize("content", [None, 7, [], "x", {}, {"pcf": []}, {"pcf": {"dqi": 7}}])
def test_what_is_no_footprint_at_all_is_said_to_be_none(content):
    assert misfits(content, 3)


def test_amounts_as_numbers_and_with_exponents_are_found():
    for wrong in (2.25, "2,25", "225E-2"):
        content = copy.deepcopy(dict(shelf()[0].content))
        content["pcf"]["pcfExcludingBiogenicUptake"] = wrong
        (found,) = misfits(content, 3)
        assert (found.code, found.where) == ("TL871", "pcf.pcfExcludingBiogenicUptake")
        assert "TL871" in found.say("zh")


def test_two_places_are_one_too_many():
    content = copy.deepcopy(dict(shelf()[0].content))
    content["pcf"]["geographyCountrySubdivision"] = "CN-GD"
    assert [each.code for each in misfits(content, 3)] == ["TL877"]


def test_a_urn_is_no_uuid():
    assert uuid("3a6c14a7-4deb-498a-b5ea-16ce2535b576")
    assert not any(
        map(uuid, ("urn:gtin:1", "3a6c14a7", None, 7, "3a6c14a7-4deb-498a-b5ea-16ce2535b576\n"))
    )
