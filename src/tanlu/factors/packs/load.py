"""Packs of factors, read once, checked against their schema and hashed over canonical bytes.

A pack is a folder of ``data/``: ``pack.toml`` (identity and licence), ``source.csv`` (documents),
``factor.csv`` (schema ``factor``) and, where it names vehicles, ``vehicles.csv``: one row there is
one vehicle class with its energy curve, which becomes a factor of boundary ``energy``.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING

import polars as pl

from tanlu.errors import TanluError
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
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


# one of these has a value in every row
TOLD = ("value", "value_empty", "points", "co2_fossil", "co2_bio", "co2e_published", "ch4_fossil",
        "ch4_bio", "n2o")  # fmt: skip
# columns that every row of a table has, empty where its pack leaves them out
COLUMNS = {
    "source": dict.fromkeys(("source_id", "title", "publisher", "doc_no", "published", "licence",
                             "redistribution", "attribution"), ""),
    "vehicles": dict.fromkeys(("class", "kind", "carrier", "temperature", "en", "zh", "size",
                               "capacity_t", "mj_empty"), ""),
    "fuels": dict.fromkeys(("energy_carrier", "place", "valid_from", "mj_per_kg", "kg_per_l",
                            "source_id", "clause"), ""),
}  # fmt: skip
REQUIRED = ("activity", "place", "valid_from", "data_year", "boundary", "form", "numerator",
            "denominator", "status", "source_id")  # fmt: skip
NUMBERS = (*TOLD[:2], "value_full", *TOLD[3:], "lower", "upper", "gsd", "capacity_t",
           "load_default", "empty_default")  # fmt: skip
DATES = ("valid_from", "valid_to", "published")
FORMS = {"scalar", "linear_load", "table", "hourly"}
NUMBER = re.compile(r"[+-]?(\d{1,18}(\.\d{0,24})?|\.\d{1,24})([eE][+-]?\d{1,2})?")
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
YEAR = re.compile(r"(19|20|21)\d\d")
# the tables of a pack, in the order in which they are hashed
TABLES = ("source", "factor", "vehicles", "fuels")


@dataclass(frozen=True, slots=True)
class Pack:
    """One hashed edition of a set of factors with its licence.

    ``supersedes`` names the edition before; ``bulk`` says ``yes`` of a table taken over whole,
    which is counted apart.
    """

    pack_id: str
    semver: str
    title: str
    title_zh: str
    licence: str
    attribution: str
    hash: str
    supersedes: str = ""
    bulk: str = ""
    tables: Mapping[str, tuple[Row, ...]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """Its identity with its edition."""
        return f"{self.pack_id}@{self.semver}"


@dataclass(frozen=True, eq=False)
class Library:
    """All loaded packs: their factors (schema ``factor``), sources, vehicle names and one hash."""

    packs: tuple[Pack, ...]
    sources: pl.DataFrame
    documents: dict[str, Row]
    vehicles: pl.DataFrame
    fuels: tuple[Row, ...]
    rows: tuple[Row, ...]
    hash: str

    @cached_property
    def factors(self) -> pl.DataFrame:
        """The factors as a table of schema ``factor``."""
        return _table(self.rows)

    @cached_property
    def pack_of(self) -> dict[str, str]:
        """The pack of each factor by its identity."""
        return {row["factor_id"]: pack.name for pack in self.packs for row in factors(pack)}


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
    return made_of(_pack(home) for home in homes)


def made_of(packs: Iterable[Pack]) -> Library:
    """Give the library made of these packs, the later before the earlier; raise TL202."""
    held = tuple(packs)
    sources = {row["source_id"]: row for pack in held for row in pack.tables["source"]}
    found: dict[str, Row] = {}
    for pack in held:
        rows = factors(pack)
        _check(rows, set(sources))
        # a later pack that tells the same again holds in the place of the earlier
        found |= {row["factor_id"]: row for row in rows}
    vehicles = [row for pack in held for row in pack.tables["vehicles"]]
    digest = hashlib.sha256("\n".join(sorted(pack.hash for pack in held)).encode()).hexdigest()
    return Library(
        packs=held,
        sources=_texts(list(sources.values())),
        documents=sources,
        vehicles=_texts(vehicles),
        fuels=tuple(row for pack in held for row in pack.tables["fuels"]),
        rows=tuple(sorted(found.values(), key=lambda row: row["factor_id"])),
        hash=digest,
    )


def table_of(kept: Library, pack_id: str) -> pl.DataFrame:
    """Give the factors of one pack of a library, schema ``factor``; none where it lacks it."""
    rows = [row for pack in kept.packs if pack.pack_id == pack_id for row in factors(pack)]
    return _table(rows)


def factors(pack: Pack) -> list[Row]:
    """Give the factors of a pack with their identities; an energy curve of a class is one."""
    named = (_curve(row) for row in pack.tables["vehicles"] if row.get("mj_empty"))
    return [_identified(row) for row in (*pack.tables["factor"], *named)]


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


def pack_of(meta: Mapping[str, str], tables: Mapping[str, Sequence[Row]]) -> Pack:
    """Give a pack of what it says of itself and its tables, hashed over every filled cell."""
    kept = {
        name: tuple({**COLUMNS.get(name, {}), **row} for row in tables.get(name, ()))
        for name in TABLES
    }
    digest = hashlib.sha256()
    for name in TABLES:
        for row in kept[name]:
            filled = sorted((key, value) for key, value in row.items() if value)
            digest.update("\x1f".join(f"{key}={value}" for key, value in filled).encode())
            digest.update(b"\x1e")
    return Pack(**meta, hash=digest.hexdigest(), tables=kept)


def _pack(home: Traversable) -> Pack:
    """Give the pack of a folder; table ``factor`` of pack.toml holds what all its factors share."""
    meta = tomllib.loads(home.joinpath("pack.toml").read_text(encoding="utf-8"))
    shared = meta.pop("factor", {})
    tables = {name: _read(home, f"{name}.csv") for name in TABLES}
    tables["factor"] = [shared | row for row in tables["factor"]]
    return pack_of(meta, tables)


def _read(home: Traversable, name: str) -> list[Row]:
    file, small = home.joinpath(name), home.joinpath(f"{name}.gz")
    if file.is_file():
        text = file.read_text(encoding="utf-8")
    elif small.is_file():  # a bulk table
        text = gzip.decompress(small.read_bytes()).decode()
    else:
        return []
    return list(csv.DictReader(text.splitlines()))


def _texts(rows: Sequence[Row]) -> pl.DataFrame:
    """Give rows as a table of texts, with every column that any of them has."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))


def _curve(row: Row) -> Row:
    """Give the energy curve of a row of ``vehicles.csv`` as a row of schema ``factor``."""
    scalar = row.get("form") == "scalar"
    empty, full = row.get("mj_empty") or "", row.get("mj_full") or ""
    same = ("place", "origin", "form", "capacity_t", "gsd", "pedigree", "distance_basis", "status",
            "derivation", "source_id", "clause")  # fmt: skip
    return {
        **{name: row.get(name) or "" for name in same},
        **{name: row.get(told) or "" for name, told in CURVE.items()},
        "valid_from": f"{row.get('year') or ''}-01-01",
        "boundary": "energy",
        "numerator": "MJ",
        "value": empty if scalar else "",
        "value_empty": "" if scalar else empty,
        "value_full": "" if scalar else full,
    }


# column of a factor -> column of vehicles.csv
CURVE = {
    "activity": "kind", "vehicle_class": "class", "energy_carrier": "carrier",
    "temperature_class": "temperature", "data_year": "year", "denominator": "per",
    "load_default": "load", "empty_default": "empty",
}  # fmt: skip


def _identified(row: Row) -> Row:
    later = "".join(f"|{name}={row[name]}" for name in LATER if row.get(name))
    text = "|".join(row.get(name, "") for name in IDENTITY) + later
    return {**row, "factor_id": hashlib.sha256(text.encode()).hexdigest()[:16]}


def _check(rows: Sequence[Row], sources: set[str]) -> None:
    """Raise TL202 for the first row that breaks a rule: what is told, once, with a source."""
    seen: set[str] = set()
    for row in rows:
        why = _broken(row, sources)
        if row["factor_id"] in seen:
            why = "two rows have the same identity"
        if why:
            told = (row.get("activity"), row.get("vehicle_class"), row.get("energy_carrier"))
            raise TanluError("TL202", value=" ".join(each for each in told if each), why=why)
        seen.add(row["factor_id"])


def _broken(row: Row, sources: set[str]) -> str | None:
    """Give the first rule that a row breaks."""
    for name in REQUIRED:
        if not row.get(name):
            return f"{name} is missing"
    if row["source_id"] not in sources:
        return f"unknown source {row['source_id']}"
    if not any(row.get(name) for name in TOLD):
        return "no value"
    for name in NUMBERS:
        if (told := row.get(name)) and not NUMBER.fullmatch(told):
            return f"{name} is no number: {told[:40]}"
    for name in DATES:
        if (told := row.get(name)) and not DATE.fullmatch(told):
            return f"{name} is no day: {told[:40]}"
    if row["form"] not in FORMS or not YEAR.fullmatch(row["data_year"]):
        return "form or data_year is none of ours"
    if row.get("valid_to") and row["valid_to"] <= row["valid_from"]:
        return f"it ends on {row['valid_to']} before it begins"
    curve = ("value_empty", "value_full", "capacity_t", "load_default", "empty_default")
    if row["form"] == "linear_load" and row["boundary"] == "energy":
        return next((f"{name} is missing" for name in curve if not row.get(name)), None)
    if row["form"] in {"table", "hourly"}:
        return _misplaced(row)
    return None


def _misplaced(row: Row) -> str | None:
    """Give what is wrong with the points of a table."""
    pairs = [point.split(":") for point in row.get("points", "").split(";")]
    if not all(len(pair) == 2 and all(map(NUMBER.fullmatch, pair)) for pair in pairs):
        return "points are not x:y;x:y"
    if not row.get("axis"):
        return "a table needs an axis"
    if row["form"] == "hourly":
        hours = [pair[0] for pair in pairs]
        whole = row["axis"] == "hour" and hours == [str(hour) for hour in range(24)]
        if not whole or float(row.get("value") or 0) == 0:
            return "an hourly value needs the hours 0 to 23 and a mean that is not zero"
    return None


def _table(rows: Sequence[Row]) -> pl.DataFrame:
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
