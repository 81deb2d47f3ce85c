"""What is kept is what a scan sums, whatever was written, replaced, retracted or restated."""

from __future__ import annotations

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
@settings(max_examples=12, deadline=None)
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


def test_after_a_restart_only_what_is_new_is_read(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(holding, "WORTH", 0)
    workspace.append("emission", emissions(activities(50)))
    list(extend(workspace, [EMISSIONS]))
    (workspace.path / workspace.parts("emission")[0].file).rename(workspace.path / "away")
    workspace.append("emission", emissions(activities(7, first=70)))

    found = cells(open_workspace(workspace.path), EMISSIONS)

    assert found is not None
    assert found["rows"].sum() == 57


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
