"""A pack is opened as a ledger that can be read and replayed, and nothing of it stays behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.verify.offline.making import honest, zipped
from tests.verify.pack import made
from tests.verify.pack.made import OCTOBER, packed

from tanlu.errors import TanluError
from tanlu.verify import replay
from tanlu.verify.pack import contents, mount


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mounted")
    packed(made.ledger(folder), folder / "F.tlpack")
    return folder / "F.tlpack"


def test_the_mounted_slice_is_replayed_as_a_ledger(pack: Path) -> None:
    with mount(pack) as cut:
        *_, last = replay(cut)
    found: Any = last.result

    assert found["differences"] == 0
    assert found["compared"] == found["equal"] > 10


def test_rows_of_the_period_and_their_mates_are_there_and_no_others(pack: Path) -> None:
    with mount(pack) as cut:
        ids = cut.scan("activity").select("activity_id").collect()["activity_id"].to_list()
        late = cut.scan("emission").filter(pl.col("start") >= OCTOBER[1]).collect()

    assert {"a1", "c1", "c2", "e2"} <= set(ids)
    assert "n1" not in ids
    assert set(late["activity_id"]) == {"c2"}


def test_the_folder_is_gone_afterwards_and_nobody_else_may_enter(pack: Path) -> None:
    with mount(pack) as cut:
        folder = cut.path

        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


def test_nothing_can_be_written(pack: Path) -> None:
    with mount(pack) as cut, pytest.raises(TanluError, match="TL614"):
        cut.append("activity", made.rows())


def test_a_name_that_leads_out_is_not_taken_out(tmp_path: Path) -> None:
    files = honest(tmp_path).seal()
    (tmp_path / "F").write_bytes(zipped(files | {"../../evil": b"x"}))

    with pytest.raises(TanluError, match="TL705"), mount(tmp_path / "F"):
        pass


def test_a_pack_says_what_it_is_of(pack: Path) -> None:
    told = contents(pack)

    assert told["period"]["start"] == "2026-10-01T00:00:00+08:00"
    assert told["period"]["end"] == "2026-11-01T00:00:00+08:00"
    assert told["policy"].startswith("log log.example/books+")
    assert {each["profile"] for each in told["totals"]} == {"iso14083", "ghg_protocol"}


def test_a_file_that_is_no_pack_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "F").write_bytes(b"no pack")

    with pytest.raises(TanluError, match="TL705"):
        contents(tmp_path / "F")
