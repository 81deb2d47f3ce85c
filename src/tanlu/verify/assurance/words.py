"""The words of assurance in both tongues, read from ``texts.csv`` beside this file."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

from tanlu.terms import kinds

__all__ = ["Words"]


@cache
def texts() -> dict[str, tuple[str, str]]:
    """Give every text by key as (English, Chinese)."""
    table = resources.files("tanlu.verify.assurance").joinpath("texts.csv").read_text("utf-8")
    return {row["key"]: (row["en"], row["zh"]) for row in csv.DictReader(table.splitlines())}


class Words:
    """One tongue: ``words("opinion.adverse")``."""

    def __init__(self, language: str) -> None:
        self.language = "zh" if language.startswith("zh") else "en"

    def __call__(self, key: str, /, **fields: object) -> str:
        """Give one text with its fields filled in; KeyError when it is not in the table."""
        return texts()[key][self.language == "zh"].format(**fields)

    def kind(self, kind: str) -> str:
        """Give the word for a kind of activity, or the kind itself where it has none."""
        found = kinds.kinds().get(kind)
        if found is None:
            return kind
        return found.zh if self.language == "zh" else found.en
