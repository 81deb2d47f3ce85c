"""Any sequence of commits against a plain model: every version stays what it was."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import polars as pl
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tanlu.store import open_workspace
from tests.store.activities import activities, emissions

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
        self.versions = [self.model()]

    def model(self) -> tuple[list[str], list[str]]:
        live = [name for name in self.activities if name not in self.superseded]
        rows = [key for key, of in self.emissions.items() if of not in self.superseded]
        return sorted(live), sorted(rows)

    def remember(self) -> None:
        self.versions.append(self.model())

    @rule(count=st.integers(1, 5))
    def append(self, count: int) -> None:
        rows = activities(count, first=self.next)
        self.next += count
        self.workspace.commit({"activity": rows, "emission": emissions(rows)})
        self.activities += rows["activity_id"].to_list()
        self.emissions |= {f"{name}|ttw": name for name in rows["activity_id"]}
        self.remember()

    @precondition(lambda self: self.activities)
    @rule(pick=picks)
    def supersede(self, pick: int) -> None:
        old = self.activities[pick % len(self.activities)]
        rows = activities(1, first=self.next, supersedes=old)
        self.next += 1
        self.workspace.append("activity", rows)
        self.activities += rows["activity_id"].to_list()
        self.superseded.add(old)
        self.remember()

    @precondition(lambda self: self.emissions)
    @rule(pick=picks)
    def retract(self, pick: int) -> None:
        key = sorted(self.emissions)[pick % len(self.emissions)]
        self.workspace.retract("emission", pl.Series([key]))
        del self.emissions[key]
        self.remember()

    @precondition(lambda self: self.activities)
    @rule(pick=picks)
    def quantify_again(self, pick: int) -> None:
        name = self.activities[pick % len(self.activities)]
        rows = emissions(activities(1, first=int(name[1:]) - 100_000))
        line = pl.DataFrame({"id": [f"{name}|ttw"], "key": "emission_id", "of": "emission"})
        self.workspace.commit({"retraction": line, "emission": rows})
        self.emissions[f"{name}|ttw"] = name
        self.remember()

    @rule()
    def reopen(self) -> None:
        self.workspace = open_workspace(self.folder / "w")

    @rule(pick=picks)
    def any_version_stays_what_it_was(self, pick: int) -> None:
        version = pick % len(self.versions)
        assert self.read(version) == self.versions[version]

    @invariant()
    def the_newest_version_is_the_model(self) -> None:
        assert self.workspace.version == len(self.versions) - 1
        assert self.read(None) == self.versions[-1]

    def read(self, version: int | None) -> tuple[list[str], list[str]]:
        found = [
            self.workspace.scan(table, as_of=version, columns=[key]).collect()[key].sort().to_list()
            for table, key in (("activity", "activity_id"), ("emission", "emission_id"))
        ]
        return found[0], found[1]

    def teardown(self) -> None:
        shutil.rmtree(self.folder)


History.TestCase.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
TestHistory = History.TestCase
