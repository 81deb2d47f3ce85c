"""证据: every file that came in, by the hash of its bytes, and what was made of it."""

from __future__ import annotations

from typing import Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered

__all__ = ["VIEWS", "one", "show"]

# originals hold what persons' lines held
READERS = ("manager", "operator", "verifier")
ROWS = 40
SAMPLE = 20


def show(context: Context) -> Shown:
    """Give a page of the originals, with their use; those of a name or hash where one is asked."""
    workspace = context.asked.workspace
    used = remembered(workspace, ("used",), lambda: _used(workspace))
    names = workspace.originals.names()
    query = context.query("q").strip().lower()
    kind = context.query("kind")
    found = [
        name for name in names
        if (not query or name.startswith(query) or query in used.get(name, _NONE)["name"].lower())
        and (not kind or used.get(name, _NONE)["kind"] == kind)
    ]  # fmt: skip
    found.sort(key=lambda name: (-used.get(name, _NONE)["versions"][-1], name))
    start = context.query("from")
    at = int(start) if start.isdecimal() and len(start) < 10 else 0
    kinds = ("file", "mapping", "pack", "other")
    model = {
        "rows": [_row(context, name, used.get(name, _NONE)) for name in found[at : at + ROWS]],
        "count": len(found), "all": len(names), "query": context.query("q"),
        "before": context.here(**{"from": max(0, at - ROWS)}) if at else "",
        "after": context.here(**{"from": at + ROWS}) if at + ROWS < len(found) else "",
        "choices": [("", context.words(".kind.any")),
                    *((each, context.words(f".kind.{each}")) for each in kinds)],
        "kind": kind,
    }  # fmt: skip
    return Shown("evidence.html", model, fragment="evidence/rows.html")


_NONE: dict[str, Any] = {"name": "", "kind": "other", "versions": [0]}


def _used(workspace: Any) -> dict[str, dict[str, Any]]:
    """Give of each original how it came in and which versions were made of it."""
    found: dict[str, dict[str, Any]] = {}

    def use(sha256: Any, kind: str, name: str, version: int) -> None:
        if isinstance(sha256, str):
            told = found.setdefault(sha256, {"name": name, "kind": kind, "versions": []})
            told["name"] = told["name"] or name
            told["versions"].append(version)

    for line in workspace.log():
        version, source = line["version"], line.get("source")
        if isinstance(source, dict):
            name = str(source.get("name") or "")
            use(source.get("file"), "file", name, version)
            use(source.get("mapping"), "mapping", f"{name} · toml", version)
        for pack in line.get("packs", ()):
            if isinstance(pack, dict):
                use(pack.get("original"), "pack", f"{pack['pack_id']} {pack['semver']}", version)
    return found


def _row(context: Context, name: str, used: dict[str, Any]) -> dict[str, Any]:
    versions = used["versions"] if used["versions"] != [0] else []
    return {
        "sha256": name, "name": used["name"] or name[:16],
        "kind": context.words(f".kind.{used['kind']}"),
        "href": context.url("evidence.one", sha256=name), "file": f"/v1/originals/{name}",
        "bytes": context.asked.workspace.originals.get(name).stat().st_size,
        "versions": [(v, context.url("ledger.one", version=v)) for v in versions[-4:]],
        "more": max(0, len(versions) - 4),
    }  # fmt: skip


def one(context: Context) -> Shown:
    """Give one original: its hash, the versions made of it, some records of it; else TL931."""
    workspace, name = context.asked.workspace, context.path("sha256")
    if name not in set(workspace.originals.names()):
        raise TanluError("TL931", value=name[:80])
    used = remembered(workspace, ("used",), lambda: _used(workspace)).get(name, _NONE)
    rows = remembered(workspace, ("sample", name), lambda: _sample(workspace, name, used))
    n = context.numbers
    file = _row(context, name, used)
    model = {
        "file": file,
        "used": [(v, context.url("ledger.one", version=v)) for v in used["versions"] if v],
        "records": [
            {"activity": row["activity_id"], "line": row["source_line"],
             "subject": row["subject"] or "–", "when": n.moment(row["start"]),
             "href": context.url("calculation", subject=f"activity_id:{row['activity_id']}")}
            for row in rows
        ],
    }  # fmt: skip
    return Shown("evidence/one.html", model, context.words(".of", name=file["name"]))


def _sample(workspace: Any, name: str, used: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the first records of a file, from the parts that were made of it alone."""
    versions = set(used["versions"])
    parts = [part for part in workspace.parts("activity") if part.version in versions]
    if used["kind"] != "file" or not parts:
        return []
    columns = ["activity_id", "subject", "start", "source_sha256", "source_line"]
    rows = workspace.scan("activity", only=parts, columns=columns)
    mine = rows.filter(pl.col("source_sha256") == name).sort("source_line")
    found: list[dict[str, Any]] = mine.head(SAMPLE).collect().to_dicts()
    return found


VIEWS = (
    View("evidence", "/evidence", show, roles=READERS, group="trust", place=20,
         scope="originals:read"),
    View("evidence.one", "/evidence/{sha256}", one, roles=READERS, scope="originals:read"),
)  # fmt: skip
