"""Bodies of one stream together: each one's rows in order, one's faults its own."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.monitor.stream import MEDIA, Body
from tanlu.monitor.stream.bodies import ARROW, JSON, NDJSON, PARQUET
from tanlu.monitor.stream.decoding import read
from tests.monitor.stream.places import NOW, body, encoded, row


def test_bodies_of_all_kinds_keep_their_order() -> None:
    bodies = [
        body([row(seq=1)]), body([row(seq=2)], NDJSON), body([row(seq=3)], ARROW),
        body(b"?"), body([row(seq=4), row(seq="x"), row(seq=5)]), body([row(seq=6)], PARQUET),
        body([row(seq=7, at="1999-12-31T25:00:00Z")]),
        body([row(seq=8, at="2026-11-22T00:00:00Z")]),
    ]  # fmt: skip
    found = read(bodies, "reading")

    assert found.table["seq"].to_list() == [1, 2, 3, 4, 5, 6, 8]
    assert found.sizes.tolist() == [1, 1, 1, 0, 2, 1, 0, 1]
    assert list(found.undecodable) == [3]
    assert found.lines[4].tolist() == [1, 3]
    assert {place: [each.line for each in told] for place, told in found.refused.items()} == {
        4: [2], 6: [1],
    }  # fmt: skip


def test_cells_of_a_table_that_do_not_fit_are_told_with_their_row() -> None:
    rows = [row(seq=1.0), row(seq=1.5), row(seq=3.0)]
    found = read([body(rows, ARROW)], "reading")

    assert found.table["seq"].to_list() == [1, 3]
    assert found.refused[0][0][:3] == (2, "seq", "1.5")
    assert '"device":"m-1"' in found.refused[0][0].raw


def test_a_body_of_no_known_kind_is_undecodable() -> None:
    found = read([Body("s", "text/plain", b"1", NOW)], "reading")

    assert found.undecodable == {0: "no media type that is taken"}


SEEDS = {media: encoded([row(seq=seq) for seq in range(6)], media) for media in MEDIA}


def crushed(media: str, draw: random.Random) -> bytes:
    data = bytearray(SEEDS[media])
    for _ in range(draw.randrange(1, 6)):
        place = draw.randrange(len(data))
        match draw.randrange(4):
            case 0:
                data[place] = draw.randrange(256)
            case 1:
                del data[place : place + draw.randrange(1, 20)]
            case 2:
                data[place:place] = draw.randbytes(draw.randrange(1, 12))
            case _:
                data[place:place] = data[: draw.randrange(1, 40)]
        if not data:
            break
    return bytes(data)


@pytest.mark.slow
@pytest.mark.parametrize("media", MEDIA)
@pytest.mark.parametrize("of", ["reading", "position", "event"])
def test_ten_thousand_crushed_bodies_are_read_or_refused(media: str, of: str) -> None:
    draw = random.Random(f"{media}{of}")
    for _ in range(1_000):
        data = crushed(media, draw)
        found = read([Body("s", media, data, NOW), body([row()], JSON)], of)
        assert int(found.sizes.sum()) == found.table.height


@given(st.sampled_from(MEDIA), st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_a_crushed_body_leaves_its_neighbour_alone(media: str, draw: random.Random) -> None:
    found = read([Body("s", media, crushed(media, draw), NOW), body([row()], JSON)], "reading")

    assert found.sizes[1] == 1
