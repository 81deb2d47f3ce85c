"""Pages that are made from tables say what the tables say."""

from __future__ import annotations

import csv
import importlib.util
import re

import pytest

from tanlu.terms import glossary
from tests.house import tree

TEXTS = {
    "cli/words.csv": [("en", "zh")],
    "report/texts.csv": [("en", "zh")],
    "account/assumptions.csv": [("en", "zh")],
    "errors.csv": [("what", "what_zh"), ("hint", "hint_zh")],
}
# what is typed, and fields to be filled in, are no words of a sentence
TYPED = re.compile(r"\{[^}]*\}|tanlu [a-z]+|--[a-z]+|\w+\.(?:tanlu|csv|html)")


def _maker() -> object:
    path = tree.ROOT / "tools" / "docs" / "reference.py"
    spec = importlib.util.spec_from_file_location("reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("tongue", ["en", "zh"])
@pytest.mark.parametrize(
    "page", ["errors", "schemas", "cli", "glossary", "assumptions", "formulas", "library", "api"]
)
def test_the_page_agrees_with_its_table(tongue: str, page: str) -> None:
    made = getattr(_maker(), page)(tongue)
    kept = (tree.ROOT / "docs" / tongue / "reference" / f"{page}.md").read_text(encoding="utf-8")

    assert made == kept


def _said() -> list[tuple[str, str, str]]:
    """Every sentence that a user meets: its table, in English, in Chinese."""
    found = []
    for path, tongues in TEXTS.items():
        text = (tree.SRC / path).read_text(encoding="utf-8")
        for row in csv.DictReader(text.splitlines()):
            found += [(path, TYPED.sub("", row[en]), row[zh]) for en, zh in tongues]
    return found


@pytest.mark.parametrize(
    "word",
    ["quantif", "quarantin", "ledger", "workspace", "consignment", "shipment", "boundar",
     "profile", "finding", "original", "energy carrier", "load factor", "gwp set"],
)  # fmt: skip
def test_a_word_of_the_house_is_said_by_its_one_chinese_word(word: str) -> None:
    of = {"quantif": "quantify", "quarantin": "quarantine", "boundar": "boundary"}
    chinese = "GWP 版本" if word == "gwp set" else glossary.term(of.get(word, word)).zh
    other = [
        (path, en, zh)
        for path, en, zh in _said()
        if re.search(rf"\b{word}", en, re.IGNORECASE) and chinese not in zh
    ]

    assert other == []


def test_what_is_quantified_is_not_called_accounted_in_chinese() -> None:
    mixed = [each for each in _said() if "核算" in each[2] and "account" not in each[1]]

    assert mixed == []


def test_no_page_and_no_text_uses_a_spelling_that_the_glossary_avoids() -> None:
    pages = [tree.ROOT / "README.md", tree.ROOT / "README.zh.md"]
    pages += [page for page in (tree.ROOT / "docs").rglob("*.md") if page.stem != "glossary"]
    pages += [tree.SRC / path for path in TEXTS]
    found = {
        page.relative_to(tree.ROOT).as_posix(): words
        for page in pages
        if (words := glossary.banned(page.read_text(encoding="utf-8")))
    }

    assert found == {}


@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_every_page_of_a_manual_is_led_to(tongue: str) -> None:
    folder = tree.ROOT / "docs" / tongue
    pages = {
        path.relative_to(folder).with_suffix("").as_posix()
        for path in folder.rglob("*.md")
        if path.name != "index.md"
    }
    led = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("index.md"))

    # a record is led to from the page of all records
    assert {
        page for page in pages if page not in led and not page.startswith("explain/decisions/")
    } == set()
