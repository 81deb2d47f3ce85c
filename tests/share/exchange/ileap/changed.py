"""Objects of documents that are changed on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

SLIPS = ("0.001", "0.01", "0.1", "10", "100", "1000", "1000000", "1.02", "0.98", "-1")
# what nobody means
ODD = st.sampled_from(
    [None, True, 0, -1, 1e308, "", "NaN", "1e9", "-0", "9" * 200, "1.", [], {}, [None], [[]],
     {"a": []}, "x" * 10_000, "2026-02-30T00:00:00Z", "0" * 90, ["a", 1], {"tceId": {}}]
)  # fmt: skip


def of(held: list[dict[str, Any]], field: str) -> list[dict[str, Any]]:
    """All objects of one type of a list of footprints."""
    data = [each["extensions"][0]["data"] for each in held]
    return [each for each in data if field in each]


def text(value: Fraction) -> str:
    scaled = round(value * 10**15)
    sign, digits = ("-" if scaled < 0 else ""), f"{abs(scaled):016d}"
    return f"{sign}{digits[:-15]}.{digits[-15:]}"


def places(held: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a document: its holder, and its name or number there."""
    for key, value in held.items() if isinstance(held, dict) else enumerate(held):
        yield held, key
        if isinstance(value, dict | list):
            yield from places(value)
