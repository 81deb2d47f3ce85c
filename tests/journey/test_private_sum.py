"""The tutorial of the private sum, run as it stands in both tongues."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BLOCK = re.compile(r"```(sh|text)\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("tongue", ["en", "zh"])
@pytest.mark.slow
def test_the_tutorial_does_what_it_says(tongue: str, tmp_path: Path, root: Path) -> None:
    page = (root / "docs" / tongue / "tutorial" / "private-sum.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(page)
    script = "\n".join(text for kind, text in blocks if kind == "sh")
    function = f'set -e\ntanlu() {{ "{sys.executable}" -m tanlu "$@" 2>&1; }}\n'
    environment = os.environ | {"TANLU_LANGUAGE": tongue, "PYTHONPATH": str(root / "src")}
    done = subprocess.run(
        ["bash", "-c", function + script],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    shown = [line for kind, text in blocks if kind == "text" for line in text.splitlines()]

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(shown) >= 8
    assert [line for line in shown if line not in done.stdout] == []
