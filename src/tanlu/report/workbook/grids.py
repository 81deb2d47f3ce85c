"""Which columns each sheet has, in both tongues."""

from __future__ import annotations

from typing import NamedTuple

from tanlu.report.words import Words
from tanlu.report.workbook.sheets import Column, Grid

__all__ = ["Grids", "grids"]

TEXT, NUMBER, FORMULA = "text", "number", "formula"
CUT = (("boundary", TEXT), ("basis", TEXT), ("kind", TEXT))
ENDS = (("co2e", FORMULA), ("co2e_ug", NUMBER), ("text", TEXT), ("difference", FORMULA))
LINES = (
    ("emission_id", TEXT), ("entity", TEXT), ("scope", NUMBER), ("category", NUMBER),
    ("boundary", TEXT), ("basis", TEXT), ("key", TEXT), ("standing", TEXT), ("emission", FORMULA),
    ("part", NUMBER), ("delta", NUMBER), ("counted", FORMULA), ("counted_ug", NUMBER),
    ("text", TEXT), ("difference", FORMULA),
)  # fmt: skip
INPUTS = (
    ("activity_id", TEXT), ("share_key", TEXT), ("kind", TEXT), ("vehicle_class", TEXT),
    ("energy_carrier", TEXT), ("temperature_class", TEXT), ("subject", TEXT),
    ("mass_mg", NUMBER), ("distance_m", NUMBER), ("distance_type", TEXT), ("energy_j", NUMBER),
    ("volume_ml", NUMBER), ("count", NUMBER), ("teu_milli", NUMBER), ("amount_fen", NUMBER),
    ("load_ppm", NUMBER), ("empty_ppm", NUMBER), ("source_sha256", TEXT), ("source_sheet", TEXT),
    ("source_line", NUMBER),
)  # fmt: skip
FACTORS = (
    ("factor_id", TEXT), ("factor_hash", TEXT), ("boundary", TEXT), ("gwp_set", TEXT),
    ("co2e_g", NUMBER), ("co2_fossil_g", NUMBER), ("ch4_fossil_g", NUMBER),
    ("ch4_bio_g", NUMBER), ("n2o_g", NUMBER), ("unsplit_g", NUMBER), ("co2_bio_g", NUMBER),
    ("gases", FORMULA), ("rate_empty", NUMBER), ("rate_slope", NUMBER), ("capacity_t", NUMBER),
    ("load_default", NUMBER), ("empty_default", NUMBER), ("daf_default", NUMBER),
    ("name", TEXT), ("source", TEXT), ("document", TEXT), ("licence", TEXT),
)  # fmt: skip
ROWS = (
    ("emission_id", TEXT), ("activity_id", TEXT), *CUT, ("form", TEXT), ("heat", NUMBER),
    ("adjusted_km", NUMBER), ("payload_t", NUMBER), ("empty", NUMBER), ("quantity", FORMULA),
    ("rate", FORMULA), ("uplift", NUMBER), ("split", NUMBER), ("x", FORMULA), ("g", FORMULA),
    *ENDS,
)  # fmt: skip
ROUNDS = (
    ("total_id", TEXT), ("boundary", TEXT), ("basis", TEXT), ("members", NUMBER),
    ("total", FORMULA), ("weights", FORMULA), ("shares", FORMULA), ("difference", FORMULA),
)  # fmt: skip
SHARES = (
    ("emission_id", TEXT), ("activity_id", TEXT), *CUT, ("total_id", TEXT), ("total", FORMULA),
    ("weight", NUMBER), ("weights", FORMULA), ("rest", NUMBER), *ENDS,
)  # fmt: skip
KEPT = (
    ("emission_id", TEXT), ("activity_id", TEXT), *CUT, ("method", TEXT), ("factor_id", TEXT),
    ("co2e_ug", NUMBER), ("text", TEXT),
)  # fmt: skip
SUPPLIED = (
    ("emission_id", TEXT), ("activity_id", TEXT), *CUT, ("energy_j", NUMBER),
    ("bought_g", NUMBER), ("covered", NUMBER), ("residual_g", NUMBER), *ENDS,
)  # fmt: skip
TOTALS = (
    ("key", TEXT), ("profile", TEXT), ("scope", NUMBER), ("category", NUMBER),
    ("boundary", TEXT), ("basis", TEXT), ("rows", NUMBER), ("sum", FORMULA),
    ("counted_ug", NUMBER), ("text", TEXT), ("difference", FORMULA), ("tonnes", FORMULA),
    ("live", NUMBER),
)  # fmt: skip
GWP = (
    ("gwp_set", TEXT), ("basis", TEXT), ("gas", TEXT), ("mass_ug", NUMBER), ("text", TEXT),
    ("gwp", NUMBER), ("product", FORMULA), ("co2e_ug", NUMBER), ("difference", FORMULA),
)  # fmt: skip
WIDE = {"emission_id": 30.0, "activity_id": 22.0, "key": 34.0, "total_id": 30.0, "text": 20.0,
        "factor_id": 24.0, "co2e": 18.0, "co2e_ug": 18.0, "counted": 18.0, "emission": 18.0,
        "source": 30.0,
        "counted_ug": 18.0, "name": 28.0, "document": 30.0, "sum": 20.0}  # fmt: skip


class Grids(NamedTuple):
    """The sheets in their order."""

    totals: Grid
    lines: Grid
    rows: Grid
    rounds: Grid
    shares: Grid
    supplied: Grid
    kept: Grid
    inputs: Grid
    factors: Grid
    gwp: Grid


def grids(words: Words) -> Grids:
    """Give the sheets with headers in one tongue."""
    made = zip(
        Grids._fields,
        (TOTALS, LINES, ROWS, ROUNDS, SHARES, SUPPLIED, KEPT, INPUTS, FACTORS, GWP),
        strict=True,
    )
    return Grids(*(
        Grid(words(f"book.{name}"), [
            Column(key, words(f"book.c.{key}"), kind, WIDE.get(key, 13.0)) for key, kind in columns
        ])
        for name, columns in made
    ))  # fmt: skip
