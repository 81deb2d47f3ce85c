"""What the fonts cannot show is written as its code point."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.report.pdf.fonts import shown

pytest.importorskip("typst", reason="EXTRA ABSENT: tanlu[report] is not installed")


@pytest.mark.parametrize(
    "text",
    ["CO₂e 1,234 t·km → 95 %", "碳路：排放从哪里来？", "Łódź Ω Ж é", "𠮷 ㈱ 한국 ひらがな", "–"],
)
def test_what_the_fonts_have_stays_as_it_is(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a😀b", "a〔U+1F600〕b"),
        ("א ב", "〔U+05D0〕 〔U+05D1〕"),
        ("\u202egnp.exe", "〔U+202E〕gnp.exe"),
        ("a\tb\r\nc", "a b c"),
        ("\x07", "〔U+0007〕"),
        ("\ud800", "〔U+D800〕"),
    ],
)
def test_what_they_lack_is_written_as_its_code(text: str, expected: str) -> None:
    assert shown(text) == expected


@given(st.text())
def test_to_show_a_text_twice_changes_nothing(text: str) -> None:
    assert shown(shown(text)) == shown(text)
