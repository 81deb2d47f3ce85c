"""URIs and offsets, against the formats of the official schema."""

from __future__ import annotations

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tanlu.track.events.words.uris import is_offset, is_uri

PEER = jsonschema_rs.validator_for({"type": "string", "format": "uri"}, validate_formats=True)


@given(
    st.one_of(
        st.text("ab1:/?#[]@!$&'()*+,;=%2-._~ é|\"<>", max_size=20).map(lambda text: f"a:{text}"),
        st.text("ab1:/.-", max_size=12),
    )
)
@example("http://[::1]:80/x")
@example("a://[v1.x]/")
@example("a://[1::2::3]/")
@example("urn:epc:id:sgtin:4012345.011111.98%22")
def test_a_uri_is_what_the_official_schema_takes_as_one(text: str) -> None:
    assert is_uri(text) == PEER.is_valid(text)


def test_what_is_no_text_is_no_uri() -> None:
    assert [is_uri(value) for value in (None, 1, [], {})] == [False] * 4


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("+08:00", True), ("-13:59", True), ("+14:00", True), ("+14:01", False), ("Z", False),
        ("+8:00", False), ("+08:60", False), ("+0８:00", False), (8, False),
    ],
)  # fmt: skip
def test_an_offset_has_at_most_fourteen_hours(text: object, holds: bool) -> None:
    assert is_offset(text) == holds
