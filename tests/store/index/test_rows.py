"""Rows beside the runs are those of the part, or are not taken."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.store.activities import activities, emissions
from tests.store.index.test_finding import scanned

from tanlu.report.trail.about import TOLD
from tanlu.store import Workspace, open_workspace
from tanlu.store.index import extend, find, finding
from tanlu.store.index.keys import KEPT
from tanlu.store.index.rows import PARTED, Rows
from tanlu.store.index.runs import Damaged
from tanlu.terms import schema
from tanlu.track.trace.emitted import COLUMNS


def made(folder: Path, count: int = 200) -> Workspace:
    workspace = open_workspace(folder, create=True)
    rows = activities(count).with_columns(
        # numbers below nothing, at the end of their range and none, texts of all tongues and empty
        distance_m=pl.when(pl.int_range(pl.len()) % 3 == 0)
        .then(None)
        .otherwise(pl.int_range(pl.len()) * -1),
        load_ppm=pl.when(pl.int_range(pl.len()) == 5).then((1 << 63) - 1).otherwise(None),
        vehicle=pl.when(pl.int_range(pl.len()) % 2 == 0)
        .then(pl.lit("粤B 😀"))
        .otherwise(pl.lit("")),
    )
    workspace.commit({"activity": rows, "emission": emissions(rows)})
    list(extend(workspace))
    return workspace


def beside(folder: Path, table: str = "activity") -> Path:
    (path,) = (folder / "index").glob(f"{table}-*.rows")
    return path


def unreadable(*_: object, **__: object) -> None:
    raise AssertionError("a part was read")


def test_rows_are_those_of_the_part_which_is_not_opened(tmp_path: Path, monkeypatch) -> None:
    workspace = made(tmp_path)
    names = [f"waybill:{100_000 + at}" for at in (0, 5, 6, 63, 64, 130, 199)]
    wanted = scanned(workspace, "activity", "subject", names)
    monkeypatch.setattr(finding, "rows_of", unreadable)

    assert wanted.height == 7
    assert wanted.equals(find(workspace, "activity", {"subject": names}))


@pytest.mark.parametrize("damage", ["gone", "byte", "short", "empty"])
def test_what_is_damaged_is_read_from_the_part(tmp_path: Path, damage: str) -> None:
    workspace = made(tmp_path)
    names = [f"waybill:{100_000 + at}" for at in range(0, 200, 50)]
    wanted = scanned(workspace, "activity", "subject", names)
    path = beside(tmp_path)
    data = bytearray(path.read_bytes())
    data[10] ^= 0x20
    path.unlink()
    if damage != "gone":
        path.write_bytes({"byte": bytes(data), "short": bytes(data[:-7]), "empty": b""}[damage])

    assert wanted.equals(find(workspace, "activity", {"subject": names}))


def test_what_was_damaged_is_made_again_by_the_next_process(tmp_path: Path) -> None:
    made(tmp_path)
    beside(tmp_path).unlink()
    list(extend(open_workspace(tmp_path), "activity"))

    assert beside(tmp_path).exists()


@pytest.mark.parametrize("at", range(0, 4000, 37))
def test_any_byte_that_is_another_one_is_seen(tmp_path_factory, at: int) -> None:
    folder = tmp_path_factory.getbasetemp() / "bytes"
    workspace = open_workspace(folder) if folder.exists() else made(folder)
    path = beside(folder)
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 0x01
    (part,) = workspace.parts("activity")

    with pytest.raises(Damaged):
        [Rows(bytes(data), part.sha256).block(number) for number in range(4)]


def test_the_rows_of_another_part_are_not_taken(tmp_path: Path) -> None:
    made(tmp_path)

    with pytest.raises(Damaged):
        Rows(beside(tmp_path).read_bytes(), "0" * 64)


def test_a_block_beyond_the_last_is_none(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    (part,) = workspace.parts("activity")
    held = Rows(beside(tmp_path).read_bytes(), part.sha256)

    assert held.blocks == 4
    assert [len(held.block(at)[0].split(PARTED)) for at in range(4)] == [64, 64, 64, 8]
    with pytest.raises(Damaged):
        held.block(4)


def test_columns_that_are_not_kept_come_from_the_part(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    ids = ["a100003", "a100150"]

    assert scanned(workspace, "emission", "activity_id", ids).equals(
        find(workspace, "emission", {"activity_id": ids})
    )


def test_what_a_trace_and_a_story_ask_of_an_emission_is_kept() -> None:
    assert set(KEPT["emission"]) == {*COLUMNS, *TOLD}
    assert set(KEPT["emission"]) <= set(schema("emission").names)


def test_many_rows_come_from_the_part_in_the_same_order(tmp_path: Path, monkeypatch) -> None:
    workspace = made(tmp_path)
    more = activities(200, first=300)
    workspace.append("activity", more)
    names = [f"waybill:{100_000 + at}" for at in (*range(0, 200, 9), 301)]
    wanted = find(workspace, "activity", {"subject": names}, placed=True)
    # the first part is read itself, the second from beside
    monkeypatch.setattr(finding, "MANY", 2)

    assert wanted.equals(find(workspace, "activity", {"subject": names}, placed=True))
    monkeypatch.setattr(finding, "MANY", 0)
    assert wanted.equals(find(workspace, "activity", {"subject": names}, placed=True))


def test_slices_of_one_part_do_not_have_all_of_it_decoded(tmp_path: Path, monkeypatch) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", activities(20_000))
    list(extend(workspace))
    monkeypatch.setattr(finding, "MANY", 0)
    plans: list[str] = []
    collect = pl.collect_all

    def seen(frames: list[pl.LazyFrame], **how: pl.QueryOptFlags) -> list[pl.DataFrame]:
        plans.extend(each.explain(**how) for each in frames)
        return collect(frames, **how)

    monkeypatch.setattr(pl, "collect_all", seen)
    names = ["waybill:100010", "waybill:110010", "waybill:119990"]

    assert find(workspace, "activity", {"subject": names}).height == 3
    assert plans
    assert "CACHE" not in "".join(plans)


def test_a_disk_that_takes_no_rows_gives_them_from_the_parts(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", activities(90))
    (tmp_path / "index").write_text("not a folder", encoding="utf-8")

    assert find(workspace, "activity", {"subject": ["waybill:100070"]}).height == 1


def test_an_index_with_fewer_columns_is_made_anew_once(tmp_path: Path, monkeypatch) -> None:
    with monkeypatch.context() as before:
        before.setitem(KEPT, "emission", KEPT["emission"][:-1])
        made(tmp_path)
    workspace = open_workspace(tmp_path)

    assert list(extend(workspace, "activity")) == []
    assert [step.done for step in extend(workspace, "emission")] == [200]
    assert list(extend(open_workspace(tmp_path), "emission")) == []
    monkeypatch.setattr(finding, "rows_of", unreadable)
    assert find(workspace, "emission", {"activity_id": ["a100003"]}, columns=TOLD).height == 1


def test_a_part_in_which_nothing_varies_is_beside_its_run_too(tmp_path: Path, monkeypatch) -> None:
    workspace = made(tmp_path, 1)
    names = ["waybill:100000"]
    wanted = scanned(workspace, "activity", "subject", names)
    monkeypatch.setattr(finding, "rows_of", unreadable)

    assert wanted.height == 1
    assert wanted.equals(find(workspace, "activity", {"subject": names}))
    assert find(workspace, "activity", {"vehicle": ["another"]}).is_empty()
    assert beside(tmp_path).exists()
