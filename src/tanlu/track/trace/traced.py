"""The record of a trace: tables, each of which another room can show, sum or draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

__all__ = ["CARRIED", "DIRECTIONS", "Traced", "types"]

DIRECTIONS = ("forwards", "backwards", "both")
# how a thing stands to the subject; only what is its own is summed with it
CARRIED = "carrier"

TABLES: dict[str, dict[str, str]] = {
    "things": {
        "thing": "text", "relation": "text", "depth": "int", "since": "int", "until": "int",
        "path": "text", "event": "text",
    },
    "boxes": {
        "thing": "text", "carrier": "text", "since": "int", "until": "int", "depth": "int",
        "event": "text",
    },
    "links": {
        "source": "text", "target": "text", "relation": "text", "at": "int", "event": "text",
        "count": "int", "mass_mg": "int", "volume_ml": "int",
    },
    "nodes": {
        "number": "int", "thing": "text", "place": "text", "lat_e7": "int", "lon_e7": "int",
        "arrival": "int", "departure": "int", "kind": "text", "step": "text", "told_by": "text",
        "probability_ppm": "int", "arrival_sigma_us": "int", "departure_sigma_us": "int",
        "sigma_mm": "int", "id": "text", "version": "int", "part": "text", "row": "int",
    },
    "stages": {
        "stage": "text", "relation": "text", "boundary": "text", "rows": "int", "co2e_ug": "sum",
    },
    "proofs": {
        "table": "text", "id": "text", "version": "int", "part": "text", "row": "int",
        "source_sha256": "text", "source_sheet": "text", "source_line": "int",
        "source_device": "text", "source_seq": "int",
    },
    "available": {"profile": "text", "basis": "text", "rows": "int"},
}  # fmt: skip


def types(table: str) -> dict[str, Any]:
    """Give the Polars types of a table of the record."""
    import polars as pl

    known = {"text": pl.String, "int": pl.Int64, "sum": pl.Int128}
    return {name: known[kind] for name, kind in TABLES[table].items()}


@dataclass(frozen=True)
class Traced:
    """What the ledger knows of a subject at a version, by one profile and one basis.

    ``things`` are the subject (relation ``self``) and what was found from it: ``input`` and
    ``child`` (what is in it), ``output`` (what was made of it) and ``carrier`` (what held it,
    ``since`` … ``until`` [us UTC]). ``legs`` are their activities in order, with ``thing``,
    ``relation``, ``number`` and the ``carriers`` at that time; ``emissions`` those of the legs.
    ``boxes`` say in what each thing was and when, ``links`` what became what, ``nodes`` where it
    was (those of tracks with their probability and one-sigma errors of time [us] and place [mm];
    those of tracks and events with their row),
    ``stages`` the sums by stage and boundary, ``proofs`` where each row stands and came from,
    ``available`` which other profiles and bases there are, ``findings`` what is missing or wrong.
    """

    subject: str
    direction: str
    profile: str | None
    basis: str
    version: int
    things: pl.DataFrame
    legs: pl.DataFrame
    emissions: pl.DataFrame
    boxes: pl.DataFrame
    links: pl.DataFrame
    nodes: pl.DataFrame
    stages: pl.DataFrame
    proofs: pl.DataFrame
    available: pl.DataFrame
    findings: pl.DataFrame
