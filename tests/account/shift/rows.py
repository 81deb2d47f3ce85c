"""Emissions of stages from (stage, kg.m, µg), all of one factor of 10 %."""

from __future__ import annotations

import polars as pl

SHAPE = {
    "activity_id": pl.String, "stage": pl.String, "transport_kgm": pl.Int64, "co2e_ug": pl.Int64,
    "profile": pl.String, "basis": pl.String, "gwp_set": pl.String, "boundary": pl.String,
    "kind": pl.String, "sigma_ln_ppm": pl.Int64, "factor_id": pl.String, "factor_hash": pl.String,
}  # fmt: skip


def emissions(*rows: tuple[str | None, int, int]) -> pl.DataFrame:
    """Rows of emission with only what a comparison reads."""
    made = [
        (f"a{n}", stage, kgm, ug, "ghg_protocol", "none", "AR6", "ttw", "transport.road", 10**5,
         "f", "f")
        for n, (stage, kgm, ug) in enumerate(rows)
    ]  # fmt: skip
    return pl.DataFrame(made, schema=SHAPE, orient="row")
