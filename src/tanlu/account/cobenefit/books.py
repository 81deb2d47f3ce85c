"""Water, wood, plastic and air pollutants of activities, each in a book of its own.

A book is never added to CO2e nor to another book. Each row says which factor made it, with source,
clause, year and status; what no factor covers is counted as a gap and not as zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import polars as pl

from tanlu.account.rules import rows

__all__ = ["BOOKS", "Books", "Cofactor", "books", "cofactors"]

# book -> unit that is kept
BOOKS = {"water": "mL", "wood": "mg", "plastic": "mg", "nox": "mg", "sox": "mg", "pm": "mg"}
# what burns books these; packaging of one of these families books that
AIR = ("nox", "sox", "pm")
MADE_OF = {"plastic": ("plastic",), "wood": ("paper", "board", "wood")}
SCALE = {"g": 1e3, "kg": 1e6, "l": 1e3}  # of the factor's unit in the kept one
J_PER_KWH = 3.6e6
ROWS = {
    "activity_id": pl.String, "share_key": pl.String, "kind": pl.String, "book": pl.String,
    "amount": pl.Int64, "unit": pl.String, "source": pl.String, "clause": pl.String,
    "year": pl.Int64, "place": pl.String, "status": pl.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cofactor:
    """What one unit of an activity books, with its facet and its source."""

    book: str
    kind: str
    facet: str
    value: str
    standard: str
    amount: float
    unit: str
    per: str
    of_energy: float
    mj_per_kg: float
    place: str
    year: int
    status: str
    source: str
    clause: str


class Books(NamedTuple):
    """What was booked, and how many rows of a kind no factor covers."""

    rows: pl.DataFrame
    gaps: pl.DataFrame


@cache
def cofactors() -> tuple[Cofactor, ...]:
    """Give every factor of the books, each with its source."""
    return tuple(
        Cofactor(
            row["book"], row["kind"], row["facet"], row["value"], row["standard"],
            float(row["amount"]), row["unit"], row["per"], float(row["of_energy"] or 1),
            float(row["mj_per_kg"] or 0), row["place"], int(row["year"]), row["status"],
            row["source"], row["clause"],
        )
        for row in rows("cobenefit/cofactors.csv")
    )  # fmt: skip


def books(
    activities: pl.DataFrame, emissions: pl.DataFrame, *, standard: str | None = None
) -> Books:
    """Give the books of activities and of the energy that their emissions rest on.

    Parameters
    ----------
    activities
        Schema ``activity``: mass and volume of what was used.
    emissions
        Schema ``emission``: energy, metered or modelled, once for each activity and share.
    standard
        Emission standard of vehicles whose label ``standard`` does not tell it: ``china_6``.

    Returns
    -------
    Books
        ``rows``: activity_id, share_key, kind, book, amount [mL of water, mg of all else], unit,
        source, clause, year, place, status. ``gaps``: kind, book and how many rows have no factor:
        whatever burns and no pollutant is told of it, as a ship or a truck whose standard nobody
        told, and packaging of which neither wood nor plastic is booked.

    Notes
    -----
    pollutant = energy · share that is work · g/kWh, or energy / heating value · g/kg; material =
    mass · kg/kg. A limit of type approval is no measured mean: the clause says so.
    """
    used, done = _energy(emissions, standard), _matter(activities)
    made = [
        _booked(each, used if each.per == "kWh" or each.mj_per_kg else done) for each in cofactors()
    ]
    found = pl.concat([pl.DataFrame(schema=ROWS), *made])
    order = ["activity_id", "share_key", "book"]
    kept = found.unique(order, keep="first", maintain_order=True).sort(order, nulls_last=True)
    return Books(kept, _gaps(kept, used, done))


def _energy(emissions: pl.DataFrame, standard: str | None) -> pl.DataFrame:
    told = pl.col("labels").str.json_path_match("$.standard")
    return emissions.group_by("activity_id", "share_key", "kind").agg(
        pl.col("energy_carrier").first(), pl.col("energy_j").max().cast(pl.Float64),
        told.first().fill_null(pl.lit(standard, pl.String)).alias("standard"),
        pl.lit(None, pl.String).alias("material"),
    )  # fmt: skip


def _matter(activities: pl.DataFrame) -> pl.DataFrame:
    have = set(activities.columns)
    types = {"mass_mg": pl.Int64, "volume_ml": pl.Int64, "material": pl.String,
             "energy_carrier": pl.String}  # fmt: skip
    return activities.select(
        "activity_id", "kind", pl.lit(None, pl.String).alias("share_key"),
        pl.lit(None, pl.String).alias("standard"),
        *(pl.col(name) if name in have else pl.lit(None, kind).alias(name)
          for name, kind in types.items()),
    )  # fmt: skip


def _booked(each: Cofactor, table: pl.DataFrame) -> pl.DataFrame:
    scale = each.amount * SCALE[each.unit]
    if each.per == "kWh":
        amount = pl.col("energy_j") / J_PER_KWH * each.of_energy * scale
    elif each.mj_per_kg:
        amount = pl.col("energy_j") / 1e6 / each.mj_per_kg * scale
    elif each.per == "l":
        amount = pl.col("volume_ml") / 1e3 * scale
    else:
        amount = pl.col("mass_mg") / 1e6 * scale
    chosen = (pl.col("kind") == each.kind) & amount.is_not_null() & _facet(each)
    return (
        table.filter(chosen.fill_null(value=False))
        .select(
            "activity_id", "share_key", "kind", pl.lit(each.book).alias("book"),
            (amount + 0.5).floor().cast(pl.Int64).alias("amount"),
            pl.lit(BOOKS[each.book]).alias("unit"), pl.lit(each.source).alias("source"),
            pl.lit(each.clause).alias("clause"), pl.lit(each.year, pl.Int64).alias("year"),
            pl.lit(each.place).alias("place"), pl.lit(each.status).alias("status"),
        )
    )  # fmt: skip


def _facet(each: Cofactor) -> pl.Expr:
    holds = (pl.col(each.facet) == each.value) if each.facet else _own(each.book)
    return holds & (pl.col("standard") == each.standard) if each.standard else holds


def _own(book: str) -> pl.Expr:
    """Tell whether the material belongs into the book: what says otherwise is something else."""
    if book not in MADE_OF:
        return pl.lit(value=True)
    family = pl.col("material").str.split(".").list.first()
    return family.is_in(MADE_OF[book]).fill_null(value=True)


def _gaps(kept: pl.DataFrame, used: pl.DataFrame, done: pl.DataFrame) -> pl.DataFrame:
    # nothing burns in a socket, and a hub may run on nothing else
    moved = pl.col("kind").str.contains(r"^transport\.|^energy\.fuel$")
    burns = moved & (pl.col("energy_carrier") != "electricity").fill_null(value=True)
    packed = pl.col("kind").str.starts_with("packaging.")
    of_matter = kept.filter(packed & pl.col("book").is_in(list(MADE_OF)))
    asked = [(book, used.filter(burns), kept.filter(book=book)) for book in AIR]
    asked += [(book, done.filter(packed & _own(book)), of_matter) for book in MADE_OF]
    asked.append(("water", done.filter(kind="site.water"), kept.filter(book="water")))
    on = ["activity_id", "share_key"]
    found = [
        table.join(here, on=on, how="anti", nulls_equal=True)
        .group_by("kind")
        .agg(pl.lit(book).alias("book"), pl.len().cast(pl.Int64).alias("rows"))
        for book, table, here in asked
    ]
    return pl.concat(found).sort("kind", "book")
