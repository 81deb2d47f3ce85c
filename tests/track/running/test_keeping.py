"""A run over files that was ended anywhere goes on from there, and gives what it would have."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from tanlu.cli.entry import main
from tanlu.errors import TanluError
from tanlu.track.legs import finished, loaded
from tanlu.track.running import Kept, steps, tracked
from tanlu.track.running.keeping import UNFINISHED
from tests.track.running.drives import drive

NAMES = [f"lorry-{n}" for n in range(6)]
SOURCE = Path(__file__).resolve().parents[3] / "src"


@pytest.fixture
def small(monkeypatch):
    """Let a portion be a single device."""
    monkeypatch.setattr(steps, "PORTION", 100)


def rows() -> pl.DataFrame:
    return pl.concat([drive(name) for name in NAMES])


def tables(out: Path) -> dict[str, pl.DataFrame]:
    return {file.stem: pl.read_parquet(file) for file in sorted(out.glob("*.parquet"))}


def run(out: Path, upto: int | None = None, told: str = "a") -> int:
    """Track into a folder, or only so many portions; give how many were tracked."""
    kept, loads, count = Kept(out, {"told": told}), loaded(None, NAMES), 0
    left = rows() if kept.until is None else rows().filter(pl.col("device") > pl.lit(kept.until))
    for batch in tracked([left], loads=loads):
        if count == upto:
            break
        kept.add(batch)
        count += 1
    if upto is not None:
        kept.leave()
        return count
    made = finished(kept.moving(), loads)
    kept.close({"findings": made.findings, "legs": made.activities, "elements": made.elements})
    return count


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("upto", [0, 1, 4, 6])
def test_what_was_ended_goes_on_and_gives_the_same(tmp_path, upto: int) -> None:
    assert run(tmp_path / "whole") == len(NAMES)
    assert run(tmp_path / "ended", upto) == upto

    again = run(tmp_path / "ended")

    assert again == len(NAMES) - upto
    found, wanted = tables(tmp_path / "ended"), tables(tmp_path / "whole")
    assert list(found) == list(wanted)
    for name, table in wanted.items():
        assert found[name].equals(table), name
    assert not (tmp_path / "ended" / UNFINISHED).exists()


@pytest.mark.usefixtures("small")
def test_what_was_begun_otherwise_is_begun_anew(tmp_path) -> None:
    run(tmp_path, 3)
    assert run(tmp_path, told="b") == len(NAMES)


@pytest.mark.usefixtures("small")
def test_a_portion_that_is_torn_is_done_again(tmp_path) -> None:
    run(tmp_path / "whole")
    run(tmp_path / "torn", 4)
    torn = tmp_path / "torn" / UNFINISHED / "000002" / "fixes.parquet"
    torn.write_bytes(torn.read_bytes()[:-9])

    assert run(tmp_path / "torn") == len(NAMES) - 2
    assert tables(tmp_path / "torn")["fixes"].equals(tables(tmp_path / "whole")["fixes"])


def test_two_runs_do_not_write_one_folder(tmp_path) -> None:
    first = Kept(tmp_path, {})
    with pytest.raises(TanluError, match="TL004"):
        Kept(tmp_path, {})
    first.leave()
    Kept(tmp_path, {}).leave()


@pytest.mark.usefixtures("small")
def test_a_killed_command_goes_on_where_it_was(tmp_path) -> None:
    """Kill -9 as soon as a portion is kept; the same command then does only what is left."""
    file = tmp_path / "positions.parquet"
    pl.concat([drive(f"d{n:03d}") for n in range(40)]).write_parquet(file)
    code = (
        "import sys; from tanlu.track.running import steps; steps.PORTION = 100;"
        "from tanlu.cli.entry import main; sys.exit(main(sys.argv[1:]))"
    )

    def words(out: str) -> list[str]:
        return ["track", "run", str(file), "--out", str(tmp_path / out), "--json"]

    assert main(words("whole")) == 0

    portions = tmp_path / "killed" / UNFINISHED
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    with subprocess.Popen(
        [sys.executable, "-c", code, *words("killed")], env=environment, stdout=subprocess.DEVNULL
    ) as ended:
        until = time.monotonic() + 120
        while not (portions / "000001").exists() and time.monotonic() < until:
            time.sleep(0.002)
        ended.send_signal(signal.SIGKILL)
    assert ended.returncode == -signal.SIGKILL
    assert 2 <= len(list(portions.glob("[0-9]*"))) < 40

    assert main(words("killed")) == 0

    found, wanted = tables(tmp_path / "killed"), tables(tmp_path / "whole")
    for name, table in wanted.items():
        assert found[name].equals(table), name
