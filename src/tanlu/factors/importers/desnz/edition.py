"""One edition of the UK conversion factors as a pack."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import polars as pl

from tanlu.factors.importers import decimals
from tanlu.factors.importers.desnz.joins import joined
from tanlu.factors.importers.desnz.lines import edition
from tanlu.factors.importers.desnz.meanings import UNITS, meant
from tanlu.factors.importers.imported import Imported, fault, settled
from tanlu.terms import gases

__all__ = ["load"]

NEWER = 2023  # first edition under AR5
LICENCE = "OGL-UK-3.0"
SAID = "Contains public sector information licensed under the Open Government Licence v3.0"
# radiative forcing is a multiple of the CO2 beside it: a column of CO2 under it is no mass
FORCED = pl.col("technology").fill_null("").str.contains(r"radiative_forcing|\.rf$")


def load(path: Path) -> Imported:
    """Give the factors of one edition.

    Gas masses are the published kg CO2e of each gas divided by its GWP in the set of the edition.

    Raises
    ------
    TanluError
        TL220 for a file that is not the flat file, TL221 for one that asks for too much.
    """
    read = edition(path)
    dated = pl.coalesce(
        pl.when(pl.col("level_4").str.contains(r"^20\d\d$")).then(pl.col("level_4")),
        pl.lit(str(read.year)),
    )
    rows = meant(read.records).with_columns(
        data_year=dated,
        gwp_set=pl.lit("AR5" if read.year >= NEWER else "AR4"),
        scale=pl.col("unit")
        .str.to_lowercase()
        .replace_strict({key: float(of[2]) for key, of in UNITS.items()}, default=1.0),
    )
    single = joined(_zeroed(rows))
    source = f"uk-desnz-{read.year}"
    made = (
        _valued(single.records, read.year)
        .with_columns(
            source_id=pl.lit(source),
            valid_from=pl.lit(f"{read.year}-01-01"),
            status=pl.lit("official"),
        )
        .with_columns(*_unsure())
    )
    return settled(
        made,
        _pack(f"uk-desnz-flat-{read.year}", read.year),
        [_source(source, read.year, path)],
        blank=read.blank,
        lines_in=read.lines,
        known=single.known,
    )


def _unsure() -> list[pl.Expr]:
    """Give what the sheets do not print: the kind of distance, and how unsure a value is.

    Freight values are fleet means per kilometre driven, by air per great circle: scores and 95 %
    factors are those of the built-in rows of the same edition.
    """
    kind = pl.col("activity")
    moved, flown = kind.str.starts_with("transport."), kind == "transport.air"
    road = kind == "transport.road"
    wide = kind.is_in(["transport.sea", "transport.air", "transport.rail"])
    basis = pl.when(flown).then(pl.lit("gcd")).when(moved).then(pl.lit("actual"))
    return [
        basis.alias("distance_basis"),
        # container ships are printed at about twice of what carriers report
        pl.when(pl.col("vehicle_class").str.starts_with("ship.container"))
        .then(pl.lit("4.0"))
        .when(road)
        .then(pl.lit("1.2"))
        .when(wide)
        .then(pl.lit("1.4"))
        .alias("gsd"),
        pl.when(wide).then(pl.lit("22232")).otherwise(pl.lit("21112")).alias("pedigree"),
    ]


def _zeroed(rows: pl.DataFrame) -> pl.DataFrame:
    """Refuse a zero that means that nothing is known; a battery vehicle emits none on its way."""
    whole = pl.coalesce("co2e", "kwh").cast(pl.Float64, strict=False)
    driven = (pl.col("energy_carrier") == "electricity") & pl.col("boundary").is_in(["ttw", "ttw+"])
    leaked = pl.col("family") == "refrigerant"
    nothing = (whole == 0) & ~driven.fill_null(value=False) & ~leaked.fill_null(value=False)
    return rows.with_columns(
        fault("TL228", "value", nothing, pl.lit("0"), pl.lit("nothing is published here"))
    )


def _valued(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """Give the values in the columns and units of the house, exactly."""
    weights = "AR5" if year >= NEWER else "AR4"
    masses = {
        "co2_fossil": ("co2", Fraction(1)),
        "ch4_fossil": ("ch4", 1 / gases.potential("CH4_fossil", weights)),
        "n2o": ("n2o", 1 / gases.potential("N2O", weights)),
        "co2e_published": ("co2e", Fraction(1)),
        "value": ("kwh", Fraction(1)),
        "co2_bio": ("co2_bio", Fraction(1)),
    }
    converted = rows["scale"] != 1
    columns = [
        _scaled(rows[old], factor, rows["unit"], converted).alias(new)
        for new, (old, factor) in masses.items()
    ]
    said = pl.concat_str(
        pl.lit("published "), pl.coalesce("co2e", "kwh"), pl.lit(" per "), "unit",
        pl.lit(", divided by "), pl.col("scale").cast(pl.String),
    )  # fmt: skip
    alone = FORCED | (pl.col("family") == "refrigerant") | pl.col("form").is_in(["table"])
    return rows.with_columns(columns).with_columns(
        pl.when(pl.col("scale") != 1).then(said).alias("derivation"),
        *(
            pl.when(~alone.fill_null(value=False)).then(pl.col(name)).alias(name)
            for name in ("co2_fossil", "ch4_fossil", "n2o")
        ),
        pl.when(FORCED)
        .then(pl.lit("with radiative forcing: no masses of gases"))
        .when(pl.col("co2e").cast(pl.Float64) == 0)
        .then(pl.lit("published as zero: nothing is emitted within this boundary"))
        .alias("note"),
    )


def _scaled(
    values: pl.Series, factor: Fraction, units: pl.Series, converted: pl.Series
) -> pl.Series:
    """Give values times a factor, and per unit of the house where the sheet has another."""
    found = decimals.scaled(values, factor)
    for unit, (_, _, of) in UNITS.items():
        if of != 1:
            here = converted & (units.str.to_lowercase() == unit).fill_null(value=False)
            found = found.zip_with(~here, decimals.scaled(found, 1 / of))
    return found


def _pack(name: str, year: int) -> dict[str, str]:
    return {
        "pack_id": name,
        "semver": "1.0.0",
        "title": f"UK greenhouse gas conversion factors {year}",
        "title_zh": f"英国 {year} 年温室气体换算因子",
        "licence": LICENCE,
        "attribution": f"{SAID} (DESNZ).",
    }


def _source(name: str, year: int, path: Path) -> dict[str, str]:
    return {
        "source_id": name,
        "title": f"Greenhouse gas reporting: conversion factors {year} (flat file)",
        "publisher": "UK Department for Energy Security and Net Zero",
        "doc_no": path.name,
        "published": "",
        "licence": LICENCE,
        "redistribution": "yes",
        "attribution": SAID,
    }
