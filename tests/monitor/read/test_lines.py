"""Blocks of whole lines, whatever the file is written in."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.monitor.files import saved

from tanlu.monitor.read import lines, sniff
from tanlu.monitor.read.lines import LONGEST, blocks, decoded, normal_ends


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_every_line_end_in_every_encoding_is_a_line_feed(
    tmp_path: Path, end: str, encoding: str
) -> None:
    text = end.join(["单号,重量,地点", "甲,1,上海市", "乙,2,北京市"]) + end
    path = saved(tmp_path, text.encode(encoding))
    found = list(blocks(path, sniff(path)))
    data = b"".join(each.data for each in found)

    assert data.decode() == "单号,重量,地点\n甲,1,上海市\n乙,2,北京市\n"
    assert (found[0].first, sum(each.height for each in found)) == (1, 3)


def test_a_last_line_without_an_end_is_a_line(tmp_path: Path) -> None:
    path = saved(tmp_path, "a,b\n1,2")

    assert b"".join(each.data for each in blocks(path, sniff(path))) == b"a,b\n1,2\n"


def test_the_two_signs_of_one_line_end_may_lie_in_two_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, b"a,b\r\n" + b"1,2\r\n" * 50)
    dialect = sniff(path)
    for block in range(3, 9):
        monkeypatch.setattr(lines, "BLOCK", block)
        data = b"".join(each.data for each in blocks(path, dialect))
        assert data == b"a,b\n" + b"1,2\n" * 50


def test_a_line_that_is_too_long_is_cut_and_told(tmp_path: Path) -> None:
    path = saved(tmp_path, b"a,b\n1,2\n" + b"z" * (6 * LONGEST) + b"\n3,4\n")
    found = list(blocks(path, sniff(path)))

    assert [each.cut for each in found].count(True) == 1
    assert found[-1].data.endswith(b"3,4\n")
    assert [each.first for each in found if each.cut] == [3]


def test_bytes_that_are_not_of_the_encoding_are_marked() -> None:
    assert decoded(b"a\xffb", "utf-8") == "a\ufdd0b"


def test_a_lone_return_is_an_end_only_where_the_file_says_so() -> None:
    assert normal_ends("a\rb\r\nc", "CRLF") == "a\rb\nc"
    assert normal_ends("a\rb\r\nc", "mixed") == "a\nb\nc"
