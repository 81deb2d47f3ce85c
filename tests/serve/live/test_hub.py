"""The hub: bounded queues, one serialisation, organisations apart."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from tanlu.errors import TanluError
from tanlu.serve.live import hub as module
from tanlu.serve.live.hub import QUEUE, Hub, Viewer
from tanlu.store.stream import open_stream_log
from tests.serve.live.watching import POWERS, books, now_us, readings, say


def watching(work):
    """Run a coroutine with a hub that ticks quickly."""

    async def inside():
        hub = Hub(tick_s=0.03)
        try:
            return await work(hub)
        finally:
            hub.close()

    return asyncio.run(asyncio.wait_for(inside(), 60))


def frames(data):
    found = []
    for block in data.decode().strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n"))
        found.append((lines["event"], json.loads(lines["data"])))
    return found


async def ticks(viewer, seconds=20.0):
    data = await viewer.next(seconds)
    assert data
    return frames(data)


def test_the_first_frame_is_whole_and_then_only_what_is_new(tmp_path):
    workspace = books(tmp_path / "l")
    log = open_stream_log(workspace)
    begun = now_us() - 3_000_000
    for second in range(3):
        say(log, readings(POWERS, seq=second, at=begun + second * 1_000_000))

    async def work(hub):
        viewer = Viewer("home", ("park:xian",), None)
        hub.watch(viewer, workspace)
        (_, first), (end, _) = await ticks(viewer)
        assert (first["kind"], end) == ("snapshot", "tick")
        assert [column for column in first["columns"] if column == "grid"] == ["grid"]
        many = len(first["points"])
        (_, second), _ = await ticks(viewer)
        assert second["kind"] == "tick"
        assert "points" not in second
        assert len(second["point"]) == len(first["columns"])
        return many

    assert watching(work) >= 1


def test_the_same_bytes_go_to_all_who_watch_the_same(tmp_path):
    workspace = books(tmp_path / "l")

    async def work(hub):
        viewers = [Viewer("home", ("kpi", "streams"), None) for _ in range(20)]
        for viewer in viewers:
            hub.watch(viewer, workspace)
        for viewer in viewers:
            await viewer.next(20)
        before = hub.frames_made, hub.ticks
        got = [[await viewer.next(20) for _ in range(3)] for viewer in viewers]
        assert hub.frames_made - before[0] <= 2 * (hub.ticks - before[1] + 1)
        last = {id(each[-1]) for each in got}
        assert len(last) <= 2  # one object, or two where a tick came between

    watching(work)


def test_who_does_not_read_loses_the_oldest_and_then_gets_all_anew(tmp_path):
    workspace = books(tmp_path / "l")

    async def work(hub):
        slow, quick = (Viewer("home", ("kpi",), None) for _ in range(2))
        for viewer in (slow, quick):
            hub.watch(viewer, workspace)
        await ticks(slow)
        seen = []
        while slow.dropped < 6:
            seen.append((await ticks(quick))[-1][1]["at_us"])
            assert len(slow._queue) <= QUEUE
        assert quick.dropped == 0
        assert seen == sorted(set(seen))
        (_, told), _ = await ticks(slow)
        assert told["kind"] == "snapshot"
        assert told["at_us"] >= seen[-1]
        (_, told), _ = await ticks(slow)
        assert told["kind"] == "tick"
        dropped = slow.dropped
        assert dropped >= 6 + QUEUE
        hub.leave(slow)
        assert hub.dropped == dropped

    watching(work)


def test_organisations_see_nothing_of_each_other(tmp_path):
    ours, theirs = (books(tmp_path / name) for name in ("ours", "theirs"))
    say(open_stream_log(ours), readings({"x-grid": 1234567.25}, seq=1, at=now_us()))
    say(open_stream_log(theirs), readings({"x-grid": 7654321.25}, seq=1, at=now_us()))

    async def work(hub):
        told = {}
        for tenant, workspace in (("ours", ours), ("theirs", theirs), ("ours", ours)):
            viewer = Viewer(tenant, ("park:xian", "devices:xian"), None)
            hub.watch(viewer, workspace)
            data = await viewer.next(20)
            told.setdefault(tenant, []).append(data)
        assert b"7654321.25" not in b"".join(told["ours"])
        assert b"1234567.25" not in b"".join(told["theirs"])
        assert all(b"1234567.25" in data for data in told["ours"])

    watching(work)


def test_who_comes_back_goes_on_where_he_was(tmp_path):
    workspace = books(tmp_path / "l")

    async def work(hub):
        viewer = Viewer("home", ("kpi",), None)
        stays = Viewer("home", ("kpi",), None)
        for each in (viewer, stays):
            hub.watch(each, workspace)
        await viewer.next(20)
        data = await viewer.next(20)
        last = data.rpartition(b"id: ")[2].partition(b"\n")[0].decode()
        hub.leave(viewer)
        for _ in range(4):
            await stays.next(20)
        again = Viewer("home", ("kpi",), last)
        hub.watch(again, workspace)
        found = frames(await again.next(20))
        kinds = [told["kind"] for name, told in found if name == "kpi"]
        assert kinds
        assert set(kinds) == {"tick"}

    watching(work)


def test_nothing_is_followed_when_nobody_watches(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LINGER_S", 0.1)
    workspace = books(tmp_path / "l")

    async def work(hub):
        viewer = Viewer("home", ("kpi",), None)
        hub.watch(viewer, workspace)
        await viewer.next(20)
        hub.leave(viewer)
        until = time.monotonic() + 60
        # it is the hub's own thread that ends it
        while hub._tenants and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        assert hub._tenants == {}
        count = hub.ticks
        await asyncio.sleep(0.3)
        assert hub.ticks <= count + 1

    watching(work)


def test_who_spreads_a_link_takes_nobodys_room(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_OF_LINK", 2)
    workspace = books(tmp_path / "l")

    async def work(hub):
        first = Viewer("home", ("kpi",), None, link="w_1")
        for viewer in (first, Viewer("home", ("kpi",), None, link="w_1")):
            hub.watch(viewer, workspace)
        with pytest.raises(TanluError, match="TL942"):
            hub.watch(Viewer("home", ("kpi",), None, link="w_1"), workspace)
        for other in ("w_2", "", "", ""):
            hub.watch(Viewer("home", ("kpi",), None, link=other), workspace)
        hub.leave(first)
        hub.watch(Viewer("home", ("kpi",), None, link="w_1"), workspace)

    watching(work)


def test_there_is_room_for_so_many_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_OF_ONE", 2)
    monkeypatch.setattr(module, "MOST_VIEWERS", 3)
    workspace = books(tmp_path / "l")

    async def work(hub):
        first = Viewer("home", ("kpi",), None)
        hub.watch(first, workspace)
        hub.watch(Viewer("home", ("kpi",), None), workspace)
        with pytest.raises(TanluError, match="TL942"):
            hub.watch(Viewer("home", ("kpi",), None), workspace)
        # what one organisation takes is not the others' room
        hub.watch(Viewer("other", ("kpi",), None), workspace)
        with pytest.raises(TanluError, match="TL942"):
            hub.watch(Viewer("third", ("kpi",), None), workspace)
        assert hub.refused == 2
        await first.next(20)
        hub.leave(first)
        hub.watch(Viewer("home", ("kpi",), None), workspace)

    watching(work)


def test_a_fault_of_one_tick_does_not_silence_the_next(tmp_path, monkeypatch, capsys):
    workspace = books(tmp_path / "l")

    async def work(hub):
        viewer = Viewer("home", ("kpi",), None)
        hub.watch(viewer, workspace)
        await viewer.next(20)
        reader = hub._tenants["home"].reader
        step, left = reader.step, [3]

        def broken(now):
            left[0] -= 1
            if left[0] >= 0:
                raise ValueError("once")
            step(now)

        monkeypatch.setattr(reader, "step", broken)
        while left[0] >= 0:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        assert (await ticks(viewer))[-1][0] == "tick"

    watching(work)
    assert "live_fault" in capsys.readouterr().err


def test_at_the_end_all_are_let_go(tmp_path):
    workspace = books(tmp_path / "l")

    async def work(hub):
        viewer = Viewer("home", ("kpi",), None)
        hub.watch(viewer, workspace)
        await viewer.next(20)
        hub.close()
        while (await viewer.next(20)) is not None:
            pass
        with pytest.raises(TanluError, match="TL942"):
            hub.watch(Viewer("home", ("kpi",), None), workspace)

    watching(work)


def test_what_takes_too_long_costs_turns_before_it_costs_ticks():
    hub, turns = Hub(), module.TURNS
    assert hub._next(1, 1) == 2
    assert hub._next(1, 0) == 2
    # a turn is left out, the tick is not
    assert hub._next(1, 3) == 3
    assert hub._next(turns - 1, turns + 1) == turns
    assert hub._next(turns, turns) == turns + 1
    assert hub.late_ticks == 0
    # two whole ticks went by: the newest is made, the one between never was
    assert hub._next(turns, 3 * turns + 1) == 3 * turns
    assert hub.late_ticks == 1
    hub.close()
