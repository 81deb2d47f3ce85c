"""What the words of the levels mean: activity, boundary, facets, place and unit of each record."""

from __future__ import annotations

import csv
from fractions import Fraction
from functools import cache
from importlib import resources

import polars as pl

from tanlu.factors.importers.desnz.lines import LEVELS, SHEET
from tanlu.factors.importers.imported import fault
from tanlu.factors.importers.words import nearest, place_of, substance_of

__all__ = ["meant"]

FACETS = (
    "activity", "boundary", "vehicle_class", "energy_carrier", "temperature_class", "technology",
    "material", "place", "method", "load",
)  # fmt: skip
# unit of the sheet: denominator, basis of heat, how many of the denominator it is
UNITS: dict[str, tuple[str, str | None, Fraction]] = {
    "cubic metres": ("m3", None, Fraction(1)),
    "gj": ("GJ", None, Fraction(1)),
    "kg": ("kg", None, Fraction(1)),
    "km": ("km", None, Fraction(1)),
    "kwh": ("kWh", None, Fraction(1)),
    "kwh (gross cv)": ("kWh", "gross", Fraction(1)),
    "kwh (net cv)": ("kWh", None, Fraction(1)),
    "litres": ("L", None, Fraction(1)),
    "miles": ("km", None, Fraction("1.609344")),
    "million litres": ("m3", None, Fraction(1000)),
    "passenger.km": ("p.km", None, Fraction(1)),
    "per fte working hour": ("h", None, Fraction(1)),
    "room per night": ("item", None, Fraction(1)),
    "tonne.km": ("t.km", None, Fraction(1)),
    "tonnes": ("t", None, Fraction(1)),
}
ABROAD = ("electricity", "hotel")  # families whose third level is a country
NAMELESS = (*ABROAD, "refrigerant", "home")  # families whose third level is no word of ours
HOME = "GB"


def meant(rows: pl.DataFrame) -> pl.DataFrame:
    """Give records their facets, place and unit, or the reason why they have none (TL223 …)."""
    rows = rows.with_columns(_keys())
    rows = rows.join(_words("group"), on="k_group", how="left", maintain_order="left")
    for part in ("name", "column"):
        key = ["family", f"k_{part}"]
        rows = rows.join(_words(part), on=key, how="left", maintain_order="left")
    rows = rows.with_columns(
        pl.coalesce(f"{name}_column", f"{name}_name", f"{name}_group").alias(name)
        for name in FACETS
    )
    added = pl.col("technology_column").str.strip_prefix("+")
    longer = pl.concat_str(pl.col("technology_name").fill_null("car"), added)
    rows = rows.with_columns(
        technology=pl.when(pl.col("technology_column").str.starts_with("+"))
        .then(longer)
        .otherwise(pl.col("technology"))
    )
    return _refused(_clause(_measured(_placed(_substances(rows)))))


def _keys() -> list[pl.Expr]:
    def plain(name: str) -> pl.Expr:
        return pl.col(name).str.to_lowercase().str.replace_all("–", "-").str.strip_chars()

    pair = pl.concat_str(plain("level_1"), plain("level_2"), separator=" > ")
    gas = plain("level_1").str.starts_with("refrigerant")
    ship = plain("level_2").str.contains("cargo ship|sea tanker")
    flight = plain("level_2").str.ends_with("flights") & pl.col("level_4").is_not_null()
    third = pl.concat_str(plain("level_3"), plain("level_4"), separator=" | ")
    seat = pl.concat_str(plain("level_4"), plain("column"), separator=" | ")
    return [
        pl.when(gas).then(pl.lit("refrigerant & other > *")).otherwise(pair).alias("k_group"),
        pl.when(ship).then(third).otherwise(plain("level_3")).alias("k_name"),
        pl.when(flight).then(seat).otherwise(plain("column")).alias("k_column"),
    ]


def _words(part: str) -> pl.DataFrame:
    rows = [row for row in _table() if row["part"] == part]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String)).drop("part")
    named = frame.rename({"text": f"k_{part}", **{name: f"{name}_{part}" for name in FACETS}})
    return named.with_columns(pl.lit(value=True).alias(f"is_{part}"))


@cache
def _table() -> tuple[dict[str, str | None], ...]:
    file = resources.files("tanlu.factors.importers.desnz").joinpath("words.csv")
    return tuple(
        {name: value or None for name, value in row.items()}
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    )


def _substances(rows: pl.DataFrame) -> pl.DataFrame:
    leaks = pl.col("family") == "refrigerant"
    different = rows.filter(leaks)["level_3"].unique().drop_nulls().to_list()
    names = {text: substance_of(text) for text in different}
    named = pl.col("level_3").replace_strict(names, default=None, return_dtype=pl.String)
    return rows.with_columns(substance=pl.when(leaks).then(named))


def _placed(rows: pl.DataFrame) -> pl.DataFrame:
    abroad = pl.col("family").is_in(ABROAD)
    text = pl.col("level_3").str.strip_prefix("Electricity: ")
    others = {row["text"] or "": row["place"] or "" for row in _table() if row["part"] == "place"}
    different = rows.filter(abroad).select(text.unique().drop_nulls())["level_3"].to_list()
    codes = {each: place_of(each, others) for each in different}
    code = text.replace_strict(codes, default=None, return_dtype=pl.String)
    placed = rows.with_columns(
        place=pl.when(abroad).then(code).otherwise(pl.col("place").fill_null(HOME))
    )
    return placed.with_columns(
        fault("TL231", "Level 3", abroad & pl.col("place").is_null(), text, pl.lit("GB, CN, DE"))
    )


def _measured(rows: pl.DataFrame) -> pl.DataFrame:
    unit = pl.col("unit").str.to_lowercase()
    found = rows.with_columns(
        denominator=unit.replace_strict({key: of[0] for key, of in UNITS.items()}, default=None),
        heat_basis=unit.replace_strict(
            {key: of[1] for key, of in UNITS.items()}, default=None, return_dtype=pl.String
        ),
        numerator=pl.when(pl.col("kwh").is_null()).then(pl.lit("kg")).otherwise(pl.lit("kWh")),
    )
    known = pl.lit(", ".join(UNITS))
    return found.with_columns(
        fault("TL225", "UOM", pl.col("denominator").is_null(), pl.col("unit"), known)
    )


def _clause(rows: pl.DataFrame) -> pl.DataFrame:
    """Say where a record stands as the built-in pack of this source does."""
    path = pl.concat_str(*LEVELS[:4], separator=" > ", ignore_nulls=True)
    unit = pl.concat_str(pl.lit("per "), "unit")
    said = pl.concat_str(path, "column", unit, separator=" | ", ignore_nulls=True)
    return rows.with_columns(clause=pl.concat_str(pl.lit(f"{SHEET}: "), said))


def _refused(rows: pl.DataFrame) -> pl.DataFrame:
    """Refuse a record whose words nobody has given a meaning, with the nearest that has one."""
    nameless = pl.col("family").is_in(NAMELESS)
    group = pl.concat_str("level_1", "level_2", separator=" > ")
    nowhere = pl.col("is_group").is_null()
    unnamed = pl.col("is_name").is_null() & ~nameless
    untold = pl.col("is_column").is_null() & pl.col("k_column").is_not_null()
    for column, when, value, part in (
        ("Level 1", nowhere, group, "group"),
        ("Level 3", unnamed, pl.col("level_3"), "name"),
        ("Column Text", untold, pl.col("column"), "column"),
    ):
        lost = rows.filter(when.fill_null(value=False)).select("family", value.alias("said"))
        near = {each: _like(part, *each) for each in lost.unique().rows()}
        table = pl.DataFrame(
            [(*each, like) for each, like in near.items()],
            schema={"family": pl.String, "said": pl.String, "like": pl.String},
            orient="row",
        )
        found = rows.with_columns(said=value).join(
            table, on=["family", "said"], how="left", nulls_equal=True, maintain_order="left"
        )
        rows = found.with_columns(fault("TL223", column, when, value, pl.col("like"))).drop(
            "said", "like"
        )
    return rows


def _like(part: str, family: str | None, said: str | None) -> str:
    known = [
        row["text"] or ""
        for row in _table()
        if row["part"] == part and family in {None, row["family"]}
    ]
    return nearest(said, known)
