"""What sensors told has the text of the long way; what is none of its field is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.track.events.hashing import pre_hash
from tanlu.track.events.shapes import DECODER
from tanlu.track.events.telling import told
from tests.track.events import made


def _plain(part: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if ":" not in key}


@st.composite
def _elements(draw: Any) -> dict[str, Any]:
    found = _plain(draw(made.SENSED))
    found["sensorReport"] = [_plain(report) for report in found["sensorReport"]]
    if "sensorMetadata" in found:
        found["sensorMetadata"] = _plain(found["sensorMetadata"])
    return found


@given(st.lists(_elements(), min_size=1, max_size=3))
def test_sensors_have_the_text_of_the_long_way(elements: list[dict[str, Any]]) -> None:
    event = made.event(sensorElementList=elements)

    assert told(DECODER.decode(made.packed(event)))[1] == pre_hash(event, {})


@pytest.mark.parametrize(
    "more",
    [
        {"time": "noon"}, {"deviceID": "x"}, {"type": "Warmth"}, {"exception": "ALARM"},
        {"type": "https://gs1.org/voc/Temperature"}, {"component": "w"},
        {"hexBinaryValue": "xyz"}, {"uriValue": ""},
    ],
)  # fmt: skip
def test_a_value_that_is_none_of_its_field_is_refused(more: dict[str, Any]) -> None:
    report = {"type": "Temperature", **more}
    event = made.event(sensorElementList=[{"sensorReport": [report]}])

    with pytest.raises(LookupError):
        told(DECODER.decode(made.packed(event)))


def test_an_element_without_reports_is_refused() -> None:
    event = made.event(sensorElementList=[{"sensorReport": []}])

    with pytest.raises(LookupError):
        told(DECODER.decode(made.packed(event)))
