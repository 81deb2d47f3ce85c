"""Names of segments and nodes: the same device and time give the same name."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

__all__ = ["hashes"]


def hashes(
    names: pl.Series, device: npt.NDArray[np.int64], at: npt.NDArray[np.int64], what: str
) -> list[str]:
    """Give 16 hexadecimal digits of SHA-256 of ``what``, device and time [µs] of each row."""
    told = names.to_list()
    return [
        sha256(f"{what}|{told[place]}|{when}".encode()).hexdigest()[:16]
        for place, when in zip(device.tolist(), at.tolist(), strict=True)
    ]
