"""Write the snapshot of every resolved factor, so that no number changes unseen in review."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from tanlu.factors import library, resolve

HERE = Path(__file__).resolve().parents[2]
PLACES = (None, "CN", "CN-GD", "CN-XZ", "GB", "DE")
KEEP = (
    *("kind", "vehicle_class", "energy_carrier", "temperature_class", "place", "valid_from"),
    *("valid_to", "form", "rate_empty", "rate_slope", "capacity_t", "load_default"),
    *("empty_default", "ttw_co2e_g", "wtt_co2e_g", "sigma_ln"),
    *("tier", "assumptions", "factor_id"),
)


def keys() -> pl.DataFrame:
    """Give every combination of facets that the library can answer, in up to six places."""
    table = library().factors
    transport = table.filter(pl.col("activity").str.starts_with("energy.").not_())
    facets = ["activity", "vehicle_class", "energy_carrier", "temperature_class"]
    energy = table.filter(pl.col("activity").str.starts_with("energy."))
    both = pl.concat([transport.select(facets), energy.select(facets)]).unique()
    places = pl.DataFrame({"place": PLACES}, schema={"place": pl.String})
    everywhere = both.join(places, how="cross").rename({"activity": "kind"})
    # ships and aircraft burn the same in every place but that of a value of its own
    moving = pl.col("kind").is_in(["transport.sea", "transport.air"])
    abroad = pl.col("place").is_in(["CN-XZ", "GB", "DE"])
    return everywhere.filter((moving & abroad).fill_null(value=False).not_())


def snapshot() -> pl.DataFrame:
    """Give the rows of the snapshot, rounded to nine digits."""
    wide = resolve(keys()).select(KEEP)
    numbers = pl.col("rate_empty", "rate_slope", "ttw_co2e_g", "wtt_co2e_g", "sigma_ln")
    return wide.with_columns(numbers.round_sig_figs(9)).sort(KEEP[:6])


def packs() -> pl.DataFrame:
    """Give every pack with its edition and hash: changed content asks for a new edition."""
    return pl.DataFrame(
        [(pack.pack_id, pack.semver, pack.hash, pack.licence) for pack in library().packs],
        schema=["pack_id", "semver", "hash", "licence"],
        orient="row",
    )


if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "tests/factors/snapshot.csv"
    snapshot().write_csv(path)
    packs().write_csv(path.with_name("packs.csv"))
