"""The Open Emission Factors Database as CSV, in its columns of 2022 and in those before.

An ``activity_id`` is a chain of sub-identities; ``oefdb.csv`` says what its beginnings mean. A
record is a factor only when the rest of the chain tells nothing further (``unknown``, ``na``):
otherwise two different things would have one identity.

Source: climatiq, Open Emission Factors DB, DATA_GUIDANCE.md and ID_STRUCTURE_GUIDANCE.md.
"""

from __future__ import annotations

import csv
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.factors.importers import decimals, words
from tanlu.factors.importers.imported import Imported, fault, faultless, settled
from tanlu.factors.importers.read import table

__all__ = ["load"]

# heading -> name here; the first of a name that the file has is taken
HEADS = {
    "activity_id": "id", "id": "id", "activity_unit": "unit", "unit": "unit", "name": "name",
    "kgCO2e-AR5": "ar5", "kgCO2e-AR4": "ar4", "factor": "ar5", "kgCO2": "co2_fossil",
    "kgCH4": "ch4_fossil", "kgN2O": "n2o", "uncertainty": "uncertainty",
    "lca_activity": "stage", "activity": "stage", "source": "source", "dataset": "dataset",
    "year_released": "year", "year": "year", "year_valid_from": "valid", "years_valid": "valid",
    "region": "region", "source_link": "link", "data_quality": "quality",
    "data_quality_flags": "quality",
}  # fmt: skip
NEEDED = {"id", "unit", "ar5", "source", "year", "region", "stage"}
AMOUNTS = ("ar5", "ar4", "co2_fossil", "ch4_fossil", "n2o", "uncertainty")
STAGES = {
    "fuel_combustion": "ttw", "well_to_tank": "wtt", "fuel_upstream": "wtt", "upstream": "wtt",
    "fuel_upstream_and_fuel_combustion": "wtw", "fuel_combustion_and_upstream": "wtw",
    "fuel_upstream-fuel_combustion": "wtw", "well_to_wake": "wtw", "well_to_wheel": "wtw",
    "electricity_generation": "generation", "transmission_and_distribution": "t_and_d",
    "cradle_to_gate": "cradle_gate", "cradle_to_shelf": "cradle_gate",
    "manufacturing": "cradle_gate", "cradle_to_grave": "cradle_grave", "use_phase": "use",
    "end_of_life": "disposal",
}  # fmt: skip
# sub-identities that tell what else is known of a vehicle: the last word is the carrier
FUEL = {
    "diesel": "diesel", "petrol": "petrol", "gasoline": "petrol", "cng": "cng", "lng": "lng",
    "lpg": "lpg", "bev": "electricity", "electricity": "electricity", "fcev": "hydrogen",
    "jet_fuel": "jet_kerosene",
}  # fmt: skip
LOADS = {
    "percentage_load_50": "laden.half", "percentage_load_100": "laden.full",
    "percentage_load_average_laden": "laden.average", "percentage_load_average": "laden.average",
}  # fmt: skip
WEIGHTS = {
    "gt_3.5t_lt_7.5t": {"truck.rigid": "truck.rigid.7t5"},
    "gt_7.5t_lt_17t": {"truck.rigid": "truck.rigid.17t"},
    "gt_17t": {"truck.rigid": "truck.rigid.32t"},
    "gt_3.5t_lt_33t": {"truck.artic": "truck.artic.33t"},
    "gt_33t": {"truck.artic": "truck.artic.44t"},
    "lt_1.305t": {"van.average": "van.class1"},
    "gt_1.305t_lt_1.74t": {"van.average": "van.class2"},
    "gt_1.74t_lt_3.5t": {"van.average": "van.class3"},
    "lt_3.5t": {"van.average": "van.average"},
}
UNITS = {
    "tkm": "t.km", "tonne-km": "t.km", "pkm": "p.km", "passenger-km": "p.km", "night": "item",
    "room_night": "item", "tonne": "t", "litre": "L", "l": "L", "number": "item",
    "short_ton-mi": "short ton-mile", "passenger-mile": "", "usd": "USD", "eur": "EUR",
}  # fmt: skip


def load(path: Path) -> Imported:
    """Give the factors of the file.

    Raises
    ------
    TanluError
        TL220 for a file with other headings.
    """
    found = table(path)
    kept: dict[str, str] = {}
    for head, name in HEADS.items():
        if head in found.columns:
            kept.setdefault(name, head)
    if not set(kept) >= NEEDED:
        raise TanluError("TL220", value=path.name, why="its headings are not those of the OEFDB")
    rows = found.select("_line", *(pl.col(old).alias(new) for new, old in kept.items()))
    names = dict.fromkeys(HEADS.values())
    absent = [pl.lit(None, pl.String).alias(name) for name in names if name not in rows.columns]
    told = faultless(rows.with_columns(absent))
    made = _valued(_meant(_numbers(told)))
    return settled(made, _pack(), _sources(made))


def _numbers(rows: pl.DataFrame) -> pl.DataFrame:
    for name in AMOUNTS:
        told = rows[name].replace("not-supplied", None)
        read = decimals.numbers(told)
        wrong = pl.col("_told_here").is_not_null() & pl.col(name).is_null()
        rows = (
            rows.with_columns(_told_here=told)
            .with_columns(read.alias(name))
            .with_columns(fault("TL224", name, wrong, pl.col("_told_here"), pl.lit(name)))
            .drop("_told_here")
        )
    return rows


@cache
def _words() -> tuple[tuple[tuple[str, ...], dict[str, str]], ...]:
    folder = resources.files("tanlu.factors.importers.official")
    text = folder.joinpath("oefdb.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple((tuple(row["id"].split("-")), row) for row in rows)


def _facets(chain: str) -> dict[str, str | None] | None:
    """Give the facets of an identity, nothing where it tells more than a factor has room for."""
    parts = tuple(chain.split("-"))
    if parts[0].startswith("fugitive_gas") and len(parts) > 1:
        gas = "-".join(parts[1:]).removeprefix("type_").replace("_", " ")
        return {"activity": "refrigerant.leak", "substance": words.substance_of(gas)}
    fits = [(head, row) for head, row in _words() if parts[: len(head)] == head]
    if not fits:
        return None
    head, row = max(fits, key=lambda each: len(each[0]))
    made: dict[str, str | None] = {
        name: row[name] or None
        for name in ("activity", "vehicle_class", "energy_carrier", "technology", "material")
    }
    for part in parts[len(head) :]:
        if part.endswith(("_unknown", "_na")) or part in {"na", "contrails_excluded"}:
            continue
        kind, _, rest = part.partition("_source_")
        weight = WEIGHTS.get(part.removeprefix("vehicle_weight_"), {})
        size = next((weight[head] for head in weight if head == made["vehicle_class"]), None)
        if part in LOADS:
            made["technology"] = LOADS[part]
        elif size:
            made["vehicle_class"] = size
        elif kind == "fuel" and rest in FUEL and not made["energy_carrier"]:
            made["energy_carrier"] = FUEL[rest]
        else:
            return None
    return made


def _meant(rows: pl.DataFrame) -> pl.DataFrame:
    chains = rows["id"].drop_nulls().unique()
    names = ("activity", "vehicle_class", "energy_carrier", "technology", "material", "substance")
    table_of: list[dict[str, Any]] = [
        {"id": chain, **dict.fromkeys(names), **(_facets(chain) or {})} for chain in chains
    ]
    facets = pl.DataFrame(table_of, schema=dict.fromkeys(("id", *names), pl.String))
    joined = rows.join(facets, on="id", how="left", maintain_order="left")
    units = {each: _unit(each) for each in rows["unit"].drop_nulls().unique()}
    places = {each: words.region_of(_region(each)) for each in rows["region"].drop_nulls().unique()}
    stage = pl.col("stage").replace_strict(STAGES, default=None)
    electric = pl.col("activity") == "energy.electricity"
    year = pl.coalesce("valid", "year").str.extract(r"((?:19|20)\d\d)")
    told = joined.with_columns(
        boundary=pl.when(pl.col("activity") == "refrigerant.leak")
        .then(pl.lit("ttw"))
        .otherwise(stage),
        method=pl.when(electric).then(pl.lit("location")),
        place=pl.col("region").replace_strict(places, default=None),
        data_year=year,
        unit_here=pl.col("unit").replace_strict(
            {each: found[0] for each, found in units.items() if found}, default=None
        ),
        scale=pl.col("unit").replace_strict(
            {each: str(found[1]) for each, found in units.items() if found}, default=None
        ),
    )
    known = pl.lit(", ".join(sorted(STAGES)))
    for faults in (
        fault("TL223", "activity_id", pl.col("activity").is_null(), pl.col("id"),
              pl.lit("energy.fuel.diesel")),
        fault("TL234", "lca_activity", pl.col("boundary").is_null(), pl.col("stage"), known),
        fault("TL231", "region", pl.col("place").is_null(), pl.col("region"), pl.lit("CN, US-CA")),
        fault("TL225", "activity_unit", pl.col("unit_here").is_null(), pl.col("unit"),
              pl.lit("kWh, t.km, kg")),
        fault("TL237", "year", pl.col("data_year").is_null(), pl.col("year"), pl.lit("2022")),
        fault("TL238", "source", pl.col("source").is_null(), pl.lit(""), pl.lit("source")),
    ):  # fmt: skip
        told = told.with_columns(faults)
    return told


def _region(text: str) -> str:
    return {"global": "GLO", "GLOBAL": "GLO", "UK": "GB"}.get(text, text)


def _unit(text: str) -> tuple[str, Fraction] | None:
    plain = text.removeprefix("kg-CO2e/").removeprefix("kg/")
    return words.canonical(UNITS.get(plain, UNITS.get(plain.casefold(), plain)))


def _valued(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the values per unit of the house; the uncertainty is ± percent of the CO2e."""
    parts = []
    for (scale,), here in rows.group_by("scale", maintain_order=True):
        per = 1 / Fraction(str(scale)) if scale else Fraction(1)
        parts.append(
            here.with_columns(decimals.scaled(here[name], per).alias(name) for name in AMOUNTS[:-1])
        )
    found = pl.concat(parts) if parts else rows
    co2e = pl.coalesce("ar5", "ar4")
    share = pl.col("uncertainty").cast(pl.Float64, strict=False) / 100
    number = co2e.cast(pl.Float64, strict=False)
    return found.with_columns(
        co2e_published=co2e,
        gwp_set=pl.when(pl.col("ar5").is_not_null()).then(pl.lit("AR5")).otherwise(pl.lit("AR4")),
        lower=(number * (1 - share)).clip(0).round_sig_figs(12).cast(pl.String),
        upper=(number * (1 + share)).round_sig_figs(12).cast(pl.String),
        distribution=pl.when(share.is_not_null()).then(pl.lit("normal")),
        form=pl.lit("scalar"),
        numerator=pl.lit("kg"),
        denominator=pl.col("unit_here"),
        status=pl.lit("peer"),
        valid_from=pl.format("{}-01-01", "data_year"),
        source_id=pl.concat_str(
            pl.lit("oefdb-"),
            pl.concat_str("source", "dataset", "year", separator="-", ignore_nulls=True)
            .str.to_lowercase()
            .str.replace_all(r"[^a-z0-9]+", "-"),
        ),
        clause=pl.format("{}: {}", "id", pl.col("name").fill_null("")),
        derivation=pl.when(pl.col("scale") != "1").then(pl.format("published per {}", "unit")),
        note=pl.when(pl.col("quality").is_not_null()).then(
            pl.format("data quality flags: {}", "quality")
        ),
    )


def _pack() -> dict[str, str]:
    return {
        "pack_id": "oefdb",
        "semver": "1.0.0",
        "title": "Open Emission Factors Database",
        "title_zh": "开放排放因子数据库（OEFDB）",
        "licence": "CC-BY-SA-4.0",
        "attribution": "Climatiq, Open Emission Factors DB (CC BY-SA 4.0)",
    }


def _sources(rows: pl.DataFrame) -> list[dict[str, str]]:
    told = rows.unique("source_id", keep="first", maintain_order=True)
    return [
        {
            "source_id": row["source_id"] or "oefdb",
            "title": row["dataset"] or row["source"] or "",
            "publisher": row["source"] or "",
            "doc_no": row["link"] or "",
            "published": "",
            "licence": "CC-BY-SA-4.0",
            "redistribution": "share_alike",
            "attribution": "Climatiq, Open Emission Factors DB (CC BY-SA 4.0)",
        }
        for row in told.iter_rows(named=True)
    ]
