"""Any history of groups, syncs, deaths and drains: the ledger has what was acknowledged, once."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tanlu.store import open_workspace
from tanlu.store.stream import Place, drain, open_stream_log
from tests.store.stream.feeds import readings


class History(RuleBasedStateMachine):
    """A log of which some groups are acknowledged and the others may be lost."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.workspace = open_workspace(self.folder / "ledger", create=True)
        self.log = open_stream_log(self.workspace, segment_bytes=4_000)
        # places after the groups, the numbers up to there; how many of them are acknowledged
        self.groups: list[tuple[Place, int]] = []
        self.synced = 0

    def count(self) -> int:
        return self.groups[-1][1] if self.groups else 0

    @rule(rows=st.integers(1, 30))
    def append(self, rows: int) -> None:
        place = self.log.append({"reading": readings(self.count(), rows)})
        self.groups.append((place, self.count() + rows))

    @rule()
    def sync(self) -> None:
        self.log.sync()
        self.synced = len(self.groups)

    @precondition(lambda self: self.groups)
    @rule(back=st.integers(0, 5))
    def keep(self, back: int) -> None:
        place, number = self.groups[max(0, len(self.groups) - 1 - back)]
        covered = self.log.kept()
        if covered is None or covered[0] <= place:
            self.log.keep(place, str(number).encode())
            self.synced = len(self.groups)

    @rule(batch=st.integers(1, 60))
    def drain(self, batch: int) -> None:
        list(drain(self.workspace, batch_rows=batch))

    @rule(data=st.data())
    def die(self, data: st.DataObject) -> None:
        """Kill the writer; or let the power fail, and what was not synced is anything."""
        os.close(self.log._handle)
        self.log._lock.release(broken=True)
        path = self.log.folder / f"{self.log.place.segment:08d}.wal"
        if data.draw(st.booleans()):
            (self.log.folder / "synced").unlink()
            # a new segment is begun when all before it is synced
            floor = max([64, *(p.offset for p, _ in self.groups[: self.synced] if self.last(p))])
            raw = path.read_bytes()
            keep = data.draw(st.integers(floor, len(raw)))
            tail = bytearray(raw[floor:keep])
            for _ in range(data.draw(st.integers(0, 2)) if tail else 0):
                tail[data.draw(st.integers(0, len(tail) - 1))] ^= data.draw(st.integers(1, 255))
            path.write_bytes(raw[:floor] + bytes(tail))
        self.log = open_stream_log(self.workspace, segment_bytes=4_000)
        there = [group for group in self.groups if group[0] <= self.log.place]
        assert len(there) >= self.synced
        assert (there[-1][0] if there else Place(1, 64)) <= self.log.place
        self.groups, self.synced = there, len(there)

    def last(self, place: Place) -> bool:
        return place.segment == self.log.place.segment

    @invariant()
    def replays_what_it_has(self) -> None:
        covered = self.log.kept()
        place, state = covered or (None, b"0")
        seqs = [seq for _, tables in self.log.replay(place) for seq in tables["reading"]["seq"]]
        assert seqs == list(range(int(state), self.count()))

    @invariant()
    def counts_what_is_behind(self) -> None:
        there = self.workspace.scan("reading").collect().height
        assert self.log.lag().rows == self.count() - there

    def teardown(self) -> None:
        self.log.close()
        list(drain(self.workspace, batch_rows=100))
        seqs = self.workspace.scan("reading").collect()["seq"].to_list()
        shutil.rmtree(self.folder)
        assert seqs == list(range(self.count()))


History.TestCase.settings = settings(
    max_examples=settings.default.max_examples // 4, stateful_step_count=20, deadline=None
)
TestHistory = History.TestCase
