"""Both tongues are complete."""

from __future__ import annotations

import re
from string import Formatter

import polars as pl
import pytest

from tanlu.report.words import Words, role, texts

LATIN = re.compile(r"[A-Za-z]{2,}")
# names and symbols that are the same in every tongue
SAME = re.compile(
    r"ISO|CO₂e?|CH₄|N₂O|WTW|WTT|TTW|DAF|GWP|km|kg|Tanlu|tanlu (?:why|edition reproduce)|tanlu"
    r"|verify|ledger|DIR|SHA"
    r"|LibreOffice|Excel|Ctrl|Shift|Alt|ROUND|TEU|USD|fen|ppm|mg|mL|MJ"
    r"|GHG Protocol|GB/T|IPCC|EF|SKU|NOx|SO₂|SOx|PM|kWh|TL\d+|iso14067|Ang|outside"
    r"|These calculation"
    r" results have been established in accordance with|AR\d|SF₆|NF₃"
)


def test_every_text_has_both_tongues_with_the_same_fields() -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert [
        key for key, (en, zh) in texts().items() if not en or not zh or fields(en) != fields(zh)
    ] == []


def test_no_english_is_left_in_the_chinese_texts() -> None:
    left = {
        key: zh
        for key, (_, zh) in texts().items()
        if LATIN.search(SAME.sub("", re.sub(r"{\w+}", "", zh)))
    }

    assert left == {}


def test_no_chinese_is_in_the_english_texts() -> None:
    assert [
        key for key, (en, _) in texts().items()
        if re.search(r"[一-鿿]", en.replace("碳路", ""))
    ] == []  # fmt: skip


def test_a_word_has_its_role_in_both_tongues() -> None:
    assert [role(n) for n in ("Road", "公路", "缺省", "Peking")] == ["road", "road", "default", ""]


def test_an_unknown_value_of_an_open_list_stays_as_it_is() -> None:
    assert (
        Words("en").kind("transport.road"), Words("en").maybe("mode", "teleport"),
        Words("zh").place("X-1"),
    ) == ("Road", "teleport", "X-1")  # fmt: skip


@pytest.mark.parametrize(
    ("code", "region"),
    [("CNSHA", "CN-SH"), ("CN-SH", "CN-SH"), ("US-CA", "US"), ("NLRTM", "NL"), ("X1", "X1"),
     ("", None), (None, None)],
)  # fmt: skip
def test_a_code_has_its_region(code: str | None, region: str | None) -> None:
    words = Words("en")
    words.learn(pl.Series([code], dtype=pl.String))

    assert region == words.region(code)


@pytest.mark.parametrize(("language", "name"), [("en", "Rotterdam"), ("zh", "鹿特丹")])
def test_a_port_is_called_by_its_name(language: str, name: str) -> None:
    words = Words(language)
    words.learn(pl.Series(["NLRTM", "Warehouse 7"]))

    assert words.place("NLRTM") == name
    assert words.place("Warehouse 7") == "Warehouse 7"
