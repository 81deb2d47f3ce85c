"""Packs of factors, read once, checked against their schema and hashed over canonical bytes.

A pack is a folder of ``data/``: ``pack.toml`` (identity and licence), ``source.csv`` (documents),
``factor.csv`` (schema ``factor``) and, where it names vehicles, ``vehicles.csv``: one row there is
one vehicle class with its energy curve, which becomes a factor of boundary ``energy``.
"""

from __future__ import annotations

import csv
import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import polars as pl

from tanlu.errors import TanluError
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.resources.abc import Traversable

Row = dict[str, str]

IDENTITY = (
    *("activity", "vehicle_class", "energy_carrier", "temperature_class", "technology", "place"),
    *("valid_from", "data_year", "boundary", "method", "form", "numerator", "denominator"),
    *("source_id", "substance"),
)
# facets of later editions of the schema: they enter an identity only where they are told, so that
# the identities of earlier packs stand
LATER = ("material", "axis", "heat_basis")


@dataclass(frozen=True, slots=True)
class Pack:
    """One hashed set of factors with its licence."""

    pack_id: str
    semver: str
    title: str
    title_zh: str
    licence: str
    attribution: str
    hash: str


@dataclass(frozen=True, eq=False)
class Library:
    """All loaded packs: their factors (schema ``factor``), sources, vehicle names and one hash."""

    packs: tuple[Pack, ...]
    factors: pl.DataFrame
    sources: pl.DataFrame
    documents: dict[str, Row]
    vehicles: pl.DataFrame
    fuels: tuple[tuple[tuple[str, str], ...], ...]
    rows: tuple[tuple[tuple[str, str], ...], ...]
    hash: str


@cache
def library() -> Library:
    """Give the built-in packs, loaded once.

    Raises
    ------
    TanluError
        TL202 when a row of a pack breaks a rule of the library.
    """
    folder = resources.files("tanlu.factors").joinpath("data")
    homes = sorted((each for each in folder.iterdir() if each.is_dir()), key=lambda each: each.name)
    return load(homes)


def load(homes: Iterable[Traversable]) -> Library:
    """Give the library made of these pack folders; raise TL202 for a row that breaks a rule."""
    packs: list[Pack] = []
    rows: list[Row] = []
    sources: list[Row] = []
    vehicles: list[Row] = []
    fuels: list[Row] = []
    for home in homes:
        packs.append(_pack(home))
        sources += _read(home, "source.csv")
        fuels += _read(home, "fuels.csv")
        named = _read(home, "vehicles.csv")
        vehicles += named
        rows += [_identified(row) for row in _read(home, "factor.csv")]
        rows += [_identified(_curve(row)) for row in named if row["mj_empty"]]
    rows.sort(key=lambda row: row["factor_id"])
    _check(rows, {row["source_id"] for row in sources})
    digest = hashlib.sha256("\n".join(sorted(pack.hash for pack in packs)).encode()).hexdigest()
    return Library(
        packs=tuple(packs),
        factors=_table(rows),
        sources=pl.DataFrame(sources),
        documents={row["source_id"]: row for row in sources},
        vehicles=pl.DataFrame(vehicles),
        fuels=tuple(tuple(row.items()) for row in fuels),
        rows=tuple(tuple(row.items()) for row in rows),
        hash=digest,
    )


def classes(kept: Library | None = None) -> pl.DataFrame:
    """Give the vehicle, vessel and hub classes: class, kind, en, zh, size, capacity_t, carriers."""
    table = (kept or library()).vehicles
    return (
        table.group_by("class", maintain_order=True)
        .agg(
            pl.col("kind", "en", "zh", "size", "capacity_t").first(),
            pl.col("carrier").unique().sort().str.join(";").alias("carriers"),
        )
        .sort("kind", "class")
    )


def canonical(row: Row) -> bytes:
    """Give the bytes over which a factor is hashed: its filled columns in schema order."""
    filled = (f"{name}={row[name]}" for name in schema("factor").names if row.get(name))
    return "\x1f".join(filled).encode()


def _pack(home: Traversable) -> Pack:
    meta = tomllib.loads(home.joinpath("pack.toml").read_text(encoding="utf-8"))
    digest = hashlib.sha256()
    for name in ("source.csv", "factor.csv", "vehicles.csv", "fuels.csv"):
        for row in _read(home, name):
            filled = sorted((key, value) for key, value in row.items() if value)
            digest.update("\x1f".join(f"{key}={value}" for key, value in filled).encode())
            digest.update(b"\x1e")
    return Pack(**meta, hash=digest.hexdigest())


def _read(home: Traversable, name: str) -> list[Row]:
    file = home.joinpath(name)
    if not file.is_file():
        return []
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def _curve(row: Row) -> Row:
    """Give the energy curve of a row of ``vehicles.csv`` as a row of schema ``factor``."""
    scalar = row["form"] == "scalar"
    return {
        "activity": row["kind"],
        "vehicle_class": row["class"],
        "energy_carrier": row["carrier"],
        "temperature_class": row["temperature"],
        "place": row["place"],
        "origin": row.get("origin") or "",
        "valid_from": f"{row['year']}-01-01",
        "data_year": row["year"],
        "boundary": "energy",
        "form": row["form"],
        "numerator": "MJ",
        "denominator": row["per"],
        "value": row["mj_empty"] if scalar else "",
        "value_empty": "" if scalar else row["mj_empty"],
        "value_full": "" if scalar else row["mj_full"],
        "capacity_t": row["capacity_t"],
        "load_default": row["load"],
        "empty_default": row["empty"],
        "gsd": row["gsd"],
        "pedigree": row["pedigree"],
        "distance_basis": row["distance_basis"],
        "status": row["status"],
        "derivation": row["derivation"],
        "source_id": row["source_id"],
        "clause": row["clause"],
    }


def _identified(row: Row) -> Row:
    later = "".join(f"|{name}={row[name]}" for name in LATER if row.get(name))
    text = "|".join(row.get(name, "") for name in IDENTITY) + later
    return {**row, "factor_id": hashlib.sha256(text.encode()).hexdigest()[:16]}


def _check(rows: list[Row], sources: set[str]) -> None:
    """Raise TL202 for the first row without a source, with a double identity or without a value."""
    seen: set[str] = set()
    for row in rows:
        said = f"{row['activity']} {row.get('vehicle_class', '')} {row.get('energy_carrier', '')}"
        if row["factor_id"] in seen:
            raise TanluError("TL202", value=said, why="two rows have the same identity")
        seen.add(row["factor_id"])
        if row["source_id"] not in sources:
            raise TanluError("TL202", value=said, why=f"unknown source {row['source_id']}")
        filled = (
            "value",
            "value_empty",
            "points",
            "co2_fossil",
            "co2_bio",
            "co2e_published",
            "ch4_fossil",
            "n2o",
        )
        if not any(row.get(name) for name in filled):
            raise TanluError("TL202", value=said, why="no value")


def _table(rows: list[Row]) -> pl.DataFrame:
    shape = schema("factor")
    text = pl.DataFrame(
        [{name: row.get(name) or None for name in shape.names} for row in rows],
        schema=dict.fromkeys(shape.names, pl.String),
    )
    typed = text.with_columns(
        pl.col(column.name).str.to_date("%Y-%m-%d")
        if column.type == "date"
        else pl.col(column.name).cast(pl.Int64)
        for column in shape.columns
        if column.type in {"date", "int64"}
    )
    return shape.check(typed)
