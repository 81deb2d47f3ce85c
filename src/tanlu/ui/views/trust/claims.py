"""What stands behind a claim: from its emissions over its activities to the files that came in."""

from __future__ import annotations

from typing import Any

from tanlu.ui.frame.page import Context

__all__ = ["factors", "tree"]

MOST = 24


def tree(context: Context, version: int) -> list[dict[str, Any]]:
    """Give each part of emissions up to a version with the activities and files it came from."""
    lines = [line for line in context.asked.workspace.log() if line["version"] <= version]
    made = {part["file"]: (line, part) for line in lines for part in line.get("parts", ())}
    found = []
    for line, part in made.values():
        if part["table"] == "emission":
            found.append({
                **_part(context, line, part),
                "of": [_input(context, *made[name]) for name in line.get("inputs", ())
                       if name in made][:MOST],
            })  # fmt: skip
    return found[:MOST]


def _part(context: Context, line: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    return {
        "file": part["file"], "rows": context.numbers.count(part["rows"]),
        "href": context.url("ledger.one", version=line["version"]), "version": line["version"],
    }  # fmt: skip


def _input(context: Context, line: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    source = line.get("source")
    source = source if isinstance(source, dict) else {}
    file = source.get("file")
    return {
        **_part(context, line, part), "name": source.get("name") or "",
        "evidence": context.url("evidence.one", sha256=file) if isinstance(file, str) else "",
    }  # fmt: skip


def factors(context: Context, version: int) -> list[dict[str, str]]:
    """Give the factor packs that held at a version, each with its original."""
    held: dict[str, dict[str, str]] = {}
    for line in context.asked.workspace.log("packs"):
        if line["version"] <= version:
            for pack in line["packs"]:
                held[pack["pack_id"]] = {
                    "name": f"{pack['pack_id']} {pack['semver']}", "hash": pack["hash"],
                    "href": context.url("evidence.one", sha256=pack["original"]),
                }  # fmt: skip
    return [held[name] for name in sorted(held)]
