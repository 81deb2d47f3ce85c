"""Which encoding the bytes of a file are in."""

from __future__ import annotations

import codecs
import contextlib
from pathlib import Path

import pytest
from tests.monitor.files import MAPPING, TEXT, saved, whole

from tanlu.errors import TanluError
from tanlu.monitor import Mapping
from tanlu.monitor.read.encoding import detect, exact

CHINESE = "运单号,运输方式,重量(吨)\nY1,公路,12.5\n" + "Y2,铁路货运,从上海到北京\n" * 20
WESTERN = "id,city\n" + "1,Zürich\n2,Köln\n3,São Paulo\n" * 20


@pytest.mark.parametrize(
    ("raw", "name", "mark", "certainty"),
    [
        (b"id,kg\n1,2\n", "utf-8", 0, "proven"),
        (CHINESE.encode(), "utf-8", 0, "proven"),
        (codecs.BOM_UTF8 + CHINESE.encode(), "utf-8", 3, "marked"),
        (codecs.BOM_UTF16_LE + CHINESE.encode("utf-16-le"), "utf-16-le", 2, "marked"),
        (codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), "utf-16-be", 2, "marked"),
        (codecs.BOM_UTF32_LE + CHINESE.encode("utf-32-le"), "utf-32-le", 4, "marked"),
        (b"id,kg\n1,2\n".decode().encode("utf-16-le"), "utf-16-le", 0, "likely"),
        (CHINESE.encode("gb18030"), "gb18030", 0, "likely"),
        (CHINESE.encode("gbk"), "gb18030", 0, "likely"),
        (WESTERN.encode("cp1252"), "cp1252", 0, "likely"),
    ],
)
def test_the_encoding_is_found(
    tmp_path: Path, raw: bytes, name: str, mark: int, certainty: str
) -> None:
    found = detect(saved(tmp_path, raw))

    assert (found.name, found.mark, found.certainty) == (name, mark, certainty)
    assert found.sound


def test_a_short_chinese_export_is_not_taken_for_western(tmp_path: Path) -> None:
    found = detect(saved(tmp_path, "单号,重量\n1,2\n".encode("gb18030")))

    assert found.name == "gb18030"


def test_utf_8_with_a_few_broken_bytes_stays_utf_8(tmp_path: Path) -> None:
    found = detect(saved(tmp_path, CHINESE.encode() + b"Y3,\xff\xfe,1\n"))

    assert (found.name, found.sound) == ("utf-8", False)


def test_high_bytes_far_down_are_seen(tmp_path: Path) -> None:
    found = detect(
        saved(tmp_path, b"id,kg\n" + b"1,2\n" * 2_000_000 + "3,公斤\n".encode("gb18030"))
    )

    assert found.name != "utf-8"


def test_a_codec_that_needs_a_mark_is_read_without_one() -> None:
    assert (exact("UTF16"), exact("u32"), exact("GBK")) == ("utf-16-le", "utf-32-le", "gbk")
    for name in ("klingon", "rot13", "hex"):
        with pytest.raises(LookupError):
            exact(name)


def test_a_mapping_may_state_any_codec_and_meets_no_traceback(tmp_path: Path) -> None:
    path = saved(tmp_path, TEXT.encode() + b"\xff\xfe\n")
    for name in ("utf-16", "utf-7", "idna", "punycode", "unicode_escape", "undefined", "cp037"):
        with contextlib.suppress(TanluError):
            whole(path, Mapping.parse(MAPPING + f'[file]\nencoding = "{name}"\n'))
