"""Many devices, outages, broken frames and a server that is killed: each reading once, no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.cli.streams.rehearsing import OwnServer
from tanlu.store import open_workspace
from tests.journey.lossy import Lossy
from tests.journey.travel import tanlu

pytest.importorskip("granian", reason="the server needs the extra serve")


def _rehearsed(folder: Path, *words: str | Path) -> dict[str, Any]:
    """Rehearse on a ledger of its own and check what holds for any rehearsal."""
    truth = folder / "truth.parquet"
    facts = tanlu("simulate", "devices", "--ledger", folder / "books", "--truth", truth, *words)
    wanted = pl.read_parquet(truth)

    assert facts["agrees"] is True
    assert facts["acknowledged"] == facts["sent"]
    parts = facts["rows_new"] + facts["rows_known"] + facts["rows_quarantined"]
    assert facts["rows_in"] == parts
    assert facts["rows_quarantined"] == facts["corrupt"] + facts["astray"] > facts["astray"]
    assert {name: facts[name] for name in ("lost", "doubled", "changed", "strange")} == {
        "lost": 0, "doubled": 0, "changed": 0, "strange": 0,
    }  # fmt: skip
    assert facts["gaps_wrong"] == 0
    assert facts["gaps_found"] == facts["gaps_true"] > 0
    _held(folder / "books", wanted, facts["rows_quarantined"])
    return facts


def _held(ledger: Path, wanted: pl.DataFrame, quarantined: int) -> None:
    """Look into the ledger with nothing of the rehearsal's own."""
    keys = ["stream", "device", "seq"]
    rows = open_workspace(ledger).scan("reading", raw=True).collect()
    assert rows.height == wanted.height
    assert rows.select(keys).is_unique().all()
    assert (
        rows.select(*keys, "at", "value")
        .sort(keys)
        .equals(wanted.select(*keys, "at", "value").sort(keys))
    )
    broken = open_workspace(ledger).scan("quarantine").collect()
    # a body that cannot be read, a line of one, a clock astray
    assert set(broken["code"]) <= {"TL352", "TL353", "TL356"}
    assert broken.height == quarantined


def test_two_thousand_devices_with_two_outages_lose_nothing(tmp_path: Path) -> None:
    facts = _rehearsed(tmp_path, "--devices", "2000", "--speed", "200")

    assert facts["rows_new"] == facts["true"]
    assert facts["crashes"] == 0


def test_a_server_killed_with_9_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    facts = _rehearsed(
        tmp_path, "--devices", "2000", "--speed", "120", "--media", "ndjson",
        "--crash", "1.2", "2.9",
    )  # fmt: skip

    assert facts["crashes"] == 2
    assert facts["retries"] > 0


def test_answers_that_get_lost_make_no_reading_count_twice(tmp_path: Path) -> None:
    truth, books = tmp_path / "truth.parquet", tmp_path / "books"
    open_workspace(books, create=True)
    own = OwnServer(books)
    own.start()
    try:
        own.wait()
        with Lossy(own.port, each=5) as line:
            facts = tanlu(
                "simulate", "devices", "--to", line.url, "--devices", "1000", "--speed", "200",
                "--truth", truth,
            )  # fmt: skip
    finally:
        own.stop()

    assert line.lost > 10
    assert facts["retries"] >= line.lost
    assert facts["rows_known"] > facts["duplicate"]
    _held(books, pl.read_parquet(truth), facts["rows_quarantined"])


@pytest.mark.slow
@pytest.mark.parametrize("media", ["arrow", "ndjson"])
def test_a_hundred_thousand_devices_and_a_server_killed_twice(tmp_path: Path, media: str) -> None:
    facts = _rehearsed(
        tmp_path, "--devices", "100000", "--rate", "1", "--seconds", "600", "--speed", "30",
        "--media", media, "--crash", "6", "17",
    )  # fmt: skip

    assert facts["sent"] > 1_000_000
    assert facts["crashes"] == 2
    for name, share in (("duplicate", 0.01), ("late", 0.01), ("corrupt", 0.001)):
        assert 0.7 * share < facts[name] / 1_000_000 < 1.3 * share
