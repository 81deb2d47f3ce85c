"""Layouts of signed batches: which column is which stream, and with which scale."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import NamedTuple

__all__ = ["Layout", "layouts"]


class Column(NamedTuple):
    """One column of a layout: its stream, the column of the table, value = raw x times / over."""

    name: str
    stream: str
    target: str
    times: int
    over: int
    meaning: str
    meaning_zh: str


class Layout(NamedTuple):
    """The columns of a batch in their order."""

    name: str
    columns: tuple[Column, ...]

    @property
    def readings(self) -> tuple[tuple[int, Column], ...]:
        """Place and column of what becomes readings."""
        return tuple(pair for pair in enumerate(self.columns) if pair[1].target == "value")

    @property
    def positions(self) -> tuple[tuple[int, Column], ...]:
        """Place and column of what becomes positions."""
        return tuple(pair for pair in enumerate(self.columns) if pair[1].target != "value")


@cache
def layouts() -> dict[str, Layout]:
    """Give the layouts by name.

    Returns
    -------
    dict
        Name to `Layout`; a name ends with its number, and what a number means never changes.
    """
    text = resources.files("tanlu.monitor.edge").joinpath("layouts.csv").read_text("utf-8")
    found: dict[str, list[Column]] = {}
    for row in csv.DictReader(text.splitlines()):
        column = Column(
            row["column"], row["stream"], row["target"], int(row["times"]), int(row["over"]),
            row["meaning"], row["含义"],
        )  # fmt: skip
        found.setdefault(row["layout"], []).append(column)
    return {name: Layout(name, tuple(columns)) for name, columns in found.items()}
