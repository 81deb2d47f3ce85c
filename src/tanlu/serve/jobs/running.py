"""Running jobs: a few at once, one writer of a ledger at a time, taken up again after a restart."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.ingest import note
from tanlu.serve.jobs.shelf import OVER, Shelf, now_us, shown
from tanlu.serve.jobs.verbs import FILE, Told, Verb
from tanlu.serve.turn import Turn

if TYPE_CHECKING:
    from tanlu.serve.api import Home

__all__ = ["Jobs"]

AT_ONCE = 2
# how often what is done is written down, and what waits is looked at [s]
CARRY_S = 0.5
LOOK_S = 1.0
# another process writes the ledger
WRITES = "TL602"

Heard = Callable[[str, dict[str, Any]], None]


class Jobs:
    """The jobs of a server; of all processes with one home only one runs them.

    Parameters
    ----------
    home
        Ledgers and state of the organisations.
    verbs
        What can be asked for, by name.
    at_once
        How many run at the same time.
    heard
        Is told the organisation and the job whenever something of it changed.
    """

    def __init__(
        self, home: Home, verbs: Mapping[str, Verb], *, at_once: int = AT_ONCE,
        heard: Heard | None = None,
    ) -> None:  # fmt: skip
        self.home, self.verbs, self.heard = home, verbs, heard
        self.shelf = Shelf(home.state)
        self.at_once = at_once
        self._turn = threading.Condition()
        self._writing: dict[str, str] = {}
        self._cancelled: set[str] = set()
        self._later: dict[str, float] = {}
        self._ends = False
        self._threads: list[threading.Thread] = []
        self._alone = Turn(home.path / "jobs.lock")

    # ── asking ──

    def ask(self, tenant: str, kind: str, arguments: Mapping[str, Any], by: str) -> str:
        """Queue a job and give its identity.

        Raises
        ------
        TanluError
            TL491 for a verb that there is not or arguments that it does not take.
        """
        if kind not in self.verbs:
            known = ", ".join(sorted(self.verbs))
            raise TanluError("TL491", value=kind[:80], why=f"there are {known}")
        checked = self.verbs[kind].checked(arguments)
        self.home.workspace(tenant)
        name = self.shelf.put(tenant, kind, checked, by)
        self._say(tenant, name)
        with self._turn:
            self._turn.notify()
        return name

    def told(self, tenant: str, name: str, language: str = "en") -> dict[str, Any]:
        """Give a job of an organisation; TL490 where there is none."""
        return shown(self.shelf.get(tenant, name), language, self.files(tenant, name))

    def cancel(self, tenant: str, name: str, language: str = "en") -> dict[str, Any]:
        """Cancel a job: at once while it waits, after its batch while it runs."""
        row = self.shelf.cancel(tenant, name)
        if row["state"] == "running":
            self._cancelled.add(name)
        self._say(tenant, name)
        return shown(row, language, self.files(tenant, name))

    def folder(self, tenant: str, name: str) -> Path:
        """Give where a job's files lie."""
        return self.home.path / "jobs" / tenant / name

    def files(self, tenant: str, name: str) -> list[str]:
        """Give the names of a job's files."""
        folder = self.folder(tenant, name)
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    def file(self, tenant: str, name: str, file: str) -> Path:
        """Give a file of a job of an organisation; TL490 where there is none."""
        self.shelf.get(tenant, name)
        path = self.folder(tenant, name) / file
        if not FILE.fullmatch(file) or not path.is_file():
            raise TanluError("TL490", value=file[:80])
        return path

    # ── running ──

    def start(self) -> None:
        """Begin to run jobs, once no other process does."""
        if not self._threads:
            thread = threading.Thread(target=self._begin, name="jobs", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """End: what runs is broken off after its batch, and taken up again at the next start."""
        with self._turn:
            self._ends = True
            self._turn.notify_all()
        for thread in self._threads:
            thread.join(timeout=60)
        self._alone.leave()

    def _begin(self) -> None:
        """Wait until this process alone runs jobs, take up what was left, then work too."""
        while not self._alone.take():
            with self._turn:
                if self._ends or self._turn.wait_for(lambda: self._ends, LOOK_S):
                    return
        self.shelf.requeue({name: verb.resumable for name, verb in self.verbs.items()})
        for number in range(1, self.at_once):
            thread = threading.Thread(target=self._work, name=f"jobs-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._work()

    def _work(self) -> None:
        while True:
            with self._turn:
                job = None if self._ends else self._next()
                if self._ends:
                    return
                if job is None:
                    self._turn.wait(LOOK_S)
                    continue
            try:
                self._run(*job)
            finally:
                with self._turn:
                    self._writing = {t: n for t, n in self._writing.items() if n != job[1]}
                    self._turn.notify_all()

    def _next(self) -> tuple[str, str] | None:
        """Claim the oldest job that need not wait for a writer of its ledger."""
        for row in self.shelf.queued():
            tenant, name = row["tenant"], row["id"]
            verb = self.verbs.get(row["kind"])
            owner = self._writing.get(tenant) if verb is not None and verb.writes else None
            if owner is not None:
                if row["waits_for"] != owner:
                    self.shelf.waits(tenant, name, owner)
                    self._say(tenant, name)
                continue
            if self._later.get(name, 0.0) > time.monotonic() or not self.shelf.claim(tenant, name):
                continue
            if verb is not None and verb.writes:
                self._writing[tenant] = name
            return tenant, name
        return None

    def _run(self, tenant: str, name: str) -> None:
        row = self.shelf.get(tenant, name)
        self._say(tenant, name)
        try:
            result = self._followed(tenant, row)
        except _Broken:
            return  # it stays running for the next start
        except _Cancelled:
            self.shelf.end(tenant, name, "cancelled")
        except TanluError as error:
            if error.code == WRITES and self.verbs[row["kind"]].resumable:
                self._wait(tenant, name, error)
            else:
                self.shelf.end(tenant, name, "failed", error=error)
        except Exception as fault:  # noqa: BLE001 - a verb must not take the others with it
            known = secrets.token_hex(6)
            note("job", name=known, kind=row["kind"], what=f"{type(fault).__name__}: {fault}")
            self.shelf.end(tenant, name, "failed", error=TanluError("TL489", value=known))
        else:
            self.shelf.end(tenant, name, "done", result={} if result is None else result)
        self._cancelled.discard(name)
        self._say(tenant, name)

    def _wait(self, tenant: str, name: str, error: TanluError) -> None:
        """Queue a job again that another process keeps from writing."""
        owner = str(error.fields.get("owner", "?"))
        self._later[name] = time.monotonic() + LOOK_S
        far = {"state": "queued", "waits_for": owner[:300]}
        if self.shelf.carry(tenant, name, far):
            self.shelf.cancel(tenant, name)

    def _followed(self, tenant: str, row: Mapping[str, Any]) -> object:
        name = row["id"]
        if row["kind"] not in self.verbs:
            raise TanluError("TL491", value=row["kind"], why="this server has it no longer")
        arguments = shown(row, "en", [])["arguments"]
        told = Told(tenant, self.home, arguments, self.folder(tenant, name))
        result: object = None
        written, step, since = 0.0, None, now_us()
        with closing(self.verbs[row["kind"]].run(told)) as steps:  # type: ignore[type-var]
            for each in steps:
                result = each.result
                if each.step != step:
                    step, since, written = each.step, now_us(), 0.0
                wanted = name in self._cancelled
                if time.monotonic() - written >= CARRY_S:
                    written = time.monotonic()
                    wanted |= self.shelf.carry(tenant, name, {
                        "step": step, "step_us": since, "done": each.done, "total": each.total,
                        "unit": each.unit,
                    })  # fmt: skip
                    self._say(tenant, name)
                # what is over is not cancelled any more
                if wanted and result is None:
                    raise _Cancelled
                if self._ends and result is None:
                    raise _Broken
        return result

    def _say(self, tenant: str, name: str) -> None:
        if self.heard is not None:
            self.heard(tenant, shown(self.shelf.get(tenant, name), "en", []))

    def wait(self, tenant: str, name: str, seconds: float) -> dict[str, Any]:
        """Give a job once it is over, or as it is after so long [s]."""
        until = time.monotonic() + seconds
        while True:
            told = self.told(tenant, name)
            if told["state"] in OVER or time.monotonic() >= until:
                return told
            time.sleep(0.02)


class _Cancelled(Exception):
    """Somebody wanted it."""


class _Broken(Exception):
    """The server ends."""
