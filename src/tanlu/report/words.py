"""The words of a report in both tongues, read from ``texts.csv`` beside this file."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

from tanlu import account, factors
from tanlu.errors import TanluError
from tanlu.terms import kinds

__all__ = ["Words", "role", "texts"]


@cache
def texts() -> dict[str, tuple[str, str]]:
    """Give every text of the reports by key as (English, Chinese)."""
    table = resources.files("tanlu.report").joinpath("texts.csv").read_text(encoding="utf-8")
    return {row["key"]: (row["en"], row["zh"]) for row in csv.DictReader(table.splitlines())}


@cache
def role(name: str) -> str:
    """Give the colour role of a label (``road``, ``ttw``, ``measured`` …), empty if it has none.

    A chart is data without colours; the same word has the same colour in every picture.
    """
    for key, words in texts().items():
        group, _, last = key.partition(".")
        if group in ("mode", "boundary", "tier", "holds") and name in words:
            return last
    return ""


class Words:
    """One tongue of a report: ``words("total.wtw")``, ``words.kind("transport.road")``."""

    def __init__(self, language: str) -> None:
        self.language = "zh" if language.startswith("zh") else "en"
        self._place = 1 if self.language == "zh" else 0

    def __call__(self, key: str, /, **fields: object) -> str:
        """Give one text with its fields filled in; KeyError when it is not in the table."""
        return texts()[key][self._place].format(**fields)

    def maybe(self, group: str, value: str | None) -> str:
        """Give the word for a value of an open list, or the value itself when it has none."""
        if value is None:
            return self("none")
        found = texts().get(f"{group}.{value}")
        return found[self._place] if found else value

    def kind(self, kind: str) -> str:
        """Give the word for a kind of activity: the mode of transport, hub, energy."""
        name = kind.removeprefix("transport.")
        if f"mode.{name}" in texts():
            return self(f"mode.{name}")
        found = kinds.kinds().get(kind)
        if found is None:
            return kind
        return found.zh if self.language == "zh" else found.en

    def assumption(self, code: str) -> str:
        """Give the sentence for an assumption's code, or the code itself when it has none."""
        for room in (account, factors):
            try:
                told = room.assumption(code)
            except TanluError:
                continue
            return str(told.zh if self.language == "zh" else told.en)
        return code

    def profile(self, profile: str) -> str:
        """Give the name of a profile."""
        return self.maybe("profile", profile)

    def place(self, code: str | None) -> str:
        """Give the name of a place, or its code where it has none here."""
        return self("unknown") if code is None else self.maybe("place", code)
