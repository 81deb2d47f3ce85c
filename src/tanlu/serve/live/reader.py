"""What one organisation's streams say now: its log followed from files, its state in columns."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.devices import Registry
from tanlu.serve.live.carbon import Grids
from tanlu.serve.live.channels import Channels
from tanlu.serve.live.parks import Parks, age_s, balance, point
from tanlu.store.stream import Follower

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanlu.store import Workspace
    from tanlu.store.stream import Group

__all__ = ["Reader"]

S_US = 1_000_000
# rates are of so many seconds, so that they do not flicker
RATE_S = 5
# points of a park that a newcomer gets [s]
POINTS = 600
EVENTS = REFUSED = 100
LOOK_S, ALERT_S = 2.0, 10.0
# what only the registry tells is no alarm of this minute
OF_NOW = ("silent", "overdue")
COUNTED = ("reading", "position", "event")
EVENT = ("event_id", "at", "type", "action", "subject", "step", "place", "device", "disposition")
QUARANTINED = ("quarantine_id", "code", "column", "source_sheet", "source_line")


@dataclass
class _Taken:
    """What came since the last step."""

    counts: dict[str, int] = field(default_factory=dict)
    changed: list[Any] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)


class Reader:
    """Follows the log of one ledger and keeps what its topics tell."""

    def __init__(self, workspace: Workspace) -> None:
        self.follower = Follower(workspace)
        self.registry = Registry.of(workspace)
        self.channels, self.parks, self.grids = Channels(), Parks(), Grids(workspace)
        self.rows = 0
        self.heard_us: int | None = None
        self.fault: str | None = None
        self.codes: dict[str, int] = {}
        self.events: deque[dict[str, Any]] = deque(maxlen=EVENTS)
        self.refused: deque[dict[str, Any]] = deque(maxlen=REFUSED)
        self.points: dict[str, deque[list[int | None]]] = {}
        self.alerts: list[dict[str, Any]] = []
        self.fresh: dict[str, list[Any]] = {"events": [], "refused": []}
        self.told: dict[str, dict[str, Any]] = {}
        self.changed: Any = None
        self._counts: deque[tuple[int, dict[str, int]]] = deque(maxlen=RATE_S)
        self._taken = _Taken()
        self._looked = self._alerted = 0.0
        self._known = -1

    # ── taking ──

    def begin(self, now_us: int) -> None:
        """Take what the log has of the last minutes, second by second, as if one had been there."""
        second = 0
        held: list[Group] = []
        for group in self._groups():
            if held and group.at_us // S_US != second:
                self._second(held, (second + 1) * S_US)
                held = []
            second = group.at_us // S_US
            held.append(group)
        if held:
            self._second(held, min(now_us, (second + 1) * S_US))
        self._counts.clear()

    def gather(self) -> None:
        """Take what is new, so that less is left to do when the second is over."""
        self._take(list(self._groups()))

    def step(self, now_us: int) -> None:
        """Take what is new since the last step, and put together what the parks do now."""
        self._second(list(self._groups()), now_us)
        if time.monotonic() - self._alerted > ALERT_S:
            self._alerted = time.monotonic()
            self.alerts = self._alarms(now_us)

    def _groups(self) -> Iterator[Group]:
        try:
            yield from self.follower.groups()
        except TanluError as error:
            self.fault = error.code
        except OSError:
            self.fault = "TL661"
        else:
            self.fault = None

    def _second(self, groups: list[Group], now_us: int) -> None:
        self._take(groups)
        taken, self._taken = self._taken, _Taken()
        self._counts.append((now_us, taken.counts))
        self.changed = np.unique(np.concatenate(taken.changed)) if taken.changed else None
        self.fresh = {"events": taken.events[-EVENTS:], "refused": taken.refused[-REFUSED:]}
        self._learn()
        self._put_together(now_us)

    def _take(self, groups: list[Group]) -> None:
        stacked: dict[str, list[pl.DataFrame]] = {}
        for group in groups:
            for name, table in group.tables.items():
                stacked.setdefault(name, []).append(table)
            self.heard_us = max(self.heard_us or 0, group.at_us)
        tables = {name: pl.concat(held) for name, held in stacked.items()}
        if "reading" in tables:
            self._taken.changed.append(self.channels.take(tables["reading"]))
        self._count(tables)
        self._taken.events += self._happened(tables)
        self._taken.refused += self._quarantined(tables)

    def _count(self, tables: dict[str, pl.DataFrame]) -> None:
        counts = self._taken.counts
        for name in COUNTED:
            if name not in tables:
                continue
            of = tables[name]
            self.rows += of.height
            told = [("event", of.height)] if name == "event" else of["stream"].value_counts().rows()
            for stream, count in told:
                counts[stream] = counts.get(stream, 0) + count

    def _happened(self, tables: dict[str, pl.DataFrame]) -> list[dict[str, Any]]:
        if "event" not in tables:
            return []
        rows = tables["event"].select(EVENT).sort("at").tail(EVENTS).to_dicts()
        self.events.extend(rows)
        return rows

    def _quarantined(self, tables: dict[str, pl.DataFrame]) -> list[dict[str, Any]]:
        if "quarantine" not in tables:
            return []
        table = tables["quarantine"]
        for code, count in table["code"].value_counts().iter_rows():
            self.codes[code] = self.codes.get(code, 0) + count
        # never what was refused itself: it may be anything, and it is shown where it can be mended
        rows = table.select(QUARANTINED).tail(REFUSED).to_dicts()
        self.refused.extend(rows)
        return rows

    def _learn(self) -> None:
        changed = False
        if time.monotonic() - self._looked > LOOK_S:
            self._looked = time.monotonic()
            changed = self.registry.refresh()
        if changed or len(self.channels) != self._known:
            self._known = len(self.channels)
            self.parks.learn(self.channels, self.registry)

    def _put_together(self, now_us: int) -> None:
        self.told = {}
        for park in self.parks:
            roles = self.parks.roles_of(park, self.channels, now_us)
            if not roles:
                continue
            sums = balance(roles)
            line = point(now_us, roles, sums)
            self.points.setdefault(park, deque(maxlen=POINTS)).append(line)
            self.told[park] = {
                "roles": roles, "balance": sums, "point": line,
                "carbon": self.carbon(park, roles, now_us),
            }  # fmt: skip

    def _alarms(self, now_us: int) -> list[dict[str, Any]]:
        from tanlu.monitor.quality import alerts

        if not self.registry.closed:
            return []
        found = alerts(self.registry.devices, self.channels.latest(), now_us)
        found = found.filter(pl.col("alert").is_in(OF_NOW))
        places = self.registry.devices.select(
            "device", park=pl.col("place").str.split("/").list.first()
        )
        return found.join(places, on="device", how="left", maintain_order="left").to_dicts()

    # ── asking ──

    def carbon(self, park: str, roles: dict[str, Any], now_us: int) -> dict[str, Any] | None:
        """Give what a park emits a second by what it takes from the grid; None where unknown."""
        region, grid = self.parks.names[park]["region"], roles.get("grid")
        if region is None or grid is None or grid["stale"] or grid["w"] is None:
            return None
        factor = self.grids.of(region, now_us)
        # what a park gives to the grid does not make its own emission negative
        return None if factor is None else factor.rate(max(0, grid["w"]))

    def rates(self) -> dict[str, float]:
        """Give rows a second by stream over the last seconds."""
        if not self._counts:
            return {}
        sums: dict[str, int] = {}
        for _, counts in self._counts:
            for name, count in counts.items():
                sums[name] = sums.get(name, 0) + count
        seconds = len(self._counts)
        return {name: round(count / seconds, 1) for name, count in sorted(sums.items())}

    def source(self, now_us: int) -> dict[str, Any]:
        """Give how the log itself stands: how old its newest row is, and what is not drained."""
        lag = self.follower.lag()
        return {
            "stale_s": None if self.heard_us is None else age_s(self.heard_us, now_us),
            "fault": self.fault, "missed_rows": self.follower.missed_rows,
            "lag_rows": lag.rows, "lag_bytes": lag.bytes,
            "lag_s": 0.0 if lag.oldest_us is None else age_s(lag.oldest_us, now_us),
        }  # fmt: skip
