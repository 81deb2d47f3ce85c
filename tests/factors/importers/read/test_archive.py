from __future__ import annotations

import zipfile

import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers.read import Archive


def packed(path, files):
    """Write an archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, held in files.items():
            made.writestr(name, held)
    return path


def test_the_files_of_an_archive_are_read_by_name(tmp_path):
    with Archive(packed(tmp_path / "a.zip", {"x/a.csv": "1", "b.csv": "2"})) as archive:
        assert archive.names == ("x/a.csv", "b.csv")
        assert archive.read("b.csv") == b"2"


def test_an_archive_that_unpacks_to_far_more_is_refused(tmp_path):
    with pytest.raises(TanluError) as raised:
        Archive(packed(tmp_path / "bomb.zip", {"a": b"\0" * (64 << 20)}))

    assert raised.value.code == "TL221"


def test_what_is_no_archive_is_told(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04nothing")

    with pytest.raises(TanluError) as raised:
        Archive(path)

    assert raised.value.code == "TL220"


def test_an_entry_longer_than_its_directory_says_is_refused(tmp_path):
    path = packed(tmp_path / "a.zip", {"a": b"x" * 100})
    held = path.read_bytes()
    where = held.rfind(b"PK\x01\x02") + 24
    path.write_bytes(held[:where] + (10).to_bytes(4, "little") + held[where + 4 :])

    with Archive(path) as archive, pytest.raises(TanluError):
        archive.read("a")
