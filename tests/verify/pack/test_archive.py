"""The file of a pack has the bytes that the format gives, and its name only when it is whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.verify.offline.making import zipped

from tanlu.errors import TanluError
from tanlu.verify.offline.archive import Archive as Read
from tanlu.verify.pack.archive import Archive

FILES = {"a/b": b"one", "manifest.json": b"{}", "z": b""}


def test_the_bytes_are_those_of_the_format(tmp_path: Path) -> None:
    with Archive(tmp_path / "F") as archive:
        members = [archive.add(name, [data]) for name, data in FILES.items()]
    with (tmp_path / "F").open("rb") as file:
        read = Read(file)

        assert {name: read.read(name, 9) for name in read.entries} == FILES
    assert (tmp_path / "F").read_bytes() == zipped(FILES)
    assert [each.bytes for each in members] == [3, 2, 0]


def test_pieces_and_files_give_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"x" * 3_000_000)
    for name in "AB":
        with Archive(tmp_path / name) as archive:
            if name == "A":
                archive.copy("a", tmp_path / "in")
            else:
                archive.add("a", [b"x" * 1_000_000] * 3)

    assert (tmp_path / "A").read_bytes() == (tmp_path / "B").read_bytes()


def write(path: Path, names: str) -> None:
    with Archive(path) as archive:
        for name in names:
            archive.add(name, [b"x"])


def test_names_out_of_order_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    for names in ("ba", "aa"):
        with pytest.raises(TanluError, match="TL740"):
            write(tmp_path / "F", names)
    assert list(tmp_path.iterdir()) == []


def test_what_fails_leaves_the_older_pack(tmp_path: Path) -> None:
    (tmp_path / "F").write_bytes(b"older")
    with pytest.raises(TanluError, match="TL740"):
        write(tmp_path / "F", "ba")

    assert [path.name for path in tmp_path.iterdir()] == ["F"]
    assert (tmp_path / "F").read_bytes() == b"older"
