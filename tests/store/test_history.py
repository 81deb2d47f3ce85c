"""Any sequence of commits against a plain model: every version stays what it was."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tanlu.errors import TanluError
from tanlu.store import open_workspace, restore, upgrade
from tests.store.activities import activities, emissions

PINS = {
    "profile": "iso14083", "gwp_set": "AR6", "spec_hash": "s", "factors_hash": "f",
    "code_version": "0.1.0", "co2e_ug": "0",
}  # fmt: skip
picks = st.integers(0, 10_000)


class History(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.workspace = open_workspace(self.folder / "w", create=True)
        self.next = 0
        self.activities: list[str] = []
        self.emissions: dict[str, str] = {}  # emission -> activity, those that hold
        self.superseded: set[str] = set()
        self.editions: dict[str, int] = {}
        self.rows = self.unsealed = self.copies = 0
        self.versions = [self.model()]

    def model(self) -> tuple[list[str], list[str]]:
        live = [name for name in self.activities if name not in self.superseded]
        rows = [key for key, of in self.emissions.items() if of not in self.superseded]
        return sorted(live), sorted(rows)

    def remember(self, rows: int = 0) -> None:
        self.rows += rows
        self.unsealed += rows
        self.versions.append(self.model())

    @rule(count=st.integers(1, 5))
    def append(self, count: int) -> None:
        rows = activities(count, first=self.next)
        self.next += count
        self.workspace.commit({"activity": rows, "emission": emissions(rows)})
        self.activities += rows["activity_id"].to_list()
        self.emissions |= {f"{name}|ttw": name for name in rows["activity_id"]}
        self.remember(2 * count)

    @precondition(lambda self: self.activities)
    @rule(pick=picks)
    def supersede(self, pick: int) -> None:
        old = self.activities[pick % len(self.activities)]
        rows = activities(1, first=self.next, supersedes=old)
        self.next += 1
        self.workspace.append("activity", rows)
        self.activities += rows["activity_id"].to_list()
        self.superseded.add(old)
        self.remember(1)

    @precondition(lambda self: self.emissions)
    @rule(pick=picks)
    def retract(self, pick: int) -> None:
        key = sorted(self.emissions)[pick % len(self.emissions)]
        self.workspace.retract("emission", pl.Series([key]))
        del self.emissions[key]
        self.remember(1)

    @precondition(lambda self: self.activities)
    @rule(pick=picks)
    def quantify_again(self, pick: int) -> None:
        name = self.activities[pick % len(self.activities)]
        rows = emissions(activities(1, first=int(name[1:]) - 100_000))
        line = pl.DataFrame({"id": [f"{name}|ttw"], "key": "emission_id", "of": "emission"})
        self.workspace.commit({"retraction": line, "emission": rows})
        self.emissions[f"{name}|ttw"] = name
        self.remember(2)

    @rule(name=st.sampled_from(["2026-1", "2026-2", "年度"]))
    def publish(self, name: str) -> None:
        if name in self.editions:
            with pytest.raises(TanluError, match="TL609"):
                self.workspace.publish_edition(name, **PINS)
            return
        self.editions[name] = self.workspace.version
        self.workspace.publish_edition(name, **PINS)
        self.remember()

    @precondition(lambda self: self.editions)
    @rule(pick=picks)
    def an_edition_stays_what_it_was(self, pick: int) -> None:
        name = sorted(self.editions)[pick % len(self.editions)]
        assert self.read(name) == self.versions[self.editions[name]]

    @rule()
    def seal(self) -> None:
        *_, last = self.workspace.seal()
        assert last.result["records"] == self.unsealed
        if self.unsealed:
            self.remember()
        self.unsealed = 0
        *_, again = self.workspace.seal()
        assert again.result["parts"] == 0

    @rule()
    def export_and_restore(self) -> None:
        self.copies += 1
        file, again = self.folder / f"{self.copies}.tanlu", self.folder / f"w{self.copies}"
        list(self.workspace.export(file))
        list(restore(file, again))
        assert open_workspace(again).manifest.head == self.workspace.manifest.head
        self.workspace = open_workspace(again)

    @rule()
    def upgrade(self) -> None:
        *_, last = upgrade(self.workspace.path)
        assert last.result["format"] == 1

    @rule(cut=st.binary(min_size=1, max_size=40).filter(lambda cut: b"\n" not in cut))
    def a_writer_dies(self, cut: bytes) -> None:
        folder = self.workspace.path
        with (folder / "manifest.jsonl").open("ab") as file:
            file.write(cut)
        (folder / "lock").write_text("{}")
        self.workspace = open_workspace(folder)
        with self.workspace.writer():
            pass

    @rule()
    def check(self) -> None:
        *_, last = self.workspace.check()
        assert last.result["findings"] == []
        assert last.result["rows"] == self.rows

    @rule()
    def reopen(self) -> None:
        self.workspace = open_workspace(self.workspace.path)

    @rule(pick=picks)
    def any_version_stays_what_it_was(self, pick: int) -> None:
        version = pick % len(self.versions)
        assert self.read(version) == self.versions[version]

    @invariant()
    def the_newest_version_is_the_model(self) -> None:
        assert self.workspace.version == len(self.versions) - 1
        assert self.read(None) == self.versions[-1]

    def read(self, version: int | str | None) -> tuple[list[str], list[str]]:
        found = [
            self.workspace.scan(table, as_of=version, columns=[key]).collect()[key].sort().to_list()
            for table, key in (("activity", "activity_id"), ("emission", "emission_id"))
        ]
        return found[0], found[1]

    def teardown(self) -> None:
        shutil.rmtree(self.folder)


History.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestHistory = History.TestCase
