"""The example of a verifier, from the books of a group to a signed opinion."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tanlu.cli import main


@pytest.mark.slow
def test_the_example_ends_in_an_opinion_that_says_what_its_frame_cannot(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = root / "examples" / "audit" / "audit.py"
    told = subprocess.run(
        [sys.executable, str(example)], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    desk = tmp_path / "audited" / "desk"

    # one bill was typed 9 L too high; that is all a careful person finds
    assert "bill/N1" in told
    assert "opinion in entry" in told
    credential = json.loads((desk / "opinion.json").read_text(encoding="utf-8"))
    # the fuel bills are a frame of fuel alone: what was left out of the rest nobody knows
    assert "The independent frame is about some kinds only" in " ".join(told.split())
    assert "modified; next" in told
    assert credential["credentialSubject"]["assessment"][0]["conformance"] is False
    options = (
        "--engagement",
        str(desk / "engagement.toml"),
        "--ledger",
        str(desk.parent / "books"),
    )
    assert main(["audit", "show", "--json", *options]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["plans"], shown["redrawn"]) == (1, 2)
