"""The short way tells of an event what the long way tells."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tanlu.track.events import capture
from tanlu.track.events.hashing import pre_hash
from tanlu.track.events.shapes import DECODER
from tanlu.track.events.telling import UnfitError, told
from tests.track.events import made


@given(made.PLAIN)
def test_the_short_way_gives_the_text_of_the_long_way(event: dict[str, Any]) -> None:
    assert told(DECODER.decode(made.packed(event)))[1] == pre_hash(event, {})


def _groups(**more: Any) -> list[Any]:
    return told(DECODER.decode(made.packed(made.event(**more))))[2]


def test_an_object_event_tells_its_things_deals_and_parties() -> None:
    found = _groups(
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:po:1"}],
        sourceList=[{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00000."[:-1]}],
    )

    assert [(role, subjects, parent) for role, subjects, parent, _ in found] == [
        ("object", ["sgtin:04012345111118.9876"], None),
        ("transaction", ["urn:po:1"], None),
        ("source", ["gln:4012345000009"], None),
    ]


def test_a_child_has_its_parent_and_a_parent_has_none() -> None:
    event = {
        "type": "AggregationEvent", "eventTime": "2026-03-01T00:00:00Z",
        "eventTimeZoneOffset": "+00:00", "action": "ADD", "childEPCs": ["urn:x:1", "urn:x:2"],
        "parentID": "urn:epc:id:sscc:4012345.3111111111",
    }  # fmt: skip
    found = told(DECODER.decode(made.packed(event)))[2]

    assert found == [
        ("parent", ["sscc:340123451111111111"], None, None),
        ("child", ["urn:x:1", "urn:x:2"], "sscc:340123451111111111", None),
    ]


@pytest.mark.parametrize(
    ("quantity", "unit", "amounts"),
    [
        (200, "KGM", (None, 200_000_000, None)),
        (1.5, "TNE", (None, 1_500_000_000, None)),
        (0.1, "GRM", (None, 100, None)),
        # a pound is 453.59237 g
        (1, "LBR", (None, 453_592, None)),
        (2.5, "LTR", (None, None, 2500)),
        (12, None, (12, None, None)),
        (12.0, "EA", (12, None, None)),
        (1.5, None, (None, None, None)),
        (3, "A93", (None, None, None)),
        (None, "KGM", (None, None, None)),
        # half a milligram rounds away from zero
        (0.0000005, "KGM", (None, 1, None)),
    ],
)
def test_a_quantity_is_kept_at_the_scale_of_the_house(
    quantity: Any, unit: str | None, amounts: tuple[Any, ...]
) -> None:
    element = {"epcClass": "urn:x:1", "quantity": quantity, "uom": unit}
    plain = {key: value for key, value in element.items() if value is not None}
    found = _groups(quantityList=[plain])[1]

    assert tuple(column[0] for column in found[3]) == amounts


@pytest.mark.parametrize(
    "wrong",
    [
        {"eventTime": "2026-03-01"},
        {"eventTimeZoneOffset": "+15:00"},
        {"recordTime": "x"},
        {"eventID": "no uri"},
        {"epcList": ["urn:x:1", "urn:x:1"]},
        {"epcList": ["no uri"]},
        {"quantityList": [{"epcClass": "urn:x:1", "uom": "kgm"}]},
        {"quantityList": [{"epcClass": "urn:x:1", "quantity": 10**13, "uom": "KGM"}]},
        {"persistentDisposition": {}},
        {"persistentDisposition": {"set": []}},
        {"bizStep": "walking"},
        {"sourceList": [{"type": "x", "source": "a:b"}]},
    ],
)
def test_what_does_not_hold_is_not_told(wrong: dict[str, Any]) -> None:
    with pytest.raises((UnfitError, LookupError)):
        _groups(**wrong)


def test_things_of_a_transformation_in_several_events_name_it() -> None:
    base = {key: value for key, value in made.event().items() if key not in ("action", "epcList")}
    base |= {"type": "TransformationEvent", "transformationID": "urn:t:1"}
    found = capture(
        made.packed(made.document([base | {"inputEPCList": ["urn:a:1"]},
                                   base | {"outputQuantityList": [{"epcClass": "urn:a:2"}]}])),
        recorded_us=1,
    ).events.select("subject", "role", "parent").rows()  # fmt: skip

    assert found == [("urn:a:1", "input", "urn:t:1"), ("urn:a:2", "output", "urn:t:1")]
