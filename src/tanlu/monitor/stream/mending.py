"""Which quarantined rows are taken back because a mended row of theirs is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.monitor.stream.refused import SHEET
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.monitor.devices import Registry, Sender

__all__ = ["Claim", "retractions"]


class Claim(NamedTuple):
    """Rows that were taken and name a quarantined one: columns ``id`` and ``device``."""

    rows: pl.DataFrame
    stream: str
    sender: Sender | None


def retractions(claims: Sequence[Claim], registry: Registry) -> pl.DataFrame | None:
    """Give what says that quarantined rows are mended, None where there are none.

    A row takes back one of its own stream, or of a stream that is not taken, and of its own device
    or one that its sender may send for. While the registry is open anybody may send for all.
    A quarantined row without a device is anybody's of the scope ``*``. Who names another's row is
    taken, and that row stays.

    Only rows of the ledger are looked at: nobody is told an identity before it is there.
    """
    made = [each for each in claims if each.rows.height]
    if not made:
        return None
    told = pl.concat(
        each.rows.select("id", pl.col("device").alias("of"), pl.lit(number).alias("claim"))
        for number, each in enumerate(made)
    )
    there = (
        registry.workspace.scan("quarantine")
        .filter(pl.col("quarantine_id").is_in(told["id"].unique().implode()))
        .select(
            pl.col("quarantine_id").alias("id"),
            pl.col("source_sheet").alias("sheet"),
            pl.col("raw").str.json_path_match("$.device").fill_null("").alias("device"),
        )
        .unique("id")
        .collect(engine="streaming")
    )
    pairs = told.join(there, on="id", maintain_order="left")
    fine = pl.Series(
        [_may(made[row[2]], row, registry) for row in pairs.iter_rows()], dtype=pl.Boolean
    )
    named = pairs.filter(fine).select("id").unique(maintain_order=True)
    if named.is_empty():
        return None
    return named.with_columns(
        key=pl.lit("quarantine_id"),
        of=pl.lit("quarantine"),
        reason=pl.lit("a corrected row was taken"),
    ).select(schema("retraction").names)


def _may(claim: Claim, row: tuple[str, str, int, str, str], registry: Registry) -> bool:
    _, own, _, sheet, device = row
    stream = sheet.removeprefix(SHEET)
    if not sheet.startswith(SHEET) or (
        stream != claim.stream and registry.stream(stream) is not None
    ):
        return False
    if device == own:
        return True
    return not registry.closed if claim.sender is None else claim.sender.may(device)
