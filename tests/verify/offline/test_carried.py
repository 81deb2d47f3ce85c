"""The second verifier goes with the program."""

from __future__ import annotations

from pathlib import Path

from tanlu.verify.offline import verify_min


def test_the_file_of_the_tools_is_handed_out(root: Path) -> None:
    assert verify_min() == (root / "tools" / "verify_min.py").read_bytes()
