"""The words of the pages in both tongues, read from ``ui/texts/*.csv``.

A file ``overview.csv`` with a row ``title`` gives the key ``overview.title``.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources

from tanlu.errors import catalogue, filled

__all__ = ["LANGUAGES", "Words", "language_of", "texts"]

LANGUAGES = ("zh", "en")
FIELD = re.compile(r"\{\w+\}")
UNTOLD = re.compile(r" ?[:：] ?…$")


@cache
def texts() -> dict[str, tuple[str, str]]:
    """Give every text of the pages by key as (English, Chinese)."""
    found: dict[str, tuple[str, str]] = {}
    for file in resources.files("tanlu.ui").joinpath("texts").iterdir():
        if not file.name.endswith(".csv"):
            continue
        room = file.name.removesuffix(".csv")
        table = resources.files("tanlu.ui").joinpath("texts", file.name).read_text("utf-8")
        for row in csv.DictReader(table.splitlines()):
            found[f"{room}.{row['key']}"] = (row["en"], row["zh"])
    return found


class Words:
    """One tongue of the pages: ``words("overview.title")``; ``words(".title")`` in its room."""

    def __init__(self, language: str, room: str = "frame") -> None:
        self.language = "zh" if language.startswith("zh") else "en"
        self.room = room

    def __call__(self, key: str, /, **fields: object) -> str:
        """Give one text with its fields filled in; KeyError when it is in no table."""
        english, chinese = texts()[f"{self.room}{key}" if key.startswith(".") else key]
        text = chinese if self.language == "zh" else english
        return filled(text, fields) if fields else text

    def maybe(self, group: str, value: str) -> str:
        """Give the word for a value of an open list, or the value itself when it has none."""
        key = f"{self.room}{group}.{value}" if group.startswith(".") else f"{group}.{value}"
        return self(key) if key in texts() else value

    def of_code(self, code: str) -> str:
        """Give what a code means where the code itself stands beside it, for rows of any value."""
        entry, chinese = catalogue()[code], self.language == "zh"
        what, hint = (entry.what_zh, entry.hint_zh) if chinese else (entry.what, entry.hint)
        said = UNTOLD.sub("", FIELD.sub("…", what))
        # advice that names a value is of one row
        return (
            said if not hint or FIELD.search(hint) else f"{said}{'；' if chinese else '; '}{hint}"
        )


def language_of(accepted: str) -> str:
    """Give the tongue that an Accept-Language header asks for; Chinese where it asks neither."""
    wanted: list[tuple[float, str]] = []
    for part in accepted.lower().split(","):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            weight = 0.0
        wanted.append((-weight, tag[:2]))
    return next((tag for _, tag in sorted(wanted, key=lambda w: w[0]) if tag in LANGUAGES), "zh")
