"""Alarms of quality: findings about devices that a commit brought, by park and rule."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from tanlu.store import Workspace

__all__ = ["MOST_NAMED", "doubted", "grouped", "placed"]

# devices that one message names
MOST_NAMED = 100
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
    rows = [row for each in table.iter_rows(named=True) if (row := _row(each))]
    return list(grouped(rows, placed(Registry.of(workspace).devices), "raised")) if rows else []


def _row(finding: Mapping[str, Any]) -> dict[str, Any] | None:
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
        "unit": None,
    }  # fmt: skip
