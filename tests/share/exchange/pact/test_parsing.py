"""JSON of others."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.pact import parsing
from tanlu.share.exchange.pact.parsing import parsed, storable

WRONG = ["", "{", "NaN", "[Infinity]", "-Infinity", "1e999", "[" * 65 + "]" * 65, "[" * 10**5,
         '{"a":' * 65 + "1" + "}" * 65, "1" * 5000, b"\xff", "01", "{'a': 1}"]  # fmt: skip
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False,
    allow_infinity=False) | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(),
    inner), max_leaves=8)  # fmt: skip


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_is_no_json_or_too_deep_or_no_number_is_refused(text):
    with pytest.raises(ValueError):
        parsed(text)


@given(values)
def test_all_other_json_is_read_as_it_is(value):
    assert parsed(json.dumps(value)) == value


def test_a_database_holds_no_half_letters():
    assert storable("碳路 é")
    assert not storable("a\0")
    assert not storable("\ud800")


@pytest.mark.parametrize("one", ["[]", "{}", '{"a":1}', "1"])
def test_a_text_of_more_values_than_are_meant_is_refused_before_they_are_made(one, monkeypatch):
    """Three bytes of text are sixty of memory."""
    monkeypatch.setattr(parsing, "MOST_VALUES", 1000)
    assert len(parsed("[" + ",".join([one] * 300) + "]")) == 300
    for text in ("[" + ",".join([one] * 1001) + "]", ("[" + ",".join([one] * 1001) + "]").encode()):
        with pytest.raises(ValueError, match="too many values"):
            parsed(text)
