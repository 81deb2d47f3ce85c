"""What passes between tracking and legs, as frozen records of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Legs", "Moves"]


class Moves(Protocol):
    """What modes give: tables of schemas ``segment`` and ``node``."""

    @property
    def segments(self) -> pl.DataFrame:
        """Schema ``segment``."""

    @property
    def nodes(self) -> pl.DataFrame:
        """Schema ``node``."""


class Legs(NamedTuple):
    """What legs give: ``activities``, ``elements`` (schema leg) and ``findings``.

    Elements are the legs of vehicles, cut at borders, with all three distances; activities are
    what accounts quantify: one for each element and consignment, and one for measured energy.
    """

    activities: pl.DataFrame
    elements: pl.DataFrame
    findings: pl.DataFrame
