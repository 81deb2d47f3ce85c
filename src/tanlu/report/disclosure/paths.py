"""Reach a fact by its path: ``scopes[scope=2,basis=market].co2e_kg``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["reach"]

STEP = re.compile(r"([a-z0-9_]+)(?:\[([^\]]*)\])?(?:\.|$)")


def reach(facts: Mapping[str, Any], path: str) -> Any:
    """Give the fact at a path; None where there is none.

    A step is a name; in brackets stands what rows of a list are kept: the first of them where a
    step follows, else all.
    """
    here: Any = facts
    for found in STEP.finditer(path):
        if isinstance(here, list):
            here = here[0] if here else None
        if not isinstance(here, Mapping):
            return None
        here = here.get(found[1])
        if found[2] is not None:
            wanted = dict(pair.split("=") for pair in found[2].split(","))
            here = [row for row in here or [] if _fits(row, wanted)]
    return here


def _fits(row: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    return all(str(row.get(name)) == value for name, value in wanted.items())
