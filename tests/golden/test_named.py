"""Every step of the quantification and every mistake of transport has a test that names it."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
# 17 to 25 are of the exchange of footprints, 28 and 29 of targets and claims
MISTAKES = {*range(1, 17), 26, 27, 30}


def named(what: str) -> set[int]:
    text = "".join(file.read_text(encoding="utf-8") for file in sorted(HERE.glob("test_*.py")))
    return {int(number) for number in re.findall(rf"def test_{what}_(\d+)_", text)}


def test_the_nineteen_steps() -> None:
    assert set(range(1, 20)) == named("step")


def test_the_mistakes_of_transport() -> None:
    assert named("mistake") == MISTAKES
