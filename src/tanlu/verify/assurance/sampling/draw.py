"""The draw: which units of a population are looked at, so that anyone can draw them again.

Whole numbers and SHA-256 alone. Neither party chooses: the verifier commits to a nonce before the
books are sealed, and the seed needs both the nonce and the root at the seal.

    seed  = SHA-256(root ‖ nonce)
    whole = the units with size · n ≥ what is left of the total; each lowers n by one
    T     = total size of the others, in the order of the bytes of their identities
    u_i   = SHA-256(seed ‖ label ‖ 0x0A ‖ i in decimal) mod T            for i = 0 … n−1
    hit i = the unit that holds the point floor((i·T + u_i) / n)

Cell sampling proportional to size (Leslie, Teitlebaum and Anderson, 1979).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Drawn", "certain", "commitment", "draw", "seed_of"]

NONCE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn: ``rows`` with ``id, size, hits``; hits is null for what is looked at whole.

    ``total`` is the size of what is not looked at whole and ``points`` how many points fell on
    it: one of them stands for ``total / points``.
    """

    rows: pl.DataFrame
    total: int
    points: int


def commitment(nonce: bytes) -> bytes:
    """Give what the verifier states before the seal: SHA-256 of the nonce."""
    return sha256(nonce).digest()


def seed_of(root: bytes, nonce: bytes) -> bytes:
    """Give the seed that neither party could choose: SHA-256(root at the seal ‖ nonce)."""
    return sha256(root + nonce).digest()


def certain(sizes: pl.Series, points: int) -> tuple[int, int]:
    """Give the certainty stratum: (how many of the largest are in it, points left).

    A unit at least as large as the interval would be hit for sure; it is taken whole, and the
    interval of the rest is worked out again until none is left that large.
    """
    import polars as pl

    total = int(sizes.cast(pl.Int128).sum() or 0)
    count = 0
    for size in sizes.top_k(points).sort(descending=True).to_list():
        if not size or size * (points - count) < total or count == points:
            break
        total, count = total - size, count + 1
    return count, points - count


def draw(
    units: pl.DataFrame, points: int, seed: bytes, label: str, without: pl.Series | None = None
) -> Drawn:
    """Draw ``points`` units with a probability proportional to their size.

    Parameters
    ----------
    units
        Columns ``id`` (text, each once) and ``size`` (whole numbers, none below 0). What has size
        0 is never drawn: only an independent frame can find it.
    points
        How many to look at; a unit that two points hit counts twice and is listed once.
    seed
        What `seed_of` gives.
    label
        Name of the draw, such as ``forward`` or ``reverse/2``: each has points of its own.
    without
        For a further draw from the same: identities that the first one took whole. Nothing else
        is then taken whole, so that both draws stand for the same total.
    """
    import polars as pl

    units = units.filter(pl.col("size") > 0).sort("id")
    whole, left = certain(units["size"], points) if without is None else (0, points)
    if without is not None:
        units = units.filter(~pl.col("id").is_in(without.implode()))
    # of equal sizes at the edge the first identities are taken: the order is by size, then by id
    taken = units.sort("size", "id", descending=[True, False]).head(whole)
    rest = units.join(taken, on="id", how="anti", maintain_order="left")
    ends = rest["size"].cast(pl.Int128).cum_sum()
    total = int(ends[-1]) if rest.height else 0
    left = left if total else 0
    at = pl.Series("at", [_point(i, left, total, seed, label) for i in range(left)], pl.Int128)
    hit = rest.with_row_index("place").join(
        ends.search_sorted(at, side="right").alias("place").value_counts(name="hits"),
        on="place",
        how="inner",
    )
    rows = pl.concat(
        [
            taken.with_columns(hits=pl.lit(None, pl.Int64)),
            hit.drop("place").with_columns(pl.col("hits").cast(pl.Int64)),
        ],
        how="diagonal",
    )
    return Drawn(rows.sort("id"), total, left)


def _point(place: int, points: int, total: int, seed: bytes, label: str) -> int:
    said = sha256(seed + label.encode() + b"\n" + str(place).encode()).digest()
    return (place * total + int.from_bytes(said, "big") % total) // points
