"""The words by which headers and values are recognised, and the sentences of a proposal."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from importlib import resources

__all__ = ["headers", "meanings", "sentence", "tokens"]


@cache
def headers() -> tuple[tuple[str, str, str | None, int], ...]:
    """Give field, word, the unit that the word itself declares, and its rank, from 0."""
    found = []
    for row in _rows("headers.csv"):
        for rank, each in enumerate(row["words"].split("|")):
            word, _, unit = each.partition(":")
            found.append((row["field"], " ".join(tokens(word)), unit or None, rank))
    return tuple(found)


@cache
def meanings(field: str) -> dict[str, str]:
    """Give what a word means in a column, by the word without case."""
    return {
        word.casefold(): row["meaning"]
        for row in _rows("meanings.csv")
        if row["field"] == field
        for word in row["words"].split("|")
    }


def sentence(key: str, language: str, **fields: object) -> str:
    """Give a sentence of a proposal in ``en`` or ``zh``."""
    return _sentences()[key][language].format(**fields)


def tokens(header: str) -> list[str]:
    """Give the words of a header: ``grossWeight_kg`` is gross, weight, kg; each hanzi is one."""
    text = unicodedata.normalize("NFKC", header)
    text = re.sub(r"(?<=[a-z]{2})(?=[A-Z][a-z])", " ", text)
    return re.findall(r"[^\W_\u3400-\u9fff]+|[\u3400-\u9fff]", text.casefold())


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in _rows("sentences.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("tanlu.monitor.propose").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
