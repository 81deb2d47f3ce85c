"""An archive holds what its files are, and nothing beside, between or behind them."""

from __future__ import annotations

import io
import zipfile
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.verify.offline.making import zipped

from tanlu.errors import TanluError
from tanlu.verify.offline import archive
from tanlu.verify.offline.archive import Archive, Entry

FILES = {"a/b": b"x" * 3000, "a/c": b"", "z": b"last"}


def opened(data: bytes) -> Archive:
    return Archive(io.BytesIO(data))


def whole(data: bytes) -> None:
    found = opened(data)
    for name in found.entries:
        found.read(name, 10_000)


def refused(data: bytes) -> tuple[str, str]:
    with pytest.raises(TanluError) as caught:
        whole(data)
    return caught.value.code, str(caught.value.fields["why"])


def test_files_are_given_as_they_were_put_in() -> None:
    found = opened(zipped(FILES))

    assert {name: found.read(name, 10_000) for name in found.entries} == FILES


@given(st.dictionaries(st.from_regex(r"[a-z0-9_]{1,8}(\.[a-z]{1,3})?", fullmatch=True),
                       st.binary(max_size=40), max_size=6))  # fmt: skip
def test_what_zipfile_writes_by_the_rules_is_read(files: dict[str, bytes]) -> None:
    found = opened(zipped(files))

    assert {name: found.read(name, 100) for name in found.entries} == files


@pytest.mark.parametrize(
    "name", ["../up", "/abs", "a//b", "a/./b", "a/../b", "C:x", "a\\b", ".x", "a/", "ä", "a b"]
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert refused(zipped({name: b""}))[0] == "TL705"


def test_what_would_unpack_to_more_than_it_is_is_refused() -> None:
    bomb = zipped({"a": bytes(10**6)}, compress_type=zipfile.ZIP_DEFLATED)

    assert (len(bomb) < 2000, refused(bomb)) == (True, ("TL705", "it is compressed or encrypted"))


def test_a_time_or_a_mode_of_the_machine_is_refused() -> None:
    for odd in ({"date_time": (2026, 1, 1, 0, 0, 0)}, {"mode": 0o100600}):
        assert refused(zipped(FILES, **odd))[0] == "TL705"


def test_bytes_before_between_and_behind_are_refused() -> None:
    data = zipped(FILES)
    first = data.index(b"PK\x03\x04", 10)
    for wrong in (b"x" + data, data[:first] + b"x" + data[first:], data + b"x", data + bytes(30)):
        assert refused(wrong)[0] == "TL705"


def test_a_comment_is_refused() -> None:
    out = io.BytesIO(zipped(FILES))
    with zipfile.ZipFile(out, "a") as more:
        more.comment = b"hidden"

    assert refused(out.getvalue())[0] == "TL705"


def test_two_names_that_differ_only_in_case_are_refused() -> None:
    assert refused(zipped({"Calc": b"", "calc": b""}))[1] == "two names differ only in case"


def test_a_file_is_not_the_folder_of_another() -> None:
    assert refused(zipped({"a": b"", "a/b": b""}))[1] == "a file is the folder of another"


def test_a_name_that_stands_twice_is_refused() -> None:
    one = zipped({"a": b"1", "b": b"2"})

    assert refused(one.replace(b"b", b"a"))[0] == "TL705"


def test_a_changed_byte_is_seen_by_its_sum() -> None:
    data = bytearray(zipped(FILES))
    data[data.index(b"xxx")] ^= 1

    assert refused(bytes(data)) == ("TL705", "its CRC-32 does not hold")


def test_an_offset_into_another_file_is_refused() -> None:
    entry = Entry("a", crc32(b"x"), 1, 31)
    body = entry.header() + b"x"
    end = archive.END.pack(b"PK\x05\x06", 0, 0, 2, 2, 2 * 47, len(body), 0)
    twice = body + entry.record(0) + Entry("b", entry.crc, 1, 31).record(0) + end

    assert refused(twice) == ("TL705", "it does not follow the file before")


def test_a_longer_file_than_asked_for_is_refused() -> None:
    with pytest.raises(TanluError, match="TL706"):
        opened(zipped(FILES)).read("a/b", 2999)


def test_more_files_than_a_pack_has_are_refused_before_they_are_looked_at() -> None:
    end = archive.END.pack(b"PK\x05\x06", 0, 0, 65_535, 65_535, 0, 0, 0)

    assert refused(end)[0] == "TL706"
