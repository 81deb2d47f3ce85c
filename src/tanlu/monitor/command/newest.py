"""What a desk begins with from a ledger: the newest readings, and devices that are simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.monitor.command.points import Folded
from tanlu.monitor.command.simulated import SimulatedDevice, SimulatedDevices

if TYPE_CHECKING:
    from tanlu.monitor.command.rules import Rules
    from tanlu.store import Workspace

__all__ = ["newest_readings", "rehearsal"]


def newest_readings(workspace: Workspace, rules: Rules, now: int) -> pl.DataFrame:
    """Give the newest readings that interlocks and limits look at, ``device, stream, at, value``.

    Those that are too old to count at ``now`` [us UTC] are left out.
    """
    watched = [lock.when.stream for lock in rules.interlocks]
    watched += [limit.less.stream for limit in rules.limits if limit.less]
    stale = [lock.stale_s for lock in rules.interlocks] + [each.stale_s for each in rules.limits]
    since = now - round(max(stale, default=0.0) * 1e6)
    rows = workspace.scan("reading", columns=["device", "stream", "at", "value"]).filter(
        pl.col("stream").is_in(watched), pl.col("at") >= since
    )
    newest = rows.sort("at", maintain_order=True).unique(["device", "stream"], keep="last")
    return newest.collect()


def rehearsal(workspace: Workspace, rules: Rules) -> SimulatedDevices:
    """Give simulated devices for all that are enrolled, each set as the log says it was left.

    So rules can be rehearsed from the command line, call by call, before a device is wired. What is
    rehearsed and what is real never meet: see ``rehearsed`` of `Desk`.
    """
    from tanlu.monitor.devices import Registry

    state = Folded(rehearsed=True)
    for row in workspace.scan("command", raw=True).collect().iter_rows(named=True):
        state.fold(row)
    devices = Registry.of(workspace).devices.filter(pl.col("state") == "enrolled")["device"]
    made = {}
    for device in devices:
        values = {}
        for action in rules.actions.values():
            usual = action.minimum if action.rest is None else action.rest
            point = state.points.get((device, action.name))
            values[action.name] = usual if point is None or point.held is None else point.held
        made[device] = SimulatedDevice(values)
    return SimulatedDevices(made)
