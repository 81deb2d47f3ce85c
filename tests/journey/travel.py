"""How the journey tests run the command line: as a stranger would, in a process of its own."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT / "src"),
    "LC_ALL": "C.UTF-8",
    "TANLU_LANGUAGE": "en",
}


def tanlu(*words: str | Path, expect: int = 0) -> dict[str, Any]:
    """Run a verb with --json and give its object."""
    done = subprocess.run(
        [sys.executable, "-m", "tanlu", *map(str, words), "--json"],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=False,
    )
    assert done.returncode == expect, done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def kill_in_the_middle(seed: int, longest_s: float, *words: str | Path) -> bool:
    """Start a verb, kill it with SIGKILL at a random instant; tell whether it had ended before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tanlu", *map(str, words), "--json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
    )
    time.sleep(random.Random(seed).uniform(0.2, longest_s))
    ended = process.poll() is not None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return ended
