from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.store.ledger.manifest import Manifest, first_link, read_line

FIRST = first_link({"id": "id"})


@pytest.fixture
def manifest(tmp_path) -> Manifest:
    (tmp_path / "m").touch()
    made = Manifest(tmp_path / "m", FIRST)
    for number in range(3):
        made.append({"kind": "append", "at": number, "说": "中文"})
    return made


def again(manifest: Manifest) -> Manifest:
    made = Manifest(manifest.path, FIRST)
    made.refresh()
    return made


def test_each_line_names_the_one_before(manifest) -> None:
    read = again(manifest)

    assert [FIRST, *(line["line"] for line in read.lines[:-1])] == [
        line["prev"] for line in read.lines
    ]
    assert read.version == 3


@pytest.mark.parametrize("cut", [1, 10, 100])
def test_a_torn_line_is_not_there_and_is_cut_off(manifest, cut) -> None:
    whole = manifest.path.read_bytes()
    manifest.path.write_bytes(whole[:-cut])
    read = again(manifest)

    assert read.version == 2
    assert read.mend() == whole[:-cut].split(b"\n")[2]
    assert whole.split(b"\n")[:2] == manifest.path.read_bytes().split(b"\n")[:2]


def test_a_flipped_byte_in_an_old_line_is_damage(manifest) -> None:
    raw = bytearray(manifest.path.read_bytes())
    raw[20] ^= 1
    manifest.path.write_bytes(raw)

    with pytest.raises(TanluError, match="TL603"):
        again(manifest)


def test_a_line_taken_out_is_damage(manifest) -> None:
    lines = manifest.path.read_bytes().splitlines(keepends=True)
    manifest.path.write_bytes(lines[0] + lines[2])

    with pytest.raises(TanluError, match="TL603"):
        again(manifest)


def test_another_spelling_of_the_same_content_is_refused(manifest) -> None:
    line = manifest.path.read_bytes().splitlines()[0]

    assert read_line(line) is not None
    assert read_line(line.replace(b'":', b'": ')) is None


def test_writing_behind_the_lock_is_noticed(manifest) -> None:
    other = again(manifest)
    other.append({"kind": "append", "at": 4})

    with pytest.raises(TanluError, match="TL603"):
        manifest.append({"kind": "append", "at": 5})


def test_a_reader_sees_what_is_added(manifest) -> None:
    reader = again(manifest)
    manifest.append({"kind": "append", "at": 4})
    reader.refresh()

    assert manifest.head == reader.head
