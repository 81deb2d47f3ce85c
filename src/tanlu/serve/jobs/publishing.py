"""Reports and editions as jobs: the verbs where several rooms meet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms import Progress, time

if TYPE_CHECKING:
    from tanlu.store import Workspace
    from tanlu.terms import Document

__all__ = ["published", "reported"]

FORMS = ("html", "json", "parquet", "pdf", "txt", "xlsx")
PROFILE = "iso14083"
KG_UG = 10**9


def reported(workspace: Workspace, asked: Mapping[str, Any], folder: Path) -> Iterator[Progress]:
    """Write the transport report of a period into a folder; result ``{file, facts}``.

    Raises
    ------
    TanluError
        TL491 for a form that there is not.
    """
    from tanlu.factors import profile
    from tanlu.report import render, transport

    form = asked.get("form", "html")
    if form not in FORMS:
        raise TanluError("TL491", value="form", why=f"it is one of {', '.join(FORMS)}")
    yield Progress("report", 0, 2, "steps")
    document = transport(
        workspace,
        asked.get("period"),
        by=tuple(asked.get("by", "kind").split(",")),
        language=asked.get("language", "en"),
        profile=profile(asked["profile"]).name if asked.get("profile") else PROFILE,
    )
    yield Progress("report", 1, 2, "steps")
    folder.mkdir(parents=True, exist_ok=True)
    path = render(document, folder / f"report.{form}")
    totals = {name: value for name, value in document.facts.items() if isinstance(value, str | int)}
    yield Progress("report", 2, 2, "steps", {"file": path.name, **totals})


def published(workspace: Workspace, asked: Mapping[str, Any]) -> Iterator[Progress]:
    """Publish the present state of transport under a name; result: columns of ``edition``.

    Every row is made again first. An edition over a boundary file is published on the command
    line, where the file is.

    Raises
    ------
    TanluError
        TL609 for a name that is taken, TL645 for what cannot be reproduced.
    """
    from tanlu.factors import profile
    from tanlu.terms import schema
    from tanlu.verify.edition import Extent, counted, named, pins, reproduce

    name = named(workspace, asked["name"])
    rules = profile(asked.get("profile", PROFILE)).name
    period = asked.get("period")
    extent = Extent(
        rules, asked.get("basis") or _only(workspace, rules), workspace.zone,
        asked.get("language", "en"), period,
        time.period(period, workspace.zone) if period else None, None,
    )  # fmt: skip
    version = workspace.version
    rows = counted(workspace, extent, as_of=version)
    reason = asked.get("reason")
    row = dict.fromkeys(schema("edition").names) | pins(
        workspace, name, extent, rows, version=version, reason=reason
    )
    facts: Any = None
    for step in reproduce(workspace, row, rows, profiles={rules: None}):
        facts = step.result
        yield Progress(step.step, step.done, step.total, step.unit)
    document = _report(workspace, extent, row)
    if facts["found"] or not _says(document, int(str(row["co2e_ug"]))):
        raise TanluError("TL645", value=name, why="it is not given by its activities and report")
    made = _hashes(document)
    row |= {"report_sha256": made["json"], "pdf_sha256": made["pdf"]}
    pinned = {key: value for key, value in row.items() if value is not None and key != "edition"}
    workspace.publish_edition(name, **pinned)
    yield Progress("edition", 1, 1, "steps", {"edition": name, **pinned})


def _only(workspace: Workspace, profile: str) -> str:
    held = workspace.scan("emission", columns=["profile", "basis"]).unique().collect()
    bases = {basis for name, basis in held.iter_rows() if name == profile} - {"none"}
    return "location" if len(bases) > 1 else next(iter(bases), "none")


def _report(workspace: Workspace, extent: Any, row: Mapping[str, Any]) -> Document:
    from tanlu.report import transport

    pinned = {"edition": row["edition"], "code_version": row["code_version"]}
    return transport(
        workspace, extent.period, basis=extent.basis, language=extent.language,
        profile=extent.profile, as_of=row["version"], pinned=pinned,
    )  # fmt: skip


def _says(document: Document, sum_ug: int) -> bool:
    """Tell whether the report's total, and what it leaves to another, is the sum of the rows."""
    told = document.facts.get("co2e_wtw_kg")
    if told is None:
        return False
    beside = document.facts.get("elsewhere")
    left = beside.get("co2e_kg") if isinstance(beside, dict) else None
    return (Decimal(str(told)) + Decimal(str(left or 0))) * KG_UG == sum_ug


def _hashes(document: Document) -> dict[str, str | None]:
    from tanlu.report import render

    made: dict[str, str | None] = {"json": None, "pdf": None}
    with TemporaryDirectory() as folder:
        for form in made:
            # pages can only be set where the extra for it is
            with suppress(TanluError):
                file = render(document, Path(folder) / f"report.{form}")
                made[form] = hashlib.sha256(file.read_bytes()).hexdigest()
    return made
