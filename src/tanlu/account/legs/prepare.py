"""Make a batch ready for the formulas: whole columns, distance types, circuity, heating values.

What is filled in here is an assumption with a code; its uncertainty goes into
``assumption_sigma`` and its name into the emission. Nothing else is filled in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.account.legs.cases import year
from tanlu.account.rules import assumptions, circuities, rows
from tanlu.terms import money, schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tanlu.factors import Library

__all__ = [
    "CARRIED",
    "ON_SITE",
    "PIECE",
    "blended",
    "coded",
    "located",
    "matched",
    "settled",
    "whole",
]

# columns that a proposed leg carries beside the schema of an activity
CARRIED = {"share_key": pl.String, "leg_codes": pl.String, "split": pl.Float64}
# between the share key of a row and the fuel of a blend that the row counts
PIECE = "+"
# electricity that is generated where it is used: nobody's scope 2 by location
ON_SITE = pl.col("technology").str.ends_with(".onsite").fill_null(value=False)
TRANSPORT = pl.col("kind").str.starts_with("transport.")


def whole(batch: pl.DataFrame) -> pl.DataFrame:
    """Give the batch with every column of an activity and of a proposed leg, absent ones null."""
    wanted = {**schema("activity").dtypes(), **CARRIED}
    have = set(batch.columns)
    return batch.select(
        pl.col(name).cast(kind) if name in have else pl.lit(None, kind).alias(name)
        for name, kind in wanted.items()
    )


def matched(legs: pl.DataFrame, *, library: Library, profile: str, gwp_set: str) -> pl.DataFrame:
    """Give the legs with resolved factor, circuity and heating values beside them.

    Parameters
    ----------
    legs
        As ``blended`` gives them.
    library, profile, gwp_set
        As for ``tanlu.factors.match``.
    """
    from tanlu.factors import match

    given = legs["assumptions"]
    found = match(_typed(legs), library=library, profile=profile, gwp_set=gwp_set)
    found = found.with_columns(given.alias("own_codes"))
    return _worth(_heating(_circuity(found), library))


def settled(found: pl.DataFrame) -> pl.DataFrame:
    """Give the legs without the factor of those that an equally good one contradicts (TL204)."""
    torn = pl.col("assumptions").str.contains("F-CONFLICT", literal=True).fill_null(value=False)
    return found.with_columns(
        pl.when(~torn).then("form").alias("form"),
        pl.when(torn).then(pl.lit("TL204")).otherwise("match_code").alias("match_code"),
    )


def located(legs: pl.DataFrame, profile: str) -> pl.DataFrame:
    """Give electricity without the technology of its contract, where a profile books both bases.

    By location it is the mean of its grid whatever was bought (GHG Protocol Scope 2 Guidance,
    chapter 6); what was bought makes the row by market beside it.
    """
    from tanlu.factors import profile as ruled

    power = (pl.col("kind") == "energy.electricity") & ~ON_SITE
    if ruled(profile).electricity != "apart":
        return legs
    return legs.with_columns(pl.when(~power).then("technology").alias("technology"))


def blended(legs: pl.DataFrame, library: Library) -> pl.DataFrame:
    """Give fuel with a share of biofuel as two rows, each with its ``split`` of the amount.

    The share may be told by energy, volume or mass, and the amount be metered in another of
    these; both go by way of the energy (GLEC v3 module 3: a blend is mixed by energy).
    """
    mixed = (pl.col("kind") == "energy.fuel") & (pl.col("bio_ppm") > 0)
    if not legs.select(mixed.any()).item():
        return legs
    second = {row["energy_carrier"]: row["bio_carrier"] for row in rows("blend.csv")}
    bio = pl.col("energy_carrier").replace_strict(second, default=None, return_dtype=pl.String)
    both = legs.filter(mixed & bio.is_not_null()).with_columns(bio.alias("_bio"))
    heat = _world_heat(library)
    both = both.join(heat, on="energy_carrier", how="left", maintain_order="left").join(
        heat, left_on="_bio", right_on="energy_carrier", how="left", suffix="_bio",
        maintain_order="left",
    )  # fmt: skip
    share = pl.col("bio_ppm") / 1e6
    stated = _by_basis(pl.col("bio_basis").fill_null("energy"), "bio")
    main = _by_basis(pl.col("bio_basis").fill_null("energy"), "main")
    energy = share * stated / (share * stated + (1 - share) * main)
    metered = (
        pl.when(pl.col("energy_j").is_not_null())
        .then(pl.lit("energy"))
        .when(pl.col("volume_ml").is_not_null())
        .then(pl.lit("volume"))
        .otherwise(pl.lit("mass"))
    )
    per_bio, per_main = (
        energy / _by_basis(metered, "bio"),
        (1 - energy) / _by_basis(metered, "main"),
    )
    split = per_bio / (per_bio + per_main)
    coded_ = pl.concat_str("leg_codes", pl.lit("A-BIO"), separator=";", ignore_nulls=True)
    pieces = [
        both.with_columns((1 - split).alias("split"), _piece("energy_carrier")),
        both.with_columns(
            split.alias("split"), _piece("_bio"), coded_.alias("leg_codes")
        ).with_columns(pl.col("_bio").alias("energy_carrier")),
    ]
    rest = legs.filter(~(mixed & bio.is_not_null()).fill_null(value=False))
    return pl.concat([rest, *(piece.select(legs.columns) for piece in pieces)])


def _piece(carrier: str) -> pl.Expr:
    parts = ("share_key", carrier)
    return pl.concat_str(parts, separator=PIECE, ignore_nulls=True).alias("share_key")


def _by_basis(basis: pl.Expr, side: str) -> pl.Expr:
    """Give the energy of one unit of a fuel on a basis: MJ per MJ, L or kg."""
    end = "_bio" if side == "bio" else ""
    return (
        pl.when(basis == "volume")
        .then(pl.col(f"mj_per_l{end}"))
        .when(basis == "mass")
        .then(pl.col(f"mj_per_kg{end}"))
        .otherwise(1.0)
    )


def _world_heat(library: Library) -> pl.DataFrame:
    from tanlu.factors import properties

    table = properties(library).filter(pl.col("place") == "GLO").sort("valid_from")
    unique = table.unique("energy_carrier", keep="last", maintain_order=True)
    return unique.select("energy_carrier", "mj_per_l", "mj_per_kg")


def _typed(legs: pl.DataFrame) -> pl.DataFrame:
    """Give the legs with the kind of distance told; an untold one is assumed and coded."""
    untold = TRANSPORT & pl.col("distance_m").is_not_null() & pl.col("distance_type").is_null()
    air = pl.col("kind") == "transport.air"
    usual = pl.when(air).then(pl.lit("gcd")).otherwise(pl.lit("sfd"))
    return legs.with_columns(
        pl.when(untold).then(usual).otherwise("distance_type").alias("distance_type"),
        untold.alias("untold_type"),
    )


def _circuity(legs: pl.DataFrame) -> pl.DataFrame:
    """Give the circuity of each leg's mode and country; used only when a type asks for it."""
    country = pl.coalesce("place", "origin").str.slice(0, 2)
    table = circuities()
    named = {f"{mode}|{place}": value for (mode, place), value in table.items() if place}
    world = {mode: value for (mode, place), value in table.items() if not place}
    key = pl.concat_str("kind", pl.lit("|"), country)
    return legs.with_columns(
        pl.coalesce(
            key.replace_strict(named, default=None, return_dtype=pl.Float64),
            pl.col("kind").replace_strict(world, default=None, return_dtype=pl.Float64),
        ).alias("circuity")
    )


def _heating(legs: pl.DataFrame, library: Library) -> pl.DataFrame:
    """Give the heating value of the fuel of an energy activity that belongs to its factor.

    A factor of a country's own guide goes with the value of that guide, any other with that of the
    world, and only where there is none with the newest of the country: an emission per MJ of one
    source times the MJ per kilogram of another belongs to neither (LNG of 41.868 MJ/kg would emit
    less than its carbon).
    """
    burnt = pl.col("kind") == "energy.fuel"
    if not legs.select(burnt.any()).item():
        nothing = pl.lit(None, pl.Float64)
        return legs.with_columns(nothing.alias("mj_per_l"), nothing.alias("mj_per_kg"))
    from tanlu.factors import properties

    heats = ("mj_per_l", "mj_per_kg")
    table = properties(library).select(
        "energy_carrier", "valid_from", *heats, pl.col("place").alias("_country"),
        pl.col("source_id").alias("_source"),
    )  # fmt: skip
    sources = library.factors.select(
        pl.col("factor_id").alias("_first"), pl.col("source_id").alias("_source")
    )
    legs = legs.with_columns(
        pl.col("place").str.slice(0, 2).alias("_country"),
        # the rows of one factor are of one source
        pl.col("factor_id").str.head(16).alias("_first"),
    ).join(sources, on="_first", how="left", maintain_order="left")
    own = ["energy_carrier", "_country", "_source"]
    local = ["energy_carrier", "_country"]
    newest = table.sort(*own, "valid_from")
    world = newest.filter(pl.col("_country") == "GLO").drop("_country")
    layers = ((own, newest, "_own"), (local[:1], world, "_world"), (local, newest, "_local"))
    for keys, held, end in layers:
        last = held.sort("valid_from", maintain_order=True).unique(keys, keep="last")
        named = last.select(*keys, *(pl.col(name).alias(name + end) for name in heats))
        legs = legs.join(named, on=keys, how="left", maintain_order="left")
    return legs.with_columns(
        pl.when(burnt).then(pl.coalesce(f"{name}{end}" for *_, end in layers)).alias(name)
        for name in heats
    ).drop(
        "_country", "_first", "_source", *(f"{name}{end}" for *_, end in layers for name in heats)
    )


def _worth(legs: pl.DataFrame) -> pl.DataFrame:
    """Give the dollars of 2022 in the smallest unit of each amount's currency and year."""
    spent = pl.col("form") == "money"
    if not legs.select(spent.any()).item():
        nothing = pl.lit(None, pl.Float64).alias("usd_per_fen")
        return legs.with_columns(nothing, pl.lit(value=False).alias("later_prices"))
    at = year(legs).alias("_year")
    asked = legs.filter(spent).select("currency", at).unique()
    rows = [(code, of, money.worth(code or "", of)) for code, of in asked.iter_rows()]
    told = pl.DataFrame(
        [(code, of, float(each.usd / 100), each.year) for code, of, each in rows if each],
        schema={"currency": pl.String, "_year": pl.Int32, "usd_per_fen": pl.Float64,
                "_told": pl.Int32},
        orient="row",
    )  # fmt: skip
    found = legs.with_columns(at).join(
        told, on=["currency", "_year"], how="left", maintain_order="left"
    )
    later = (spent & (pl.col("_told") < pl.col("_year"))).fill_null(value=False)
    return found.with_columns(later.alias("later_prices")).drop("_year", "_told")


def coded(legs: pl.DataFrame) -> pl.DataFrame:
    """Give the legs with all their codes in ``assumptions`` and ``assumption_sigma``.

    The uncertainty of the factor's own codes is in ``sigma_ln`` already; here are those of the
    activity, of the proposed leg, and of the defaults that the formulas take.
    """
    curve = pl.col("rate_empty") > 0
    bio = (pl.col("bio_ppm") > 0) & TRANSPORT
    gcd, basis = pl.col("distance_type") == "gcd", pl.col("distance_basis")
    land = TRANSPORT & (pl.col("kind") != "transport.air")
    used = {
        "A-TYPE": pl.col("untold_type"),
        "A-LOAD": curve & pl.col("load_ppm").is_null() & (pl.col("form") == "tkm"),
        "A-EMPTY": curve & pl.col("empty_ppm").is_null(),
        "A-TEU-MASS": pl.col("mass_mg").is_null()
        & pl.col("teu_milli").is_not_null()
        & pl.col("form").is_in(["tkm", "t"]),
        "A-MONEY-YEAR": pl.col("later_prices"),
        "A-PERSON": (pl.col("form") == "pkm") & pl.col("count").is_null(),
        "A-MASS-TEU": pl.col("teu_milli").is_null() & (pl.col("form") == "teukm"),
        "A-BIO-MAIN": bio,
        "A-CIRCUITY": land & gcd & basis.is_not_null() & (basis != "gcd"),
    }
    said = [pl.when(flag).then(pl.lit(code)) for code, flag in used.items()]
    variance = sum(
        (
            pl.when(flag).then(assumptions()[code].sigma_ln ** 2).otherwise(0.0)
            for code, flag in used.items()
        ),
        start=pl.lit(0.0),
    )
    codes = pl.concat_str("assumptions", "leg_codes", *said, separator=";", ignore_nulls=True)
    return legs.with_columns(
        codes.replace("", None).alias("assumptions"),
        (variance + _variance(legs, "own_codes") + _variance(legs, "leg_codes"))
        .sqrt()
        .alias("assumption_sigma"),
        pl.any_horizontal(*used.values(), pl.col("leg_codes").is_not_null()).alias("defaulted"),
    )


def _variance(legs: pl.DataFrame, column: str) -> pl.Expr:
    """Give the sum of squares of the codes in a column; there are few distinct texts."""
    texts = legs[column].unique().drop_nulls().to_list()
    if not texts:
        return pl.lit(0.0)
    # a named hub has no code: its sum is 0.0 and no whole number
    sums = {text: sum(map(_square, _sorted(text)), start=0.0) for text in texts}
    return pl.col(column).replace_strict(sums, default=0.0, return_dtype=pl.Float64)


def _sorted(text: str) -> Iterable[str]:
    return sorted(set(filter(None, text.split(";"))))


def _square(code: str) -> float:
    # a code of another room says its own uncertainty elsewhere; a mapping's own counts as A-OTHER
    known = assumptions().get(code) or assumptions()["A-OTHER"]
    return known.sigma_ln**2
