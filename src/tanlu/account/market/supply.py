"""How much of each holder's consumption its instruments cover, in a market and a year.

Instruments are matched to consumption in the order of the hierarchy (certificates, contracts,
supplier rates), never beyond it: what exceeds the consumption of that market and year stays unused
and is said. Each instrument serves one holder, one market and one year.
"""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from tanlu.account.market.instruments import SOLD, TYPES
from tanlu.errors import say
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tanlu.account.market.instruments import Instrument, Instruments

__all__ = ["KEYS", "claims", "findings", "supplies"]

KEYS = ("holder", "market", "year")
# names of instruments that a row tells by themselves; of more it tells the ends and a digest
NAMED = 12
SHAPE = {
    "holder": pl.String,
    "market": pl.String,
    "year": pl.Int32,
    "own": pl.Boolean,
    "energy_j": pl.Int64,
    "covered_j": pl.Int64,
    "covered": pl.Float64,
    "rate_ug_per_j": pl.Float64,
    "used": pl.String,
}


def supplies(consumption: pl.DataFrame, told: Instruments) -> pl.DataFrame:
    """Give what covers the consumption of each holder, market and year.

    Parameters
    ----------
    consumption
        Columns holder, market, year, own (generated on site) and energy_j (Int128) [J].
    told
        The instruments.

    Returns
    -------
    DataFrame
        The keys and ``own``, ``energy_j``, ``covered_j`` [J], ``covered`` (share),
        ``rate_ug_per_j`` (mean rate of what covers, times the share) and ``used`` (names of what
        covers, joined by ;, of many the first, the last, how many and a digest of all).
        For own generation ``covered`` is the share whose attributes were not sold.
    """
    by: dict[tuple[str, str, int], list[Instrument]] = {}
    for each in told.usable:
        by.setdefault((each.holder, each.market, each.year), []).append(each)
    rows = []
    for row in consumption.iter_rows(named=True):
        key = (row["holder"], row["market"], row["year"])
        energy = int(row["energy_j"])
        held = by.get(key, ())
        found = _own(held, energy) if row["own"] else _bought(held, energy)
        rows.append((*key, row["own"], energy, *found))
    return pl.DataFrame(rows, schema=SHAPE, orient="row")


def _bought(held: Iterable[Instrument], energy: int) -> tuple[int, float, float, str]:
    ranked = sorted(
        (each for each in held if each.type != SOLD),
        key=lambda each: (TYPES.index(each.type), each.instrument_id),
    )
    left, weighed, used = energy, Fraction(0), []
    for each in ranked:
        taken = min(left, each.energy_j)
        if taken > 0:
            left -= taken
            weighed += taken * each.rate_ug_per_j
            used.append(each.instrument_id)
    if energy <= 0:
        return 0, 0.0, 0.0, ""
    covered = energy - left
    return covered, float(Fraction(covered, energy)), float(weighed / energy), _named(used)


def _own(held: Iterable[Instrument], energy: int) -> tuple[int, float, float, str]:
    sold = [each for each in held if each.type == SOLD]
    kept = max(0, energy - sum(each.energy_j for each in sold))
    share = float(Fraction(kept, energy)) if energy > 0 else 1.0
    return kept, share, 0.0, _named(sorted(each.instrument_id for each in sold))


def _named(used: list[str]) -> str:
    """Give the names of instruments, short: it stands on every row that they cover."""
    if len(used) <= NAMED:
        return ";".join(used)
    digest = hashlib.sha256("\n".join(used).encode()).hexdigest()[:16]
    return f"{used[0]};…;{used[-1]} ({len(used)}, {digest})"


def claims(consumption: pl.DataFrame, told: Instruments) -> list[dict[str, object]]:
    """Give each instrument with how much of it was used [J] and what was left over.

    Parameters
    ----------
    consumption
        As for ``supplies``.

    Returns
    -------
    list
        ``instrument_id``, ``type``, ``holder``, ``market``, ``year``, ``energy_j``, ``used_j``.
    """
    left = {
        (row["holder"], row["market"], row["year"], bool(row["own"])): int(row["energy_j"])
        for row in consumption.iter_rows(named=True)
    }
    ranked = sorted(
        told.usable, key=lambda each: ((*TYPES, SOLD).index(each.type), each.instrument_id)
    )
    found: list[dict[str, object]] = []
    for each in ranked:
        key = (each.holder, each.market, each.year, each.type == SOLD)
        taken = min(left.get(key, 0), each.energy_j)
        left[key] = left.get(key, 0) - taken
        names = ("instrument_id", "type", "holder", "market", "year", "energy_j")
        found.append({name: getattr(each, name) for name in names} | {"used_j": taken})
    return found


def findings(told: Instruments, consumption: pl.DataFrame, profile: str) -> pl.DataFrame:
    """Give what is to be said of instruments: those refused, and what of others was left over.

    Returns
    -------
    DataFrame
        Schema ``finding``; ``subject`` is ``instrument:`` and its name.
    """
    rows = [
        (each.code, "warning", each.instrument_id, each.why, each.line) for each in told.refused
    ]
    for each in claims(consumption, told):
        over = int(str(each["energy_j"])) - int(str(each["used_j"]))
        if over and each["type"] != SOLD:
            rows.append(("TL570", "info", str(each["instrument_id"]), f"{over / 3.6e6:.3f}", 0))
    names = ("code", "severity", "_id", "value", "source_line")
    found = pl.DataFrame(rows, schema=dict(zip(names, (*[pl.String] * 4, pl.Int64), strict=True)),
                         orient="row")  # fmt: skip
    hints = {code: say(code, value="…", why="…").partition("; ")[2] for code in set(found["code"])}
    subject = pl.concat_str(pl.lit("instrument:"), "_id")
    line = pl.col("source_line").cast(pl.String)
    return schema("finding").fit(
        found.select(
            pl.concat_str("code", subject, line, pl.lit(profile), pl.lit(told.sha256[:16]),
                          separator="|").alias("finding_id"),
            "code", "severity", subject.alias("subject"), "value",
            pl.col("code").replace_strict(hints, default=None, return_dtype=pl.String)
            .alias("hint"),
            pl.lit(1, pl.Int64).alias("count"),
            pl.col("source_line").replace(0, None),
            pl.lit(profile).alias("profile"),
        )
    )  # fmt: skip
