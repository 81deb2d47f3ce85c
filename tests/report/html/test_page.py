"""The page stands alone, speaks both tongues and cannot be made to run anything."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from tests.report.ledger import network

from tanlu.report import transport
from tanlu.report.html import page
from tanlu.terms import Chart, Document, Section

VOID = {"meta", "br", "link", "img", "input", "hr"}
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'


class Reader(HTMLParser):
    """Checks that tags close in order; collects what could load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "iframe", "img", "object", "embed", "base", "form"):
            self.loads.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (name in ("src", "href") and (value or "")[:1] != "#"):
                self.loads.append(f"{tag} {name}={value}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_loads_nothing_and_runs_nothing(language: str) -> None:
    text = page(transport(network(), "2026-10", language=language))

    assert read(text).loads == []
    assert re.findall(r"@import|url\((?!#)|https?:(?!//www\.w3\.org/2000/svg)", text) == []


def test_hostile_names_are_shown_and_never_run() -> None:
    section = Section(
        HOSTILE, HOSTILE, ((HOSTILE, HOSTILE, HOSTILE),), (HOSTILE,), ((HOSTILE,),),
        Chart("bar", HOSTILE, HOSTILE, (HOSTILE,), ((HOSTILE, (1.0,)),)),
    )  # fmt: skip
    reader = read(page(Document(HOSTILE, "en", (section, section))))

    assert reader.loads == []


def test_no_english_words_are_left_in_a_chinese_page() -> None:
    reader = read(page(transport(network(), "2026-10", language="zh")))

    allowed = re.compile(
        r"ISO|CO₂e?|CH₄|N₂O|WTW|WTT|TTW|DAF|GWP|Tanlu|tanlu verify --ledger DIR|AR6|Asia/Shanghai"
        r"|transport\.\w+|hub\.\w+|load\.default|empty\.default|distance\.sfd|US|km|[kt]|v\d+"
    )
    left = [
        word for word in reader.words
        if re.search(r"[A-Za-z]{3,}", allowed.sub("", word)) and "accordance" not in word
    ]  # fmt: skip
    assert left == []


def test_every_card_has_a_heading_and_every_table_a_name() -> None:
    text = page(transport(network()))

    assert text.count('<section class="card') == len(
        re.findall(r'<section class="card[^>]*><h2>', text)
    )
    assert text.count("<table>") == len(re.findall(r'aria-label="[^"]+"><table>', text))


def test_the_same_ledger_gives_the_same_page() -> None:
    assert page(transport(network())) == page(transport(network()))
