"""tanlu serve from the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.serve.ingest.serving import ROOT, Serving


def test_people_read_where_it_listens_and_that_it_is_open(tmp_path: Path) -> None:
    words = [sys.executable, "-u", "-m", "tanlu", "serve", "--ingest", "--port", "0"]
    child = subprocess.Popen(
        [*words, "--ledger", str(tmp_path / "l"), "--language", "en"], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(4)]
    child.terminate()
    rest = child.communicate(timeout=120)[0]

    assert "listening at http://127.0.0.1:" in said[1]
    assert said[2].startswith("OPEN: no device is enrolled")
    assert "curl" in said[3]
    assert "since the start: 0 rows came" in rest


def test_programs_read_one_line_of_facts(tmp_path: Path) -> None:
    with Serving(tmp_path / "l") as server:
        assert server.facts["open"] is True
        assert server.facts["ledger"] == str(tmp_path / "l")
        ended, _ = server.stop()
    assert ended["rows_in"] == 0
