"""Segments are found again; the mark tells other processes what is synced."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.store.stream.frames import START, Opening, Place
from tanlu.store.stream.segments import (
    NOWHERE,
    End,
    Mark,
    begin,
    came,
    frames,
    numbers,
    opening,
    path_of,
    recover,
)

OF = b"w" * 16


def begun(folder, number: int, previous_end: int = 0) -> Opening:
    said = Opening(number, 0, 0, previous_end, OF)
    begin(folder, said)
    return said


def test_a_begun_segment_says_what_it_is(tmp_path) -> None:
    said = begun(tmp_path, 7)

    assert opening(tmp_path, 7, OF) == said
    assert path_of(tmp_path, 7).name == "00000007.wal"
    assert path_of(tmp_path, 7).stat().st_size == START


def test_segments_are_counted_without_a_hole(tmp_path) -> None:
    for number in (9, 10, 11):
        begun(tmp_path, number)
    (tmp_path / ".00000012.wal.ab.tmp").touch()

    assert numbers(tmp_path) == [9, 10, 11]
    path_of(tmp_path, 10).unlink()
    with pytest.raises(TanluError) as refused:
        numbers(tmp_path)
    assert refused.value.code == "TL663"


def test_a_segment_that_goes_while_the_folder_is_read_is_no_hole(tmp_path, monkeypatch) -> None:
    for number in (1, 2, 3, 4):
        begun(tmp_path, number)
    real = type(tmp_path).glob

    def glob(folder, pattern):
        # the name of the first was read before it went, that of the second was not
        found = [path for path in real(folder, pattern) if path.stem != "00000002"]
        path_of(tmp_path, 1).unlink(missing_ok=True)
        path_of(tmp_path, 2).unlink(missing_ok=True)
        return found

    monkeypatch.setattr(type(tmp_path), "glob", glob)
    assert numbers(tmp_path) == [3, 4]


@pytest.mark.parametrize("of", [b"v" * 16, OF])
def test_a_segment_under_another_name_is_refused(tmp_path, of: bytes) -> None:
    begun(tmp_path, 1).encode()
    path_of(tmp_path, 1).rename(path_of(tmp_path, 2 if of == OF else 1))

    with pytest.raises(TanluError) as refused:
        opening(tmp_path, 2 if of == OF else 1, of)
    assert refused.value.code == "TL663"


def test_an_empty_folder_has_no_end(tmp_path) -> None:
    assert recover(tmp_path, OF, Place(0, 0)) is None


def test_a_segment_without_frames_ends_where_it_begins(tmp_path) -> None:
    begun(tmp_path, 1)

    assert recover(tmp_path, OF, Place(0, 0)) == End(Place(1, START), 0, 0)
    assert list(frames(tmp_path, OF, Place(0, 0), Place(1, START))) == []
    assert came(tmp_path, Place(0, 0), Place(1, START)) is None


def test_the_mark_is_seen_by_others_and_stays(tmp_path) -> None:
    end = End(Place(3, 640), 70, 576)
    with Mark(tmp_path) as mine, Mark(tmp_path) as other:
        assert other.read() == NOWHERE
        mine.write(end)
        assert other.read() == end
    with Mark(tmp_path) as later:
        assert later.read() == end


@pytest.mark.parametrize("at", range(0, 36, 5))
def test_a_damaged_mark_says_nothing(tmp_path, at: int) -> None:
    with Mark(tmp_path) as mine:
        mine.write(End(Place(3, 640), 70, 576))
    raw = bytearray((tmp_path / "synced").read_bytes())
    raw[at] ^= 1
    (tmp_path / "synced").write_bytes(bytes(raw))

    with Mark(tmp_path) as later:
        assert later.read() == NOWHERE
