"""Every step of the quantification and every mistake of implementers has a test that names it."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent


def named(what: str) -> set[int]:
    text = "".join(file.read_text(encoding="utf-8") for file in sorted(HERE.glob("test_*.py")))
    return {int(number) for number in re.findall(rf"def test_{what}_(\d+)_", text)}


def test_the_nineteen_steps() -> None:
    assert set(range(1, 20)) == named("step")


def test_the_thirty_mistakes() -> None:
    assert named("mistake") == set(range(1, 31))
