"""Files in a folder: read when whole, moved with a receipt, nothing lost on the way."""

from __future__ import annotations

import io
import json
import os

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.monitor.edge import Folder


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "drop")


def drop(folder, name, data=b"{}\n", stream="energy_wh"):
    place = folder.path / stream
    place.mkdir(exist_ok=True)
    (place / name).write_bytes(data)
    return place / name


def test_a_file_is_whole_when_it_stood_still_between_two_looks(folder):
    file = drop(folder, "a.ndjson")
    assert folder.whole() == []
    assert folder.whole() == [file]
    file.write_bytes(b"more")
    assert folder.whole() == []
    os.utime(file, ns=(1, 1))
    assert folder.whole() == []
    assert folder.whole() == [file]


def test_names_of_files_under_way_links_and_own_folders_are_passed_over(folder):
    for name in (".a.ndjson", "a.ndjson.part", "a.tmp", "x.receipt.json"):
        drop(folder, name)
    (folder.path / "energy_wh" / "link.ndjson").symlink_to(folder.path)
    (folder.path / "top.ndjson").write_bytes(b"")
    (folder.path / "done" / "b.ndjson").write_bytes(b"")
    assert [folder.whole() for _ in range(3)] == [[], [], []]


def test_a_file_tells_stream_media_and_hash(folder):
    read = folder.read(drop(folder, "a.NDJSON", b"abc"))
    assert (read.stream, read.media, read.data) == ("energy_wh", "application/x-ndjson", b"abc")
    assert read.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_csv_becomes_an_arrow_stream(folder):
    text = "device,seq,at,value\nm1,1,2026-01-01T00:00:00Z,2.5\n"
    read = folder.read(drop(folder, "a.csv", text.encode()))
    assert read.media == "application/vnd.apache.arrow.stream"
    table = pl.read_ipc_stream(io.BytesIO(read.data))
    assert table.rows() == [("m1", 1, "2026-01-01T00:00:00Z", 2.5)]


@pytest.mark.parametrize(("name", "data"), [("a.xlsx", b""), ("a.csv", b""), ("a.csv", b'a,b\n"1')])
def test_what_cannot_be_read_is_an_error_with_its_name(folder, name, data):
    with pytest.raises(TanluError, match=f"TL301.*{name}"):
        folder.read(drop(folder, name, data))


def test_a_file_that_went_away_is_an_error_too(folder):
    with pytest.raises(TanluError, match="TL301"):
        folder.read(folder.path / "energy_wh" / "gone.csv")


def test_a_finished_file_lies_beside_its_receipt(folder):
    file = drop(folder, "a.ndjson", b"abc")
    place = folder.finish(file, {"rows_in": 3, "file": "电表"})
    assert (file.exists(), place.read_bytes()) == (False, b"abc")
    assert place == folder.path / "done" / "energy_wh" / "a.ndjson"
    receipt = json.loads(place.with_name("a.ndjson.receipt.json").read_text("utf-8"))
    assert receipt == {"rows_in": 3, "file": "电表"}


def test_a_second_file_of_the_same_name_takes_a_number(folder):
    places = [
        folder.finish(drop(folder, "a.ndjson", data), {}, refused=True) for data in (b"1", b"2")
    ]
    assert [place.name for place in places] == ["a.ndjson", "a-2.ndjson"]
    assert [place.read_bytes() for place in places] == [b"1", b"2"]


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TanluError, match="TL301"):
        Folder(tmp_path / "file" / "drop")
