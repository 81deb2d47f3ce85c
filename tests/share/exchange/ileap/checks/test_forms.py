"""The form of objects: what the schemas of iLEAP refuse is found, and what they allow is not."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.ileap import Checked, Exchanged, form
from tanlu.share.exchange.ileap.checks.forms import instant
from tests.share.exchange.ileap.changed import ODD, places

FILES = {"ShipmentFootprint": "shipment-footprint", "TOC": "toc", "HOC": "hoc", "TAD": "tad"}


def bodies(made: Exchanged) -> dict[str, dict[str, Any]]:
    """One object of each type."""
    held = [each["extensions"][0]["data"] for each in made.footprints]
    return {
        "ShipmentFootprint": next(each for each in held if "tces" in each),
        "TOC": next(each for each in held if "tocId" in each),
        "HOC": next(each for each in held if "hocId" in each),
        "TAD": made.tads[0],
    }


@pytest.mark.parametrize("kind", FILES)
@given(data=st.data())
def test_whatever_a_schema_refuses_is_found(
    kind: str, made: Exchanged, shared: Path, data: st.DataObject
) -> None:
    text = (shared / f"data/standards/ileap/schemas/{FILES[kind]}.json").read_text("utf-8")
    rules = jsonschema_rs.validator_for(json.loads(text), validate_formats=True)
    body = copy.deepcopy(bodies(made)[kind])
    known = list(places(body))
    holder, key = known[data.draw(st.integers(0, len(known) - 1))]
    if data.draw(st.booleans()):
        holder[key] = copy.deepcopy(data.draw(ODD))
    else:
        del holder[key]
    found = Checked()
    good = form(found, kind, body, "it")

    assert good == (not found.findings)
    if not rules.is_valid(body):
        assert not good


def test_a_number_and_a_comma_are_told_with_what_was_meant(made: Exchanged) -> None:
    body = copy.deepcopy(bodies(made)["TOC"])
    body["co2eIntensityWTW"], body["co2eIntensityTTW"] = 1, "0,5"
    found = Checked()
    form(found, "TOC", body, "toc")

    assert [(each.where, each.computed) for each in found.findings] == [
        ("toc.co2eIntensityWTW", "1"), ("toc.co2eIntensityTTW", "0.5")
    ]  # fmt: skip


def test_names_of_older_drafts_are_told_by_their_new_name(made: Exchanged) -> None:
    body = copy.deepcopy(bodies(made)["TOC"])
    body["energyCarriers"][0]["feedstocks"] = [{"feedstock": "Grid", "feedstockPercentage": "1"}]
    found = Checked()
    form(found, "TOC", body, "toc")

    assert "feedstockShare" in found.findings[0].say()


def test_a_moment_has_a_zone_and_a_day_that_is() -> None:
    assert instant("2026-01-01T08:00:00+08:00") == instant("2026-01-01T00:00:00Z")
    for wrong in ("2026-02-30T00:00:00Z", "2026-01-01T00:00:00", "2026-01-01", "", 5):
        assert instant(wrong) is None
