"""Alarms of quality: findings about devices that a commit brought, by park and rule."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tanlu.serve.hooks.events import MOST_NAMED

if TYPE_CHECKING:
    import polars as pl

    from tanlu.store import Workspace

__all__ = ["doubted", "grouped", "placed"]

# rules whose figures are of one thing by another
RATIOS = ("balance", "drift", "slip", "twin")
NOTED = re.compile(r"\bunit=(\S+)$")
ABOUT = "device:"


def placed(devices: pl.DataFrame) -> dict[str, str | None]:
    """Give the park of each device of a registry: the first part of its place."""
    return {
        str(name): place.partition("/")[0] if place else None
        for name, place in devices.select("device", "place").iter_rows()
    }


def grouped(
    rows: list[dict[str, Any]], parks: Mapping[str, str | None], state: str
) -> Iterator[dict[str, Any]]:
    """Give what ``park.alarm`` tells of rows, one a park, alert and severity.

    A gateway that dies silences all behind it: that is one message and not thousands.
    """
    found: dict[tuple[str | None, str, str, str | None], list[dict[str, Any]]] = {}
    for row in rows:
        key = parks.get(row["device"]), row["alert"], row["severity"], row.get("code")
        found.setdefault(key, []).append(row)
    for (park, alert, severity, code), some in found.items():
        named = [
            {name: row.get(name) for name in ("device", "stream", "since", "value", "limit",
                                              "unit")}
            for row in sorted(some, key=lambda each: str(each["device"]))[:MOST_NAMED]
        ]  # fmt: skip
        yield {"park": park, "alert": alert, "code": code, "severity": severity, "state": state,
               "count": len(some), "devices": named}  # fmt: skip


def doubted(workspace: Workspace, line: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give what ``park.alarm`` tells of a line of the manifest: empty where it has no finding."""
    from tanlu.monitor.devices import Registry

    if all(part["table"] != "finding" for part in line.get("parts", ())):
        return []
    here = [part for part in workspace.parts("finding") if part.version == line["version"]]
    table = workspace.scan("finding", only=here).collect()
    table = table.filter(table["subject"].str.starts_with(ABOUT).fill_null(value=False))
    if table.is_empty():
        return []
    registry = Registry.of(workspace)
    named = registry.streams.select("stream", "unit", "role").iter_rows()
    streams = {name: (unit, role) for name, unit, role in named}
    rows = [row for each in table.iter_rows(named=True) if (row := _row(each, streams))]
    return list(grouped(rows, placed(registry.devices), "raised"))


def _row(
    finding: Mapping[str, Any], streams: Mapping[str, tuple[str | None, str | None]]
) -> dict[str, Any] | None:
    """Give a finding as an alarm has it; None for one that no rule of quality made."""
    evidence = json.loads(finding["evidence"] or "{}")
    if "rule" not in evidence:
        return None
    value, lower, upper = (evidence.get(name) for name in ("value", "lower", "upper"))
    below = lower is not None and value is not None and value < lower
    return {
        "device": finding["subject"].removeprefix(ABOUT), "alert": evidence["rule"],
        "code": finding["code"], "severity": finding["severity"], "stream": evidence.get("stream"),
        "since": evidence.get("since"), "value": value, "limit": lower if below else upper,
        "unit": _unit(evidence, *streams.get(str(evidence.get("stream")), (None, None))),
    }  # fmt: skip


def _unit(evidence: Mapping[str, Any], unit: str | None, role: str | None) -> str | None:
    """Give the unit of the figures of a finding: as it notes, else as its rule looks at a stream.

    A change is looked at by the second, and what a register rises by the hour.
    """
    noted = NOTED.search(evidence.get("note") or "")
    if noted:
        return noted[1]
    rule = evidence["rule"]
    if rule in RATIOS:
        return "1"
    by = "/s" if rule == "rate" else "/h" if rule == "range" and role == "register" else ""
    return f"{unit}{by}" if unit else None
