"""Jobs run, wait, are cancelled, and are taken up again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tanlu.errors import TanluError
from tanlu.serve.api import Home
from tanlu.serve.jobs import Jobs, Verb
from tanlu.store import open_workspace
from tanlu.store.relational.tables.jobs import JOBS
from tanlu.terms import Progress

ROLES = ("manager",)


class Gate:
    """A verb that goes one step each time it is let."""

    def __init__(self, **shape):
        self.steps = threading.Semaphore(0)
        self.reached = threading.Semaphore(0)
        self.closed = threading.Event()
        self.ran = 0
        self.verb = Verb(self.run, ROLES, {"text": str}, **shape)

    def run(self, told):
        self.ran += 1
        try:
            for done in range(1, 5):
                self.reached.release()
                assert self.steps.acquire(timeout=90)
                result = {"echo": told.arguments.get("text")} if done == 4 else None
                yield Progress("go", done, 4, "steps", result)
        finally:
            self.closed.set()


@pytest.fixture
def opened(home):
    made = []

    def begin(verbs, **shape):
        jobs = Jobs(home, verbs, **shape)
        made.append(jobs)
        jobs.start()
        return jobs

    yield begin
    for jobs in made:
        jobs.close()


def _until(met, seconds=90.0):
    ends = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_a_job_runs_its_verb_and_keeps_what_it_gave(opened):
    gate, heard = Gate(), []
    jobs = opened({"go": gate.verb}, heard=lambda tenant, job: heard.append((tenant, job["state"])))
    name = jobs.ask("home", "go", {"text": "上海"}, "anna")
    assert gate.reached.acquire(timeout=90)
    assert jobs.told("home", name)["state"] == "running"
    gate.steps.release(4)
    told = jobs.wait("home", name, 30)
    assert (told["state"], told["result"], told["asked_by"]) == ("done", {"echo": "上海"}, "anna")
    assert told["arguments"] == {"text": "上海"}
    _until(lambda: heard[-1] == ("home", "done"))
    assert heard[0] == ("home", "queued")
    with pytest.raises(TanluError, match="TL490"):
        jobs.told("other", name)


def test_how_far_a_job_is_and_how_long_it_will_last_is_said(opened, monkeypatch):
    monkeypatch.setattr("tanlu.serve.jobs.running.CARRY_S", 0.0)
    gate = Gate()
    jobs = opened({"go": gate.verb})
    name = jobs.ask("home", "go", {}, "anna")
    gate.steps.release(2)
    _until(lambda: jobs.told("home", name)["done"] == 2)
    told = jobs.told("home", name)
    assert (told["step"], told["total"], told["unit"]) == ("go", 4, "steps")
    assert told["left_s"] is not None
    gate.steps.release(2)
    assert jobs.wait("home", name, 30)["left_s"] is None


def test_a_job_is_cancelled_between_its_batches_and_a_waiting_one_at_once(opened):
    gate = Gate()
    jobs = opened({"go": gate.verb}, at_once=1)
    running, waiting = (jobs.ask("home", "go", {}, "anna") for _ in range(2))
    assert gate.reached.acquire(timeout=90)
    assert jobs.cancel("home", waiting)["state"] == "cancelled"
    assert jobs.cancel("home", running)["cancelling"]
    gate.steps.release(1)
    assert jobs.wait("home", running, 30)["state"] == "cancelled"
    assert gate.closed.is_set()
    assert gate.ran == 1


def test_one_writes_a_ledger_at_a_time_and_the_next_says_for_whom_it_waits(opened):
    gate = Gate(writes=True)
    jobs = opened({"go": gate.verb, "look": Gate().verb}, at_once=3)
    first, second = (jobs.ask("home", "go", {}, "anna") for _ in range(2))
    other = jobs.ask("other", "go", {}, "bo")
    _until(lambda: jobs.told("home", second)["waits_for"] == first)
    _until(lambda: jobs.told("other", other)["state"] == "running")
    assert jobs.told("home", second)["state"] == "queued"
    gate.steps.release(12)
    for tenant, name in (("home", first), ("home", second), ("other", other)):
        assert jobs.wait(tenant, name, 30)["state"] == "done"


def test_a_job_waits_for_another_process_that_writes_and_says_which(opened, home, monkeypatch):
    monkeypatch.setattr("tanlu.store.workspace.WAIT_S", 0.1)

    def write(told):
        with told.workspace.writer(0.1):
            yield Progress("write", 1, 1, result={"written": True})

    other = open_workspace(home.workspace("home").path)
    jobs = opened({"write": Verb(write, ROLES, {}, writes=True)})
    with other.writer():
        name = jobs.ask("home", "write", {}, "anna")
        _until(lambda: "pid" in (jobs.told("home", name)["waits_for"] or ""))
    assert jobs.wait("home", name, 30)["state"] == "done"


def test_what_goes_wrong_is_kept_with_its_code_and_a_fault_with_a_name_for_the_log(opened, capfd):
    def wrong(_):
        yield Progress("go", 0, 1)
        raise TanluError("TL806", value="waybill:X")

    def fault(_):
        yield Progress("go", 0, 1)
        raise RuntimeError("a secret")

    jobs = opened({"wrong": Verb(wrong, ROLES, {}), "fault": Verb(fault, ROLES, {})})
    name = jobs.ask("home", "wrong", {}, "anna")
    told = jobs.wait("home", name, 30)
    assert (told["state"], told["error"]["code"]) == ("failed", "TL806")
    assert "waybill:X" in jobs.told("home", name, "zh")["error"]["title"]
    told = jobs.wait("home", jobs.ask("home", "fault", {}, "anna"), 30)
    assert told["error"]["code"] == "TL489"
    assert "secret" not in str(told)
    assert "RuntimeError" in capfd.readouterr().err


def test_verbs_and_arguments_that_there_are_not_are_refused(opened):
    jobs = opened({"go": Verb(lambda _: iter(()), ROLES, {"period!": str})})
    for kind, arguments in (("stop", {}), ("go", {}), ("go", {"period": 3}),
                            ("go", {"period": "2026", "more": "x"})):  # fmt: skip
        with pytest.raises(TanluError, match="TL491"):
            jobs.ask("home", kind, arguments, "anna")
    with pytest.raises(TanluError, match="TL483"):
        jobs.ask("nobody", "go", {"period": "2026"}, "anna")


def test_what_ran_when_a_server_ended_is_run_again_or_said_to_be_broken_off(opened):
    gate, once = Gate(), Gate(resumable=False)
    first = opened({"go": gate.verb, "once": once.verb})
    names = [first.ask("home", kind, {}, "anna") for kind in ("go", "once")]
    assert gate.reached.acquire(timeout=90)
    assert once.reached.acquire(timeout=90)
    ending = threading.Thread(target=first.close)
    ending.start()
    _until(lambda: first._ends)
    gate.steps.release(1)
    once.steps.release(1)
    ending.join(timeout=90)
    gate.steps.release(8)
    second = opened({"go": gate.verb, "once": once.verb})
    assert second.wait("home", names[0], 30)["state"] == "done"
    told = second.wait("home", names[1], 30)
    assert (told["state"], told["error"]["code"]) == ("broken", "TL492")
    assert (gate.ran, once.ran) == (2, 1)


def test_only_one_process_runs_jobs_and_the_next_takes_over(opened):
    gate = Gate()
    gate.steps.release(8)
    first = opened({"go": gate.verb})
    _until(lambda: first._alone._handle is not None)
    second = opened({"go": gate.verb})
    name = second.ask("home", "go", {}, "anna")
    assert second.wait("home", name, 30)["state"] == "done"
    assert second._alone._handle is None
    first.close()
    name = second.ask("home", "go", {}, "anna")
    assert second.wait("home", name, 30)["state"] == "done"


KILLED = """
import sys, time
from tanlu.serve.api import Home
from tanlu.serve.jobs import Jobs, Verb
from tanlu.terms import Progress
def slow(told):
    for done in range(1000):
        sys.stdout.write("."); sys.stdout.flush()
        time.sleep(0.05)
        yield Progress("slow", done, 1000)
home = Home(sys.argv[1])
jobs = Jobs(home, {"slow": Verb(slow, ("manager",), {}),
                   "once": Verb(slow, ("manager",), {}, resumable=False)})
names = [jobs.ask("home", kind, {}, "anna") for kind in ("slow", "once", "slow")]
jobs.start()
time.sleep(60)
"""


def test_jobs_survive_a_server_that_is_killed(tmp_path: Path):
    open_workspace(tmp_path / "books", create=True)
    server = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path / "books")], stdout=subprocess.PIPE,
        env=dict(os.environ), cwd=Path.cwd(),
    )  # fmt: skip
    home = Home(tmp_path / "books")
    assert server.stdout is not None
    server.stdout.read(4)

    def running():
        with home.state.of("home") as scoped:
            return scoped.count(JOBS, JOBS.c.state == "running") == 2

    _until(running)
    server.send_signal(signal.SIGKILL)
    server.wait(timeout=90)
    server.stdout.close()

    def quick(_):
        yield Progress("quick", 1, 1, result={"ran": "again"})

    verbs = {"slow": Verb(quick, ROLES, {}), "once": Verb(quick, ROLES, {}, resumable=False)}
    jobs = Jobs(home, verbs)
    jobs.start()
    rows, _ = jobs.shelf.page("home", None, 10)
    told = [jobs.wait("home", row["id"], 30) for row in reversed(rows)]
    assert [(each["kind"], each["state"]) for each in told] == [
        ("slow", "done"), ("once", "broken"), ("slow", "done"),
    ]  # fmt: skip
    jobs.close()
    home.close()
