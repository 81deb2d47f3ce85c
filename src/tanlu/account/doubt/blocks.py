"""Errors that are not shared, drawn block by block: the inner loop of Monte Carlo.

A block is a fixed number of owners and of draws, and its random numbers are those of a counter
(Philox) that the numbers of the block set: neither threads nor the order of blocks count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.account.doubt.extra import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DRAWS", "OWNERS", "Block", "blocks", "generator", "own_sums"]

# draws and owners of a block: 1 MB of float32, which stays in the cache of a core
DRAWS, OWNERS = 1_000, 256
OWN, SHARED = 0, 1


class Block(NamedTuple):
    """Some owners: their σ, and their amounts by line of the sums (sparse, lines × owners)."""

    number: int
    sigma: Any
    lines: Any
    amounts: Any


def generator(seed: int, stream: int, block: int, draw: int) -> Any:
    """Give the random numbers of one block of draws, the same whoever asks and when."""
    random = numbers("numpy.random")
    return random.Generator(random.Philox(key=seed % 2**64, counter=[0, stream, block, draw]))


def blocks(rows: pl.DataFrame) -> Iterator[Block]:
    """Give the owners whose data err, in blocks.

    Parameters
    ----------
    rows
        ``own``, ``own_sigma``, ``line`` (where the amount is summed) and ``exact`` [µg]; owners
        are taken in the order of their first line, then of their names.
    """
    np, sparse = numbers("numpy"), numbers("scipy.sparse")
    lots = rows.group_by("own", "line").agg(
        pl.col("exact").sum().cast(pl.Float64).alias("amount"), pl.col("own_sigma").max()
    )
    owners = (
        lots.group_by("own")
        .agg(pl.col("line").min().alias("_first"), pl.col("own_sigma").max())
        .sort("_first", "own")
        .with_row_index("owner")
    )
    placed = lots.drop("own_sigma").join(owners, on="own").sort("owner", "line")
    placed = placed.with_columns((pl.col("owner") // OWNERS).alias("_block"))
    for key, part in placed.group_by("_block", maintain_order=True):
        number = int(str(key[0]))
        sigma = owners["own_sigma"].slice(number * OWNERS, OWNERS).to_numpy().astype(np.float32)
        lines, place = np.unique(part["line"].to_numpy(), return_inverse=True)
        own = part["owner"].to_numpy() - number * OWNERS
        # the mean of exp(σZ) is exp(σ²/2): amounts are expected values
        amount = part["amount"].to_numpy() * np.exp(-0.5 * sigma.astype(float)[own] ** 2)
        matrix = sparse.csr_matrix(
            (amount.astype(np.float32), (place, own)), (len(lines), len(sigma))
        )
        yield Block(number, sigma[:, None], lines, matrix)


def own_sums(block: Block, seed: int, draw: int) -> Any:
    """Give the sums of a block's lines in each of a block of draws [µg]: lines × draws."""
    np = numbers("numpy")
    errors = generator(seed, OWN, block.number, draw).standard_normal(
        (len(block.sigma), DRAWS), dtype=np.float32
    )
    errors *= block.sigma
    np.exp(errors, out=errors)
    return block.amounts @ errors
