"""Rebuild water.parquet: which cells of half a degree are open water.

A cell is water where the nearest node of the sea network is nearer to its middle than any city,
airport or place of UN/LOCODE. Row by row from the south, in a row from the west.
"""

from __future__ import annotations

import polars as pl
from shape import DATA, write

from tanlu.terms.place.near import nearest_of
from tanlu.terms.place.water import COLUMNS, ROWS, SIDE_E7

HERE = ["lat_e7", "lon_e7"]


def main() -> None:
    """Write one truth value for each cell."""
    land = pl.concat(
        [
            pl.read_parquet(DATA / name).select(HERE)
            for name in ("cities.parquet", "airports.parquet", "unlocode.parquet")
        ]
    )
    # one place in each tenth of a degree is enough
    thin = land.with_columns(pl.col(HERE) // 1_000_000 * 1_000_000 + 500_000).unique(
        maintain_order=True
    )
    sea = pl.read_parquet(DATA / "sea_nodes.parquet").select(HERE)
    cells = pl.DataFrame({"cell": range(ROWS * COLUMNS)}).select(
        lat_e7=(pl.col("cell") // COLUMNS) * SIDE_E7 - 900_000_000 + SIDE_E7 // 2,
        lon_e7=(pl.col("cell") % COLUMNS) * SIDE_E7 - 1_800_000_000 + SIDE_E7 // 2,
    )
    ground = nearest_of(cells, thin)["distance_m"]
    water = nearest_of(cells, sea)["distance_m"]
    write(pl.DataFrame({"wet": water < ground}), "water.parquet")


if __name__ == "__main__":
    main()
