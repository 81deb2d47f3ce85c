"""What the log remembers is whole or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.store.stream import kept
from tanlu.store.stream.frames import Place


def test_the_newest_state_comes_back_with_its_place(tmp_path) -> None:
    kept.write(tmp_path, Place(1, 64), b"old")
    kept.write(tmp_path, Place(2, 640), b"new")

    assert kept.read(tmp_path) == (Place(2, 640), b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_where_nothing_was_kept_there_is_nothing(tmp_path) -> None:
    assert kept.read(tmp_path) is None


@given(st.binary(max_size=50), st.data())
def test_a_changed_or_cut_state_is_refused(tmp_path_factory, state: bytes, data) -> None:
    folder = tmp_path_factory.mktemp("kept")
    kept.write(folder, Place(1, 64), state)
    raw = bytearray((folder / "kept").read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    if data.draw(st.booleans()):
        raw[at] ^= data.draw(st.integers(1, 255))
    else:
        del raw[at:]
    (folder / "kept").write_bytes(bytes(raw))

    with pytest.raises(TanluError) as refused:
        kept.read(folder)

    assert refused.value.code == "TL664"


def test_a_state_that_cannot_be_read_is_refused(tmp_path) -> None:
    (tmp_path / "kept").mkdir()

    with pytest.raises(TanluError) as refused:
        kept.read(tmp_path)
    assert refused.value.code == "TL664"
