"""Alarms of parks: devices that fell silent, calibrations that ended, and that it is over.

What stands is written beside what is told, so that each alarm is told once, also when the server
was away. Ledgers of whose alarms nobody wants to hear are not followed.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.devices import Registry
from tanlu.monitor.quality import alerts
from tanlu.serve.hooks.doubted import grouped, placed
from tanlu.serve.hooks.outbox import emit, hearing, now_us
from tanlu.serve.ingest import note
from tanlu.serve.turn import Turn
from tanlu.store.relational.tables import hooks as tables
from tanlu.store.stream import Follower

if TYPE_CHECKING:
    from tanlu.serve.api import Home
    from tanlu.store import Workspace
    from tanlu.store.relational import Scoped

__all__ = ["Alarms", "Watch", "tell"]

EVENT = "park.alarm"
# what a device does now; what only its entry in the registry tells is no alarm
TOLD = ("silent", "overdue")
HEARD = ("reading", "position")
TOUCHED = ("device", "at", "received")
LOOK_S = 10.0
# devices that the log does not tell of are looked for in the ledger again after so long
AGAIN_US = 600_000_000
# senders come back after a server that was away: until then nobody is called silent
GRACE_US = 300_000_000
CHUNK = 500


class Watch:
    """When each device of a ledger was heard last, by its log and, where that is mute, its parts.

    Parameters
    ----------
    workspace
        The ledger.
    began_us
        Since when it is watched [us UTC].
    """

    def __init__(self, workspace: Workspace, began_us: int) -> None:
        self.workspace, self.began_us = workspace, began_us
        self.registry = Registry.of(workspace)
        self._follower = Follower(workspace)
        self._heard = pl.DataFrame(schema={"device": pl.String, "at": pl.Int64})
        self._asked_us = self._missed = 0

    def standing(self, now: int) -> pl.DataFrame | None:
        """Give what is wrong now, as `alerts` does, and whether it is too ``early`` to say so.

        None while the log cannot be read: who hears nothing himself does not know who is silent.
        """
        self.registry.refresh()
        came: list[pl.LazyFrame] = []
        try:
            for group in self._follower.groups():
                came += [group.tables[name].select(TOUCHED).lazy() for name in HEARD
                         if name in group.tables]  # fmt: skip
        except (TanluError, OSError):
            return None
        finally:
            self._take(came)
        if self._follower.missed_rows != self._missed:
            # what the log lost before it was followed is in the ledger
            self._missed, self._asked_us = self._follower.missed_rows, 0
        found = self._alerts(now)
        silent = found.filter(alert="silent", early=False)
        known = silent["device"].is_in(self._heard["device"].implode())
        # with the first look, and with those of whom the log never told from time to time
        if silent.height and (not known.all() or now - self._asked_us > AGAIN_US):
            self._ask(silent, now, whole=not known.all())
            found = self._alerts(now)
        return found

    def _alerts(self, now: int) -> pl.DataFrame:
        devices = self.registry.devices
        found = alerts(devices, self._heard, now).filter(pl.col("alert").is_in(TOLD))
        beats = devices.select("device", beat=pl.min_horizontal("heartbeat_us", pl.lit(GRACE_US)))
        found = found.join(beats, on="device", how="left", maintain_order="left")
        early = (pl.col("alert") == "silent") & (pl.col("beat") > now - self.began_us)
        return found.with_columns(early=early.fill_null(value=False)).drop("beat")

    def _take(self, came: list[pl.LazyFrame]) -> None:
        """Take rows as `TOUCHED`: by a clock that is ahead nobody was heard later than it came."""
        if came:
            new = (
                pl.concat(came)
                .filter(pl.col("device").is_not_null())
                .select("device", at=pl.min_horizontal("at", "received"))
            )
            both = pl.concat([self._heard.lazy(), new]).group_by("device").agg(pl.col("at").max())
            enrolled = self.registry.devices.lazy().select("device")
            self._heard = both.join(enrolled, on="device", how="semi").collect(engine="streaming")

    def _ask(self, silent: pl.DataFrame, now: int, *, whole: bool) -> None:
        """Look for silent devices in the ledger: who sends by files, or was heard long ago."""
        self._asked_us = now
        longest = self.registry.devices.select(pl.col("heartbeat_us").max()).item() or 0
        span = None if whole else (now - longest, now + 1)
        names = silent["device"].implode()
        self._take([
            self.workspace.scan(table, columns=TOUCHED, between=span)
            .filter(pl.col("device").is_in(names)) for table in HEARD
        ])  # fmt: skip
        # nobody ever heard these: they are not looked for in all of the ledger again
        mute = silent.join(self._heard, on="device", how="anti").select("device", at="since")
        self._heard = pl.concat([self._heard, mute])


def tell(home: Home, tenant: str, found: pl.DataFrame, devices: pl.DataFrame) -> int:
    """Tell what began to stand and what no longer does; give how many events that were.

    Parameters
    ----------
    found
        What is wrong now, as `Watch.standing` gives it: what is early begins nothing, ends nothing.
    devices
        The registry, schema ``device``.
    """
    parks = placed(devices)
    now = {(row["device"], row["alert"]): row for row in found.iter_rows(named=True)}
    with home.state.of(tenant) as scoped:
        before = {(row["device"], row["alert"]): row for row in scoped.rows(tables.ALARMS)}
        raised = [row for key, row in now.items() if key not in before and not row["early"]]
        cleared = [row for key, row in before.items() if key not in now]
        parted = {row["device"]: row["park"] for row in cleared}
        events = [*grouped(raised, parks, "raised"), *grouped(cleared, parted, "cleared")]
        for each in events:
            emit(scoped, EVENT, each)
        scoped.add(tables.ALARMS, *(
            {"device": row["device"], "alert": row["alert"], "park": parks.get(row["device"]),
             "severity": row["severity"], "since": row["since"]} for row in raised
        ))  # fmt: skip
        _forget(scoped, cleared)
    return len(events)


def _forget(scoped: Scoped, rows: list[dict[str, Any]]) -> None:
    for alert in sorted({row["alert"] for row in rows}):
        names = [row["device"] for row in rows if row["alert"] == alert]
        for start in range(0, len(names), CHUNK):
            some = tables.ALARMS.c.device.in_(names[start : start + CHUNK])
            scoped.drop(tables.ALARMS, tables.ALARMS.c.alert == alert, some)


class Alarms:
    """Watches the parks of whose alarms somebody wants to hear; one process of a home does.

    Parameters
    ----------
    home
        Ledgers and state of the organisations.
    look_s
        How often is looked [s].
    """

    def __init__(self, home: Home, *, look_s: float = LOOK_S) -> None:
        self.home, self.look_s = home, look_s
        self._alone = Turn(home.path / "alarms.lock")
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None
        self._watches: dict[str, Watch] = {}

    def start(self) -> None:
        """Begin to watch, once no other process does."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._loop, name="alarms", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End; what changed until the next start is told then."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join(timeout=60)
        self._alone.leave()

    def look(self) -> None:
        """Look at the parks of all who want to hear of alarms."""
        wanted = self._wanted()
        for gone in set(self._watches) - wanted:
            del self._watches[gone]
        for tenant in sorted(wanted):
            now = now_us()
            if tenant not in self._watches:
                self._watches[tenant] = Watch(self.home.workspace(tenant), now)
            watch = self._watches[tenant]
            # who enrolled no device has none that could be missed
            found = watch.standing(now) if watch.registry.closed else None
            if found is not None:
                tell(self.home, tenant, found, watch.registry.devices)

    def _wanted(self) -> set[str]:
        with self.home.state.everywhere() as state:
            rows = state.rows(tables.HOOKS, *hearing(EVENT), columns=(tables.HOOKS.c.tenant,))
        return {str(row["tenant"]) for row in rows}

    def _loop(self) -> None:
        while not self._alone.take():
            if self._ends.wait(1.0):
                return
        while not self._ends.is_set():
            try:
                self.look()
            except Exception as fault:  # noqa: BLE001 - one look that fails must not end all
                note("alarms", what=type(fault).__name__)
            self._ends.wait(self.look_s)
