"""Whatever somebody sends, the check answers with findings and never with a fault."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.share.exchange.ileap import Company, check, documents, exchanged, filtered
from tanlu.store import open_workspace

COMPANY = Company("Tanlu Express", ("urn:epc:id:sgln:4063973.00000.8",))
ODD = st.sampled_from(
    [None, True, 0, -1, 1e308, "", "NaN", "1e9", "-0", "9" * 200, "1.", [], {}, [None], [[]],
     {"a": []}, "x" * 10_000, "2026-02-30T00:00:00Z", "0" * 90, ["a", 1], {"tceId": {}}]
)  # fmt: skip


@pytest.fixture(scope="module")
def right(network_books: Path) -> list[dict[str, Any]]:
    workspace = open_workspace(network_books)
    every = exchanged(workspace, COMPANY)
    names = [each["extensions"][0]["data"].get("shipmentId") for each in every.footprints]
    some = exchanged(workspace, COMPANY, shipments=tuple(filter(None, names))[:2])
    return [*some.footprints, *some.tads]


def places(held: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a document: its holder, and its name or number there."""
    for key, value in held.items() if isinstance(held, dict) else enumerate(held):
        yield held, key
        if isinstance(value, dict | list):
            yield from places(value)


@given(st.data())
def test_odd_values_anywhere_are_findings_and_no_faults(
    right: list[dict[str, Any]], data: st.DataObject
) -> None:
    held = copy.deepcopy(right)
    for _ in range(data.draw(st.integers(1, 4))):
        known = list(places(held[data.draw(st.integers(0, len(held) - 1))]))
        holder, key = known[data.draw(st.integers(0, len(known) - 1))]
        holder[key] = copy.deepcopy(data.draw(ODD))
    for each in check(held).findings:
        assert each.code.startswith("TL91")
        assert each.say("zh")
    filtered([each for each in held if "activityId" in each], [("mode", "road"), ("a", "b")])


NAMES = ("data", "extensions", "pcf", "tces", "tocId", "hocId", "tceId", "distance",
         "energyCarriers", "activityId", "dataSchema", "feedstocks")  # fmt: skip
NESTED = st.recursive(
    ODD, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NAMES), inner)
)


@given(NESTED)
def test_any_json_is_checked_or_refused(tmp_path_factory: Any, told: Any) -> None:
    file = tmp_path_factory.mktemp("odd") / "a.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    try:
        held = documents(file)
    except TanluError as error:
        assert error.code == "TL919"  # noqa: PT017 - one of two answers
        return
    check(held)


def test_a_number_of_a_megabyte_is_not_multiplied() -> None:
    body = {"tceId": "a", "tocId": "t", "shipmentId": "s", "mass": "9" * 1_000_000,
            "distance": {"actual": "9" * 1_000_000}, "transportActivity": "1", "co2eWTW": "1",
            "co2eTTW": "1"}  # fmt: skip
    codes = {each.code for each in check([body]).findings}

    assert codes == {"TL910"}
