"""Shapes decode what has no field more, and lose nothing of it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given

from tanlu.track.events.shapes import DECODER, ENCODER, reduced
from tests.track.events import made


@given(made.PLAIN)
def test_a_plain_event_comes_out_as_it_went_in(event: dict[str, Any]) -> None:
    assert json.loads(ENCODER.encode(DECODER.decode(made.packed(event)))) == event


def test_the_encoder_sorts_as_rfc_8785_does() -> None:
    event = made.event(bizStep="shipping", readPoint={"id": "a:b"}, eventID="a:é")

    assert ENCODER.encode(DECODER.decode(made.packed(event))) == rfc8785.dumps(event)


@pytest.mark.parametrize(
    "more",
    [{"ex:one": 1}, {"ilmd": {}}, {"action": "WATCH"}, {"epcList": None}, {"eventTime": 1}],
)
def test_what_has_more_or_other_fields_is_no_plain_shape(more: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        DECODER.decode(made.packed(made.event(**more)))


@given(made.rich())
def test_a_rich_event_has_a_plain_part(event: dict[str, Any]) -> None:
    plain = reduced(event)

    assert plain is not None
    assert plain.at == event["eventTime"]


def test_an_event_of_ones_own_kind_has_no_shape() -> None:
    assert reduced({"type": "https://example.com/Own"}) is None
