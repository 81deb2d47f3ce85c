"""A library that holds nothing but the factors of an example, and activities that use it.

The pack is a folder as ``factors`` reads them; its source begins with ``own``, which goes first in
every profile. An example that prints WTW alone is entered as TTW with a WTT of zero.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterable, Mapping
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from tanlu.factors import Library
from tanlu.factors.packs.load import load
from tanlu.terms import schema

SOURCE = "own-example"
START = int(dt.datetime(2025, 6, 1, tzinfo=dt.UTC).timestamp()) * 1_000_000
LEG: dict[str, Any] = {
    "start": START, "end": START + 1, "zone": "UTC", "precision": "instant", "place": "GB",
    "kind": "transport.road", "vehicle_class": "truck", "energy_carrier": "fuel",
    "distance_type": "actual",
}  # fmt: skip
NO_LEG = {"vehicle_class": None, "mass_mg": None, "distance_m": None, "distance_type": None}
HUB = {"kind": "hub.transshipment", "vehicle_class": "hub", "distance_type": None}
Rows = list[dict[str, str]]


def pair(activity: str, name: str, ttw: Any, wtt: Any = 0, **more: str) -> Rows:
    """A published TTW and WTT [g per t.km unless ``denominator`` says another unit]."""
    said = {
        "activity": activity, "vehicle_class": name, "energy_carrier": "fuel", "place": "GLO",
        "valid_from": "2020-01-01", "data_year": "2020", "form": "scalar", "numerator": "g",
        "denominator": "t.km", "gwp_set": "AR6", "status": "official", "source_id": SOURCE,
        "distance_basis": "actual", **more,
    }  # fmt: skip
    values = {"ttw": ttw, "wtt": wtt}
    return [{**said, "boundary": b, "co2e_published": _text(v)} for b, v in values.items()]


def fuel(name: str, ttw: Any, wtt: Any = 0, **more: str) -> Rows:
    """A fuel by g per MJ."""
    facets = {"energy_carrier": name, "denominator": "MJ", "distance_basis": "", **more}
    return pair("energy.fuel", "", ttw, wtt, **facets)


def grid(g_per_kwh: Any, **more: str) -> Rows:
    """Electricity by g per kWh, generation alone."""
    facets = {"energy_carrier": "electricity", "denominator": "kWh", "distance_basis": ""}
    row = pair("energy.electricity", "", g_per_kwh, **{**facets, "method": "location", **more})[0]
    return [{**row, "boundary": "generation"}]


def shelf(
    home: Path,
    factors: Iterable[Mapping[str, str]],
    heats: Mapping[str, tuple[Any, Any]] | None = None,
    vehicles: Iterable[Mapping[str, str]] = (),
) -> Library:
    """The library of one pack; ``heats`` are MJ/kg and kg/l of fuels."""
    home.mkdir(parents=True, exist_ok=True)
    meta = {"pack_id": home.name, "semver": "1.0.0", "title": "example", "title_zh": "示例"}
    meta |= {"licence": "CC0-1.0", "attribution": "example"}
    told = "".join(f"{name} = {json.dumps(value)}\n" for name, value in meta.items())
    (home / "pack.toml").write_text(told, encoding="utf-8")
    ids = ("source_id", "title", "publisher", "doc_no", "published", "licence", "redistribution")
    _write(home / "source.csv", [dict.fromkeys(ids, "x") | {"source_id": SOURCE}])
    _write(home / "factor.csv", factors)
    _write(home / "vehicles.csv", vehicles)
    burnt = [
        {
            "energy_carrier": name, "place": "GLO", "valid_from": "2020-01-01",
            "mj_per_kg": str(heat), "kg_per_l": str(density), "source_id": SOURCE, "clause": "",
        }
        for name, (heat, density) in (heats or {"fuel": (1, 1)}).items()
    ]  # fmt: skip
    _write(home / "fuels.csv", burnt)
    return load([home])


def curve(name: str, mj_empty: Any, mj_full: Any, capacity_t: Any, **more: str) -> dict[str, str]:
    """A vehicle by MJ per km, empty and full."""
    return {
        "class": name, "kind": "transport.road", "carrier": "fuel", "temperature": "",
        "en": name, "zh": name, "size": "", "form": "linear_load", "per": "km",
        "mj_empty": str(mj_empty), "mj_full": str(mj_full), "capacity_t": str(capacity_t),
        "load": "0.5", "empty": "0", "distance_basis": "actual", "place": "GLO", "year": "2020",
        "status": "official", "gsd": "1.05", "pedigree": "11111", "source_id": SOURCE,
        "clause": "", "derivation": "", **more,
    }  # fmt: skip


def book(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """Activities ``a0, a1, …`` from what differs; t and km may stand for mg and m."""
    full = [_stored({**LEG, "activity_id": f"a{n}", **row}) for n, row in enumerate(rows)]
    types = schema("activity").dtypes()
    names = [name for name in types if any(name in row for row in full)]
    return pl.DataFrame(full, schema={name: types[name] for name in names})


def by_activity(emissions: pl.DataFrame) -> dict[str, int]:
    """WTW [ug] of each activity."""
    summed = emissions.group_by("activity_id").agg(pl.col("co2e_ug").sum())
    return dict(summed.sort("activity_id").iter_rows())


def _text(value: Any) -> str:
    """A number as the library writes it: decimal text of 22 digits."""
    exact = Fraction(value)
    with localcontext(Context(prec=22)):
        return format(Decimal(exact.numerator) / Decimal(exact.denominator), "f")


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    for name, column, scale in (("t", "mass_mg", 10**9), ("km", "distance_m", 1000)):
        if name in row:
            row[column] = round(Fraction(str(row.pop(name))) * scale)
    return row


def _write(file: Path, rows: Iterable[Mapping[str, str]]) -> None:
    listed = list(rows)
    names = list(dict.fromkeys(name for row in listed for name in row))
    if not listed:
        return
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, names, restval="")
        writer.writeheader()
        writer.writerows(listed)
