"""The tutorial from a ledger to a verified number, run as it stands in both tongues."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

BLOCK = re.compile(r"```(sh|text)\n(.*?)```", re.DOTALL)


def _free_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


def _ended(session: int) -> None:
    """End all of a session: what it left in the background, in whichever group."""
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(int(each.name)) == session:
                os.kill(int(each.name), signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_the_tutorial_does_what_it_says(tongue: str, tmp_path: Path, root: Path) -> None:
    path = root / "docs" / tongue / "tutorial" / "from-ledger-to-verified.md"
    blocks = BLOCK.findall(path.read_text(encoding="utf-8"))
    script = "\n".join(text for kind, text in blocks if kind == "sh")
    for port in ("7381", "7382"):
        script = script.replace(port, _free_port())
    function = (
        "set -e\n"
        f'tanlu() {{ "{sys.executable}" -m tanlu "$@"; }}\n'
        f'python3() {{ "{sys.executable}" "$@"; }}\n'
    )
    environment = os.environ | {"TANLU_LANGUAGE": tongue, "PYTHONPATH": str(root / "src")}
    done = subprocess.Popen(
        ["bash", "-m", "-c", f"{{ {function + script}\n}} >told 2>&1"],
        cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        done.wait(500)
    finally:
        _ended(done.pid)
    told = (tmp_path / "told").read_text(encoding="utf-8")
    shown = [line for kind, text in blocks if kind == "text" for line in text.splitlines()]

    assert done.returncode == 0, told
    assert len(shown) >= 5
    assert [line for line in shown if line not in told] == []
    assert '"verdict": "verified"' in told
    assert (tmp_path / "TL14.tld").stat().st_size < 4096
