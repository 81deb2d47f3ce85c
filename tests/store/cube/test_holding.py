"""What is kept is what a scan sums, whatever was written, replaced, retracted or restated."""

from __future__ import annotations

import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.activities import activities, emissions

from tanlu.store import Workspace, open_workspace
from tanlu.store.cube import Cube, Lack, cells, extend, holding, lacking, leaving

LARGE = 9_000_000_000_000_000_000
EMISSIONS = Cube(
    "kinds", "emission",
    (pl.col("profile"), pl.col("kind"), (pl.col("start") // 14_400_000_000_000).alias("hours")),
    (pl.col("co2e_ug"), pl.col("transport_kgm")),
)  # fmt: skip
NAMES = Cube("names", "activity", (pl.col("subject"),), (), pl.col("kind") == "transport.road")
LACK = Lack(
    "lack", "activity", "activity_id", "emission", ("activity_id", "share_of"),
    (pl.col("kind"),), pl.col("profile") == "iso14083",
)  # fmt: skip
NUMBERS = st.integers(0, 30)
COMMITS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(1, 20), NUMBERS),
        st.tuples(st.just("note"), st.integers(1, 30), NUMBERS),
        st.tuples(st.just("quantify"), st.integers(1, 30), NUMBERS),
        st.tuples(st.just("share"), st.integers(1, 9), NUMBERS),
        st.tuples(st.just("supersede"), NUMBERS, st.just(0)),
        st.tuples(st.just("retract"), NUMBERS, st.sampled_from(["activity", "emission"])),
        st.tuples(st.just("take back"), NUMBERS, st.integers(1, 20)),
        st.tuples(st.just("restate"), st.integers(1, 5), st.just(0)),
        st.tuples(st.sampled_from(["reopen", "lose", "damage"]), st.integers(0, 99), st.just(0)),
        st.tuples(st.just("leave"), st.just(0), st.just(0)),
    ),
    min_size=3,
    max_size=9,
)  # fmt: skip


def like(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort(pl.all())


def lacked(workspace: Workspace) -> pl.DataFrame:
    rows = workspace.scan("emission").filter(LACK.where).collect()
    done = {*rows["activity_id"], *rows["share_of"].drop_nulls()}
    every = workspace.scan("activity").select("activity_id", "kind").collect()
    return every.filter(~pl.col("activity_id").is_in(list(done)))


def files(workspace: Workspace) -> list[Path]:
    every = workspace.path.glob("index/*")
    return sorted(path for path in every if path.suffix in (".cells", ".cube"))


def commit(workspace: Workspace, what: str, first: int, second: Any) -> None:
    if what == "append":
        rows = activities(first, first=second)
        workspace.commit({"activity": rows, "emission": emissions(rows)})
    elif what == "note":
        # some of these are there already: a ledger is not asked to know better
        workspace.append("activity", activities(first, first=second))
    elif what == "quantify":
        other = pl.when(pl.int_range(pl.len()) % 7 == 6).then(pl.lit("gb")).otherwise("profile")
        rows = emissions(activities(first, first=second)).with_columns(profile=other)
        workspace.append("emission", rows)
    elif what == "share":
        rows = emissions(activities(first, first=300 + second))
        of = pl.format("a{}", pl.int_range(pl.len()) + 100_000 + second)
        workspace.append("emission", rows.with_columns(share_of=of))
    elif what == "supersede":
        rows = activities(1, first=200 + first, supersedes=f"a{100_000 + first}")
        workspace.commit({"activity": rows, "emission": emissions(rows)})
    elif what == "retract":
        workspace.retract(second, pl.Series([f"a{100_000 + first}"]), key="activity_id")
    elif what == "take back":
        ids = [f"a{100_000 + first + each}|ttw" for each in range(second)]
        workspace.retract("emission", pl.Series(ids))
    elif what == "restate":
        # other factors: what stood is retracted and written anew in one commit
        old = workspace.scan("emission").collect()
        gone = old.select(
            "emission_id", key=pl.lit("emission_id"), of=pl.lit("emission"),
            reason=pl.lit(None, pl.String),
        ).rename({"emission_id": "id"})  # fmt: skip
        new = old.with_columns(pl.col("co2e_ug") * first)
        workspace.commit({"emission": new, "retraction": gone})
    elif what == "lose":
        for path in files(workspace):
            path.unlink()
    elif what == "damage" and (there := files(workspace)):
        path = there[first % len(there)]
        data = bytearray(path.read_bytes())
        data[first % len(data)] ^= 0x20
        path.write_bytes(data)


@pytest.mark.parametrize("few", [0, 4096])
@settings(max_examples=25, deadline=None)
@given(COMMITS)
def test_the_cells_are_those_of_a_scan_after_any_commits(few, commits) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(holding, "WORTH", 0)
        patch.setattr(leaving, "FEW", few)
        patch.setattr(lacking, "FEW", few)
        workspace = open_workspace(folder, create=True)
        commits = [("append", 20, 0), ("note", 12, 20), *commits]
        for what, first, second in commits:
            commit(workspace, what, first, second)
            if what in ("reopen", "lose", "damage"):
                workspace = open_workspace(folder)
            if what == "leave":
                continue
            for cube in (EMISSIONS, NAMES):
                rows = workspace.scan(cube.table)
                found = cells(workspace, cube)
                assert found is not None
                assert like(found).equals(like(cube.of(rows)))
            left = cells(workspace, LACK)
            assert left is not None
            assert like(left).equals(like(lacked(workspace)))


def test_amounts_near_the_end_of_a_column_do_not_wrap(workspace: Workspace) -> None:
    rows = activities(9, first=3)
    great = emissions(rows).with_columns(co2e_ug=pl.lit(LARGE, pl.Int64), kind=pl.lit("hub"))
    for _ in range(2):
        workspace.commit({"emission": great})
        found = cells(workspace, EMISSIONS)
    assert found is not None
    assert sum(found["co2e_ug"].to_list()) == 18 * LARGE
    assert found["co2e_ug"].dtype == pl.Int128


def test_after_a_restart_only_what_is_new_is_read(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(holding, "WORTH", 0)
    workspace.append("emission", emissions(activities(50)))
    list(extend(workspace, [EMISSIONS]))
    (workspace.path / workspace.parts("emission")[0].file).rename(workspace.path / "away")
    workspace.append("emission", emissions(activities(7, first=70)))

    found = cells(open_workspace(workspace.path), EMISSIONS)

    assert found is not None
    assert found["rows"].sum() == 57


def test_the_sums_of_another_ledger_are_not_taken(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(holding, "WORTH", 0)
    one, two = (open_workspace(tmp_path / name, create=True) for name in ("one", "two"))
    for ledger, count in ((one, 50), (two, 20)):
        ledger.append("emission", emissions(activities(count)))
    list(extend(one, [EMISSIONS]))
    (tmp_path / "one" / "index").rename(tmp_path / "two" / "index")

    found = cells(two, EMISSIONS)

    assert found is not None
    assert found["rows"].sum() == 20


def test_an_older_version_is_left_to_a_scan(workspace: Workspace) -> None:
    for first in (0, 10):
        workspace.append("emission", emissions(activities(5, first=first)))
    assert cells(workspace, EMISSIONS, as_of=1) is not None
    assert cells(workspace, EMISSIONS) is not None
    assert cells(workspace, EMISSIONS, as_of=1) is None


def test_who_asks_once_does_not_wait_for_a_large_ledger(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(holding, "SOON", 30)
    workspace.append("emission", emissions(activities(40)))
    assert cells(workspace, EMISSIONS) is None

    assert [step.done for step in extend(workspace, [EMISSIONS])] == [1]
    assert cells(workspace, EMISSIONS) is not None
    assert list(extend(workspace, [EMISSIONS])) == []


def test_a_disk_that_takes_nothing_costs_only_time(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(holding, "WORTH", 0)
    (workspace.path / "index").write_text("no folder")
    workspace.append("emission", emissions(activities(40)))
    found = cells(workspace, EMISSIONS)
    assert found is not None
    assert found["rows"].sum() == 40


def test_another_definition_is_another_cube(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(holding, "WORTH", 0)
    workspace.append("emission", emissions(activities(40)))
    list(extend(workspace, [EMISSIONS]))
    other = Cube("kinds", "emission", EMISSIONS.keys[:2], EMISSIONS.sums)
    found = cells(open_workspace(workspace.path), other)
    assert found is not None
    assert like(found).equals(like(other.of(workspace.scan("emission"))))
    # and the one before it leaves nothing behind
    assert len(files(workspace)) == 2


def test_layers_stay_few_and_threads_may_ask_at_once(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(holding, "WORTH", 0)
    seen: list[int] = []

    def ask() -> None:
        for _ in range(12):
            found = cells(workspace, NAMES)
            assert found is not None
            seen.append(int(found["rows"].sum()))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for each in threads:
        each.start()
    for number in range(16):
        workspace.append("activity", activities(6, first=6 * number))
        cells(workspace, NAMES)
    for each in threads:
        each.join()

    assert len(seen) == 36
    assert all(count % 2 == 0 and count <= 32 for count in seen)
    assert len(list(workspace.path.glob("index/names-*.cells"))) <= 5
