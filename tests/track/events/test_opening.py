"""Documents of every kind open; what is no document says so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.track.events import opening
from tanlu.track.events.opening import opened
from tests.track.events import made

LINE = made.packed(made.event())


def _events(data: bytes) -> list[Any]:
    return [json.loads(raw) for batch in opened(data) for raw in batch.events]


def _faults(data: bytes) -> list[str]:
    return [batch.fault[0] for batch in opened(data) if batch.fault]


@pytest.mark.parametrize(
    "data",
    [
        made.packed(made.document([made.event(), made.event()])),
        b"\xef\xbb\xbf" + made.packed([made.event(), made.event()]),
        LINE + b"\n\n" + LINE + b"\r\n",
        b"\n \n" + LINE + b"\n" + LINE,
        made.packed(made.document([made.event()])) + b"\n" + LINE,
    ],
)
def test_a_document_a_list_and_lines_give_their_events(data: bytes) -> None:
    assert _events(data) == [made.event(), made.event()]
    assert _faults(data) == []


def test_one_event_by_itself_needs_its_context() -> None:
    (batch,) = opened(LINE)

    assert batch.origin.alone


def test_a_document_in_a_line_has_its_own_context() -> None:
    lines = LINE + b"\n" + made.packed(made.document([made.event()])) + b"\n" + LINE
    contexts = [batch.origin.context for batch in opened(lines)]

    assert contexts == [None, [made.CONTEXT, made.OWN], None]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "TL420"), (b"<xml/>", "TL420"), (b"\xff\xfe{", "TL420"), (b"{", "TL420"),
        (b"[1,", "TL420"), (b'"text"', "TL420"), (b"[" * 5000 + b"]" * 5000, "TL420"),
        (made.packed(made.document({})), "TL421"),
        (made.packed(made.document([], epcisBody=[])), "TL421"),
        (made.packed(made.document([], schemaVersion=2)), "TL421"),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_says_so(data: bytes, code: str) -> None:
    assert _faults(data) == [code]


def test_a_document_beyond_the_limit_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "DOCUMENT_BYTES", 10)

    assert _faults(LINE) == ["TL423"]


def test_a_repository_s_own_fields_are_left_out_of_the_hash() -> None:
    held = made.document([], **{"ex:ignoreFields": ["ex:one", "action", 1]})
    (batch,) = opened(made.packed(held))
    pre_hash = batch.origin.pre_hash
    odd = made.document([], **{"ex:ignoreFields": 7})
    assert [one.origin.ignored for one in opened(made.packed(odd))] == [frozenset()]

    assert pre_hash(made.event(**{"ex:one": 1})) == pre_hash(made.event())
    assert pre_hash(made.event(action="ADD")) != pre_hash(made.event())


@pytest.mark.parametrize(
    ("raw", "marks", "spells"),
    [
        (b'{"a": "b"}', False, False),
        (b'{"ex:a": "b"}', True, False),
        (b'{"ex:a" : 1, "a": ["ex:b"]}', True, True),
        (b'{"a": "ex:b"}', True, True),
        (b'{"a": "\\u0065x:b"}', True, True),
    ],
)
def test_a_value_that_begins_with_a_prefix_is_seen(raw: bytes, marks: bool, spells: bool) -> None:
    origin = opening.Origin([made.CONTEXT, made.OWN])

    assert (origin.marks(raw), origin.spells(raw)) == (marks, spells)
    assert (opening.Origin().marks(raw), opening.Origin().spells(raw)) == (False, False)


def test_an_event_with_its_own_context_has_the_prefixes_of_both() -> None:
    origin = opening.Origin({"ab": "https://a/", "ex": "https://b/"})
    own = origin.within({"ex": "https://c/"})

    assert own.prefixes == {"ab": "https://a/", "ex": "https://c/"}
    assert origin.within({"ex": "https://c/"}) is own


@given(st.binary(max_size=60))
def test_no_bytes_raise(data: bytes) -> None:
    assert all(batch.fault or batch.events is not None for batch in opened(data))


def test_a_first_line_that_does_not_hold_leaves_the_others() -> None:
    assert [batch.events for batch in opened(b"{bad\n" + LINE + b"\n")] == [[b"{bad", LINE]]
