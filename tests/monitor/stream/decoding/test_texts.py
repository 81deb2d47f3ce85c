"""JSON: typed where all is sound, row by row where not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.stream.bodies import JSON, NDJSON, Undecodable
from tanlu.monitor.stream.decoding import texts
from tests.monitor.stream.places import row

ALL = frozenset(["quality", *texts.ALWAYS])


def test_one_object_an_array_and_arrays_say_the_same() -> None:
    one, two = row(seq=1), row(seq=2, quality=3)
    arrays = {name: [one.get(name), two.get(name)] for name in two}
    forms = [
        (json.dumps([one, two]).encode(), JSON),
        (json.dumps(one).encode() + b"\n" + json.dumps(two).encode() + b"\n", NDJSON),
        (json.dumps(arrays).encode(), JSON),
    ]
    tables = []
    for data, media in forms:
        rows = texts.typed(data, media, "reading")
        assert rows is not None
        tables.append(texts.table_of(rows, "reading", ALL))

    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])
    assert tables[0]["quality"].to_list() == [None, 3]
    single = texts.typed(json.dumps(one).encode(), JSON, "reading")
    assert single is not None
    assert len(single) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[", b"\xff", b'[{"device":"a"}]', b"[1]", b'{"device":["a"],"seq":[1,2],"at":[1]}',
        b"[" * 100_000, b'[{"device":"a","seq":9223372036854775808,"at":1}]',
    ],
)  # fmt: skip
def test_what_is_not_sound_is_left_to_the_slow_reader(data: bytes) -> None:
    assert texts.typed(data, JSON, "reading") is None


@pytest.mark.parametrize("data", [b"", b"[", b"3", b'"x"', b"[" * 100_000, b'{"a":[1],"b":2}'])
def test_what_has_no_rows_cannot_be_read(data: bytes) -> None:
    with pytest.raises(Undecodable):
        texts.loose(data, JSON, "reading")


def test_each_unsound_line_is_told_with_what_it_held() -> None:
    good = json.dumps(row()).encode()
    data = b"\n".join([good, b"{oops", b"", b'{"device":1,"seq":1,"at":1}', good])
    kept = texts.loose(data, NDJSON, "reading")

    assert kept.lines == [1, 5]
    assert [(each.line, each.column, each.value) for each in kept.refused] == [
        (2, None, "{oops"), (4, "device", "1"),
    ]  # fmt: skip
    assert json.loads(kept.refused[0].raw) == {"": "{oops"}


@given(
    st.binary(max_size=200), st.sampled_from([JSON, NDJSON]), st.sampled_from(["reading", "event"])
)
def test_any_bytes_are_read_or_refused(data: bytes, media: str, of: str) -> None:
    rows = texts.typed(data, media, of)
    if rows is None:
        try:
            kept = texts.loose(data, media, of)
        except Undecodable:
            return
        assert len(kept.rows) == len(kept.lines)


def test_columns_are_named_where_a_body_names_them() -> None:
    assert "quality" in texts.named([b'[{"quality":1}]'], "reading")
    assert "quality" not in texts.named([b'[{"device":"a"}]'], "reading")
    assert "quality" in texts.named([b'[{"qualit\\u0079":1}]'], "reading"), "an escaped name"


def test_one_row_at_fault_does_not_make_each_time_of_the_others_dear(monkeypatch) -> None:
    looked = []
    moments = texts.moments
    monkeypatch.setattr(texts, "moments", lambda column: looked.append(1) or moments(column))
    rows = [row(seq=seq, at="2026-11-21T00:00:00Z") for seq in range(500)]
    rows[7]["seq"], rows[9]["at"] = "x", "yesterday"
    kept = texts.loose(json.dumps(rows).encode(), JSON, "reading")

    assert len(kept.rows) == 498
    assert [(each.line, each.column) for each in kept.refused] == [(8, "seq"), (10, "at")]
    assert len(looked) == 1


@pytest.mark.parametrize("media", [JSON, NDJSON])
def test_more_rows_than_a_body_may_have_are_no_body(monkeypatch, media: str) -> None:
    monkeypatch.setattr(texts, "ROWS_MAX", 3)
    rows = [json.dumps(row(seq=seq)) for seq in range(4)]
    data = "\n".join(rows) if media == NDJSON else f"[{','.join(rows)}]"

    assert texts.typed(data.encode(), media, "reading") is None
    with pytest.raises(Undecodable, match="more than 3 rows"):
        texts.loose(data.encode(), media, "reading")
