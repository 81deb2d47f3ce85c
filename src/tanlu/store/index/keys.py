"""What can be looked up: the columns of each table by which people ask, and their hashes.

An entry is one integer: 40 bits of the hash of a value above 24 bits that number the block of 64
rows where it stands. What the hash confuses, the exact comparison of the rows read takes out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

__all__ = ["BLOCK", "COLUMNS", "KEPT", "LOW", "entries", "hashes", "hashing"]

BLOCK = 64
BITS = 24
LOW = (1 << BITS) - 1
# so few values are often asked for again at once: a walk asks of one thing several times
FEW = 8
# the place of a column is in its hashes, so a new one comes last
COLUMNS: dict[str, tuple[str, ...]] = {
    "activity": (
        "subject", "activity_id", "shipment", "consignment", "chain", "round", "vehicle",
        "supersedes",
    ),
    "emission": ("activity_id", "share_of"),
    "epcis": ("event_id", "corrects"),
    "event": ("subject", "parent", "event", "event_id"),
    "finding": ("subject",),
    "node": ("device",),
    "retraction": ("id",),
    "transfer": ("because", "from_holder", "to_holder"),
}  # fmt: skip
# columns that whoever looks up asks for; of a table that is not here, all. Others are in the part
KEPT: dict[str, tuple[str, ...]] = {
    "emission": (
        "emission_id", "activity_id", "profile", "boundary", "basis", "stage", "share_key",
        "share_of", "method", "tier", "transport_kgm", "energy_j", "co2e_ug", "lower_ug",
        "upper_ug", "sigma_ln_ppm", "co2_bio_ug", "gas", "gwp_set", "factor_id", "factor_hash",
        "reasons", "assumptions", "leg_no", "kind", "vehicle_class", "energy_carrier",
        "temperature_class", "start", "end", "zone", "origin", "destination", "place", "mass_mg",
        "distance_m", "distance_type", "daf_ppm",
    ),
}  # fmt: skip


def hashes(table: str, column: str, values: Sequence[str]) -> list[int]:
    """Give the hash of each value of a column, its low 24 bits empty."""
    if len(values) > FEW:
        return _of(table, column, values)
    return list(_again(table, column, tuple(values)))


@lru_cache(maxsize=1024)
def _again(table: str, column: str, values: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(_of(table, column, values))


def _of(table: str, column: str, values: Sequence[str]) -> list[int]:
    import polars as pl

    found = pl.Series(values, dtype=pl.String).hash(seed=COLUMNS[table].index(column))
    return [each & ~LOW for each in found.to_list()]


def hashing() -> str:
    """Give the version of Polars and a hash by it: builds of one version may differ in these."""
    import polars as pl

    return f"{pl.__version__} {hashes('retraction', 'id', ['tanlu'])[0]}"


def entries(table: str, frame: pl.DataFrame, first: int) -> pl.Series:
    """Give the entries of a part whose first block has the number ``first``, each once."""
    import polars as pl

    block = (pl.int_range(frame.height, dtype=pl.UInt64, eager=True) // BLOCK) + first
    found = [
        (_hashed(table, column, frame[column]) + block).filter(frame[column].is_not_null())
        for column in _present(table, frame)
    ]
    return pl.concat(found).unique() if found else pl.Series(dtype=pl.UInt64)


def _hashed(table: str, column: str, values: pl.Series) -> pl.Series:
    return values.hash(seed=COLUMNS[table].index(column)) // (LOW + 1) * (LOW + 1)


def _present(table: str, frame: pl.DataFrame) -> Sequence[str]:
    return [name for name in COLUMNS[table] if name in frame.columns]
