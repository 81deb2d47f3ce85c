"""Parks as they are now: which device plays which role, and the balance of their energy.

A device belongs to a park by the first part of its place: ``xian/dock-3`` is in park ``xian``.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from tanlu.monitor.devices import Registry
    from tanlu.serve.live.channels import Channels

__all__ = [
    "COLUMNS", "WATTS", "Parks", "Roles", "age_s", "balance", "named", "point", "role_of", "roles",
]  # fmt: skip

S_US = 1_000_000
# how often a device is heard that tells neither its heartbeat nor the step of its stream [s]
STEP_S = 60.0
# silent for so many heartbeats is stale
BEATS = 3.0
# joules in the units of energy in which streams count
JOULES = {"Wh": 3600.0, "kWh": 3_600_000.0, "J": 1.0, "MJ": 1_000_000.0}
WATTS = {"W": 1.0, "kW": 1000.0}
SUPPLY, DEMAND = ("pv", "storage", "grid"), ("chillers", "ev", "agv")
# what a line of points has, after its time
COLUMNS = (*SUPPLY, *DEMAND, "other", "docks")

Roles = dict[str, dict[str, Any]]


@cache
def roles() -> tuple[dict[str, str], ...]:
    """Give the table of roles: by type of device and stream, and how they are put together."""
    text = resources.files("tanlu.serve.live").joinpath("roles.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


class _Member(NamedTuple):
    """Channels that play a role in a park: their numbers, signs, limits of silence [us]."""

    channels: Any
    signs: Any
    limits: Any
    how: str
    of_rate: Any


class Parks:
    """The parks of one ledger: who plays which role there, by the registry of its devices."""

    def __init__(self) -> None:
        self.names: dict[str, dict[str, Any]] = {}
        self.devices: dict[str, Any] = {}
        self._members: dict[str, dict[str, _Member]] = {}

    def learn(self, channels: Channels, registry: Registry) -> None:
        """Find out anew which channels play which role: a device or a channel has come."""
        told = self._placed(channels, registry)
        chosen = {park: part for (park,), part in told.group_by("park", maintain_order=True)}
        self.devices = {str(park): part["n"].to_numpy() for park, part in chosen.items()}
        self._members = {str(park): _members(part) for park, part in chosen.items()}
        wanted = [park for park in self._members if park not in self.names]
        self.names.update(named(wanted))

    def __iter__(self) -> Any:
        return iter(sorted(self._members))

    def __contains__(self, park: object) -> bool:
        return park in self._members

    def roles_of(self, park: str, channels: Channels, now_us: int) -> Roles:
        """Give what each role of a park does now, with how old that is."""
        return {
            role: _told(member, channels, now_us)
            for role, member in self._members.get(park, {}).items()
        }

    def _placed(self, channels: Channels, registry: Registry) -> pl.DataFrame:
        devices = registry.devices.filter(
            pl.col("state") == "enrolled", pl.col("place").is_not_null()
        ).select("device", "type", "parent", "heartbeat_us", "ratio",
                 park=pl.col("place").str.split("/").list.first())  # fmt: skip
        streams = registry.streams.select("stream", "role", "unit", "step_us", "per_pulse")
        numbered = channels.names.with_row_index("n").with_columns(pl.col("n").cast(pl.Int64))
        told = numbered.join(devices, on="device", how="inner", maintain_order="left")
        return told.join(streams, on="stream", how="left", maintain_order="left")


def _members(part: pl.DataFrame) -> dict[str, _Member]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in part.iter_rows(named=True):
        played = role_of(row)
        if played is not None:
            line = {**row, **_figures(row, played), "line": roles().index(played)}
            found.setdefault(played["role"], []).append(line)
    return {role: _member(_once(rows)) for role, rows in found.items()}


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what a device tells twice: its power counts, else of each way its first stream."""
    powered = {row["device"] for row in rows if row["how"] == "power" and not row["of_rate"]}
    held: dict[tuple[str, bool], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row["line"]):
        if row["of_rate"] and row["device"] in powered:
            continue
        held.setdefault((row["device"], row["sign"] < 0), row)
    return list(held.values())


def role_of(row: dict[str, Any]) -> dict[str, str] | None:
    """Give the role of a channel: the first line of the table whose type and stream are its own.

    A meter that has none above it is the one to the grid; what is below is in its sum already.
    """
    kind = row["type"] or ""
    if kind == "meter" and row["parent"] is None:
        kind = "grid"
    for line in roles():
        if line["stream"] == row["stream"] and line["type"] in ("", kind):
            return line
    return None


def _figures(row: dict[str, Any], played: dict[str, str]) -> dict[str, Any]:
    """Give how the value of a channel becomes a power [W], and when it counts as stale."""
    unit, sign = row["unit"] or "", float(played["sign"]) * (row["ratio"] or 1.0)
    of_rate = row["role"] in ("register", "pulse") and played["how"] in ("power", "rate")
    if played["how"] == "power":
        sign *= JOULES.get(unit, 1.0) if of_rate else WATTS.get(unit, 1.0)
    step_us = row["heartbeat_us"] or row["step_us"] or STEP_S * S_US
    return {"how": played["how"], "of_rate": of_rate, "sign": sign, "limit": BEATS * step_us}


def _member(rows: list[dict[str, Any]]) -> _Member:
    return _Member(
        np.array([row["n"] for row in rows], np.int64),
        np.array([row["sign"] for row in rows], np.float64),
        np.array([row["limit"] for row in rows], np.float64),
        rows[0]["how"],
        np.array([row["of_rate"] for row in rows], bool),
    )


def _told(member: _Member, channels: Channels, now_us: int) -> dict[str, Any]:
    """Give the sum, mean or count of a role; None where nothing of it can be known."""
    which = member.channels
    at = np.minimum(channels["at"][which], channels["received"][which])
    fresh = now_us - at <= member.limits
    values = np.where(member.of_rate, channels["rate"][which], channels["value"][which])
    values = values * member.signs
    # what a register loses was reset, and is no power that flows back
    known = np.isfinite(values) & ~(member.of_rate & (channels["rate"][which] < 0))
    newest = int(at.max())
    told: dict[str, Any] = {
        "devices": int(which.size), "fresh": int(fresh.sum()),
        "stale_s": age_s(newest, now_us), "stale": not bool(fresh.all()),
    }  # fmt: skip
    # a sum of which a part is unknown would look like less
    whole = bool(known.all())
    if member.how == "power":
        told["w"] = round(float(values[known].sum())) if whole else None
        told["busy"] = int((np.abs(values[known & fresh]) > 1.0).sum())
    elif member.how == "mean":
        told["mean"] = round(float(values[known].mean()), 2) if known.any() else None
    elif member.how == "rate":
        told["per_s"] = round(float(values[known].sum()), 2) if whole else None
    else:
        told["busy"] = int((values[known] > 0).sum())
    return told


def balance(told: Roles) -> dict[str, Any]:
    """Give what comes and goes [W]; ``other`` is the rest, None where a part of it is stale."""
    powers = {role: _fresh(told, role) for role in (*SUPPLY, *DEMAND)}
    there = {role for role in powers if role in told}
    # one part that nobody hears makes the rest unknown, and a park without a meter has none
    whole = "grid" in there and all(powers[role] is not None for role in there)
    supply = sum(powers[role] or 0 for role in SUPPLY)
    demand = sum(powers[role] or 0 for role in DEMAND)
    return {
        "supply_w": supply if whole else None,
        "demand_w": demand if whole else None,
        "other_w": supply - demand if whole else None,
    }


def point(at_us: int, told: Roles, sums: dict[str, Any]) -> list[int | None]:
    """Give one line of the series of a park: null is what was not heard, never zero."""
    powers = [_fresh(told, role) for role in (*SUPPLY, *DEMAND)]
    docks = told.get("docks")
    busy = docks["busy"] if docks and not docks["stale"] else None
    return [at_us, *powers, sums["other_w"], busy]


def age_s(at_us: int, now_us: int) -> float:
    """Give how old something is [s]; what is ahead of our clock is of now."""
    return max(0.0, round((now_us - at_us) / S_US, 1))


def _fresh(told: Roles, role: str) -> int | None:
    found = told.get(role)
    return None if found is None or found["stale"] else found["w"]


def named(parks: list[str]) -> dict[str, dict[str, Any]]:
    """Give names and region of parks; of a name that is no place, the name itself."""
    from tanlu.terms.place import locate

    if not parks:
        return {}
    found = locate(pl.Series(parks, dtype=pl.String))
    return {
        park: {
            "id": park, "name": row["name"] or park, "name_zh": row["name_zh"] or park,
            "region": row["region"], "lat_e7": row.get("lat_e7"), "lon_e7": row.get("lon_e7"),
        }
        for park, row in zip(parks, found.iter_rows(named=True), strict=True)
    }  # fmt: skip
