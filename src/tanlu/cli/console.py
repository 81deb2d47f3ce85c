"""The one place that speaks to the terminal: results to stdout, progress to stderr."""

from __future__ import annotations

import csv
import io
import json
import locale
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

if TYPE_CHECKING:
    from tanlu.terms import Progress


# English has a word of its own for one thing
ONE = re.compile(
    r"(?<![\d.,])1 (activities|emissions|entries|events|findings|journeys|parts|positions|records"
    r"|rows)\b"
)
# all control characters but the line feed and the tab
COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@cache
def words() -> dict[str, dict[str, str]]:
    """Give all words of the command line by key and language."""
    text = resources.files("tanlu.cli").joinpath("words.csv").read_text(encoding="utf-8")
    return {row["key"]: row for row in csv.DictReader(text.splitlines())}


def _harmless(text: str) -> str:
    """Give a text without what a terminal would obey: a file may bring its own commands."""
    return COMMANDS.sub("?", text)


def _single(found: re.Match[str]) -> str:
    word = found[1]
    return "1 " + (f"{word[:-3]}y" if word.endswith("ies") else word[:-1])


def columns(text: str) -> int:
    """Give how many columns of a terminal a text takes: a Chinese letter takes two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def aligned(lines: list[list[str]], left: tuple[int, ...]) -> list[str]:
    """Give rows of texts as lines in which columns stand below each other."""
    wide = [max(map(columns, column)) for column in zip(*lines, strict=True)]
    told = []
    for line in lines:
        cells = []
        for place, cell in enumerate(line):
            room = " " * (wide[place] - columns(cell))
            cells.append(cell + room if place in left else room + cell)
        told.append("  ".join(cells).rstrip())
    return told


def default_language() -> str:
    """Give zh or en: TANLU_LANGUAGE, else the locale of the terminal."""
    asked = os.environ.get("TANLU_LANGUAGE")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        asked = asked or os.environ.get(name)
    asked = asked or locale.getlocale()[0] or "en"
    return "zh" if asked.lower().startswith("zh") else "en"


class Console:
    """Says things in one language, as text for people or as one JSON object for programs."""

    def __init__(self, *, language: str, as_json: bool) -> None:
        self.language = language
        self.as_json = as_json
        if isinstance(sys.stdout, io.TextIOWrapper):
            # a terminal that has no sign for a letter shows ? in its place
            sys.stdout.reconfigure(errors="replace")

    def word(self, key: str, **fields: object) -> str:
        """Give a sentence in the language of the user."""
        said = words()[key][self.language].format(**fields)
        return said if self.language == "zh" else ONE.sub(_single, said)

    def say(self, key: str, **fields: object) -> None:
        """Say a sentence; in JSON mode nothing."""
        if not self.as_json:
            self.write(self.word(key, **fields))

    def tell(self, text: str) -> None:
        """Write a line for people; in JSON mode nothing."""
        if not self.as_json:
            self.write(text)

    def tell_row(self, table: str, row: dict[str, Any], before: str = "") -> None:
        """Tell the values of a row of a table that are there; in Chinese with its names."""
        from tanlu.terms import schema

        for column in schema(table).columns:
            value = row.get(column.name)
            if value is None:
                continue
            name = f"{column.name:16} " if self.language == "en" else f"{column.meaning_zh}："
            unit = " µs" if column.unit == "us" and isinstance(value, int) else ""
            self.tell(f"{before}{name}{value}{unit}")

    def tell_table(self, lines: list[list[str]], left: tuple[int, ...] = (0,)) -> None:
        """Tell rows of texts in columns, the named ones to the left; the first row is the head."""
        for line in aligned(lines, left):
            self.tell(line)

    def write(self, text: str) -> None:
        """Write a line to stdout."""
        if sys.stdout is not None:
            sys.stdout.write(_harmless(text) + "\n")

    def warn(self, text: str) -> None:
        """Write a line to stderr."""
        if sys.stderr is not None:
            sys.stderr.write(_harmless(text) + "\n")

    def flush(self) -> None:
        """Give stdout what is still held back, so that a failure shows now and not at exit."""
        if sys.stdout is not None:
            sys.stdout.flush()

    def mute(self) -> None:
        """Let all further output to stdout go nowhere."""
        if sys.stdout is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def result(self, facts: dict[str, Any]) -> None:
        """Print the JSON object of a verb, in JSON mode only."""
        if self.as_json:
            plain = "utf" not in (getattr(sys.stdout, "encoding", None) or "utf").lower()
            self.write(json.dumps(facts, ensure_ascii=plain, default=str))

    def follow(self, steps: Iterator[Progress]) -> Any:
        """Run a long verb to its end with a progress bar, and give its result."""
        result: object = None
        if self.as_json or not sys.stderr.isatty():
            for step in steps:
                result = step.result if step.result is not None else result
            return result
        return self._with_bar(steps)

    def _with_bar(self, steps: Iterator[Progress]) -> object:
        from rich import progress as bars
        from rich.console import Console as Terminal

        result: object = None
        columns = (
            bars.TextColumn("{task.description}"),
            bars.BarColumn(),
            bars.TextColumn("{task.completed:,.0f}"),
            bars.TimeElapsedColumn(),
        )
        with bars.Progress(*columns, console=Terminal(stderr=True), transient=True) as bar:
            tasks: dict[str, Any] = {}
            for step in steps:
                if step.step not in tasks:
                    tasks[step.step] = bar.add_task(self._step(step.step), total=step.total)
                bar.update(tasks[step.step], completed=step.done, total=step.total)
                result = step.result if step.result is not None else result
        return result

    def _step(self, step: str) -> str:
        key = f"step_{step}"
        return words()[key][self.language] if key in words() else step
