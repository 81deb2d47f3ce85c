"""What an edition sums and which report it publishes: verify and report meet here."""

from __future__ import annotations

import argparse
import hashlib
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tanlu.cli.reports import PROFILE, chosen, usual
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tanlu.report.organisation import Boundary
    from tanlu.store import Workspace
    from tanlu.terms import Document
    from tanlu.verify.edition import Extent

__all__ = [
    "asked_extent",
    "boundary_of",
    "differing",
    "draft",
    "hashes",
    "profiles_of",
    "report_of",
    "rows_of",
    "stated",
    "threshold_of",
]

INVENTORY = "ghg_protocol"
# figures of a report that must be the sum of the rows an edition counts
TOTALS = {"transport": "co2e_wtw_kg", "location": "co2e_location_kg", "market": "co2e_market_kg"}
KG_UG = 10**9


def asked_extent(asked: argparse.Namespace, workspace: Workspace, language: str) -> Extent:
    """Give what is to be summed; a boundary file is kept among the originals.

    Raises
    ------
    TanluError
        TL112 for the period, TL807 to TL810 for the boundary file.
    """
    from tanlu.factors import profile
    from tanlu.terms import time
    from tanlu.verify.edition import Extent

    sha256, zone = None, workspace.zone
    if asked.boundary:
        from tanlu.report.organisation import read

        zone = read(asked.boundary).zone
        sha256 = workspace.originals.put(asked.boundary)
        name = profile(asked.profile or INVENTORY).name
        basis = asked.basis or "location"
    else:
        picked = chosen(asked, workspace)
        name = picked["profile"] or usual(workspace) or PROFILE
        basis = picked["basis"] or _only_basis(workspace, name)
    span = time.period(asked.period, zone) if asked.period else None
    return Extent(name, basis, zone, language, asked.period, span, sha256)


def _only_basis(workspace: Workspace, profile: str) -> str:
    held = workspace.scan("emission", columns=["profile", "basis"]).unique().collect()
    bases = {basis for name, basis in held.iter_rows() if name == profile} - {"none"}
    return bases.pop() if bases else "none"


def boundary_of(workspace: Workspace, extent: Extent) -> Boundary | None:
    """Give the boundary of an extent from the originals; None where it has no file."""
    if extent.boundary is None:
        return None
    from tanlu.report.organisation import parse

    return parse(workspace.originals.get(extent.boundary).read_bytes())


def threshold_of(workspace: Workspace, extent: Extent) -> Decimal | None:
    """Give the change above which a restatement is material [%], if the boundary file says it."""
    boundary = boundary_of(workspace, extent)
    return boundary.threshold_percent if boundary else None


def profiles_of(workspace: Workspace, extent: Extent) -> dict[str, str | None]:
    """Give the profiles whose emissions the report of an extent reads, with the GWP set of each.

    None stands for the set by which they are.
    """
    boundary = boundary_of(workspace, extent)
    if boundary is None:
        return {extent.profile: None}
    from tanlu.report.organisation import profiles

    return dict(profiles(workspace, boundary)) | {extent.profile: None}


def rows_of(workspace: Workspace, extent: Extent, version: int) -> pl.LazyFrame:
    """Give what an extent counts at a version, columns ``COUNTED`` of ``tanlu.verify.edition``.

    With a boundary file an emission counts at the share of its entity, under a scope.
    """
    import polars as pl

    from tanlu.report.organisation import lines
    from tanlu.verify.edition import COUNTED, counted

    boundary = boundary_of(workspace, extent)
    if boundary is None:
        return counted(workspace, extent, as_of=version)
    own = [name for name in COUNTED if name not in {"part", "counted_ug"}]
    basis: Any = extent.basis
    made = lines(
        workspace, boundary, profile=extent.profile, span=extent.span, basis=basis, as_of=version,
        columns=own,
    )  # fmt: skip
    # several entities may count parts of one emission under one scope
    here = made.lazy().filter(pl.col("standing") == "counted")
    keys = ["emission_id", "part"]
    return (
        here.with_columns(part="scope_" + pl.col("scope").cast(pl.String))
        .group_by(keys, maintain_order=True)
        .agg(pl.col(own[1:]).first(), pl.col("counted_ug").sum())
        .select(COUNTED)
    )


def report_of(workspace: Workspace, extent: Extent, row: Mapping[str, Any]) -> Document:
    """Give the report that an edition publishes, as of its version and with its own name."""
    from tanlu.report import transport
    from tanlu.report.organisation import organisation

    pinned = {"edition": row["edition"], "code_version": row["code_version"]}
    options: dict[str, Any] = {
        "language": extent.language, "profile": extent.profile, "as_of": row["version"],
        "pinned": pinned,
    }  # fmt: skip
    boundary = boundary_of(workspace, extent)
    if boundary is None:
        return transport(workspace, extent.period, basis=extent.basis, **options)
    return organisation(workspace, extent.period, boundary, **options)


def hashes(document: Document) -> dict[str, str | None]:
    """Give the SHA-256 of a report as JSON and, where pages can be set here, as PDF."""
    from tanlu.report import render

    made: dict[str, str | None] = {"json": None, "pdf": None}
    with TemporaryDirectory() as folder:
        for form in made:
            with suppress(TanluError):
                file = render(document, Path(folder) / f"report.{form}")
                made[form] = hashlib.sha256(file.read_bytes()).hexdigest()
    return made


def draft(
    workspace: Workspace, name: str, extent: Extent, *, reason: str | None = None
) -> tuple[dict[str, Any], pl.LazyFrame]:
    """Give the edition that would be published now, all columns of its schema, and its rows."""
    from tanlu.terms import schema
    from tanlu.verify.edition import pins

    version = workspace.version
    rows = rows_of(workspace, extent, version)
    pinned = pins(workspace, name, extent, rows, version=version, reason=reason)
    return {**dict.fromkeys(schema("edition").names), **pinned}, rows


def differing(
    workspace: Workspace,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    rows: pl.LazyFrame | None = None,
) -> dict[str, Any]:
    """Give why two editions differ; ``rows`` are those of the new one where they are known.

    Raises
    ------
    TanluError
        TL646 for two that cannot be set side by side.
    """
    from dataclasses import replace

    from tanlu.verify.edition import comparable, extent_of, made_by, parts_of, split, tell

    comparable(old, new)
    one, two = extent_of(old), extent_of(new)
    before = rows_of(workspace, one, old["version"])
    after = rows_of(workspace, two, new["version"]) if rows is None else rows
    same = replace(one, language="", period="") == replace(two, language="", period="")
    moved = None if same else rows_of(workspace, two, old["version"])
    made = tuple(made_by(workspace, side["profile"], side["version"]) for side in (old, new))
    table = split(
        workspace, (old["version"], new["version"]), before, moved, after, pins=(made[0], made[1])
    )
    sums = parts_of(before), parts_of(after)
    return tell(old, new, table, sums, threshold=threshold_of(workspace, two))


def stated(workspace: Workspace, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give what the log says otherwise of an edition than the ledger."""
    from tanlu.store.log import has_log, log_of
    from tanlu.verify.edition import told_otherwise

    if not has_log(workspace):
        return []
    told = [each.statement.content["edition"] for each in log_of(workspace).statements("edition")]
    return told_otherwise(row, [each for each in told if each["edition"] == row["edition"]])


def says_its_sum(document: Document, row: Mapping[str, Any], extent: Extent) -> bool:
    """Tell whether the report's total is the sum of the rows that the edition counts.

    A report of transport says beside its total what it leaves to the report of an organisation.
    """
    key = TOTALS["transport"] if extent.boundary is None else TOTALS[extent.basis]
    told = document.facts.get(key)
    if told is None:
        return False
    beside = document.facts.get("elsewhere")
    left = beside.get("co2e_kg") if isinstance(beside, dict) else None
    whole = Decimal(str(told)) + Decimal(str(left or 0))
    return whole * KG_UG == int(row["co2e_ug"])
