"""One factor: value per gas, interval, source, licence, versions, and what rests on it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.report import Words as Said
from tanlu.report import scale
from tanlu.terms import Chart
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.views.account.amounts import READERS, profile_of
from tanlu.ui.views.account.factors.index import library, name, value

__all__ = ["VIEWS", "show"]

# what makes two rows one factor at two times
SAME = ("activity", "vehicle_class", "energy_carrier", "temperature_class", "technology",
        "material", "place", "boundary", "method", "source_id")  # fmt: skip
# the same question told by another source or for another year
BESIDE = ("activity", "vehicle_class", "energy_carrier", "temperature_class", "technology",
          "material", "place", "boundary", "denominator")  # fmt: skip
GASES = ("value", "value_empty", "value_full", "co2_fossil", "co2_bio", "ch4_fossil", "ch4_bio",
         "n2o", "co2e_published")  # fmt: skip
FACTS = ("boundary", "method", "form", "substance", "gwp_set", "origin", "valid_from", "valid_to",
         "data_year", "published", "pedigree", "capacity_t", "load_default", "empty_default",
         "distance_basis", "heat_basis", "status", "derivation", "note")  # fmt: skip
MOST = 24


def show(context: Context) -> Shown:
    """Give a factor, or the parts of one that was made up of several; TL931 for none."""
    ids = [each for each in re.split(r"[/+]", context.path("id")) if each]
    kept = library(context)
    rows = {row["factor_id"]: row for row in kept.rows if row["factor_id"] in ids}
    if not rows:
        raise TanluError("TL931", value=context.path("id")[:80])
    said = Said(context.language)
    if len(ids) > 1:
        parts = [_line(context, said, rows[each]) for each in ids if each in rows]
        title = context.words(".parts")
        return Shown("factors/parts.html", {"parts": parts, "id": context.path("id")}, title)
    row = rows[ids[0]]
    document, pack = kept.documents[row["source_id"]], kept.pack_of[row["factor_id"]]
    uses = _uses(context, row["factor_id"])
    chart = _chart(context, uses)
    amount, unit = value(row)
    # a sum is of one profile and one basis
    own = uses.filter(pl.col("profile") == profile_of(context), pl.col("basis") != "market")
    total = int(own["co2e_ug"].sum() or 0)
    model = {
        "row": row, "name": name(said, row), "value": amount, "unit": unit, "pack": pack,
        "ends": _ends(context, row), "place": said.place(row["place"]),
        "gases": [
            (context.words(f".gas.{gas}"), row[gas], f"{row['numerator']}/{row['denominator']}")
            for gas in GASES if row.get(gas)
        ],
        "facts": [(context.words(f".fact.{key}"), context.words.maybe(f"factors.{key}", row[key]))
                  for key in FACTS if row.get(key)],
        "source": _source(context, document, row),
        "versions": [
            _line(context, said, each) for each in _alike(kept.rows, row, SAME)
        ][:MOST],
        "beside": [
            _line(context, said, each) for each in _alike(kept.rows, row, BESIDE)
            if each["factor_id"] != row["factor_id"]
        ][:MOST],
        "total": context.numbers.carbon(total) if total else None,
        "used": context.numbers.count(int(own["rows"].sum() or 0)),
        "why": context.url("factors.why", kind=row["activity"], place=row["place"],
                           day=f"{row['data_year']}-07-01", **{
                               key: row.get(key) or "" for key in (
                                   "vehicle_class", "energy_carrier", "temperature_class",
                                   "technology", "material")}),
    }  # fmt: skip
    charts = {"uses": chart} if chart.categories else {}
    return Shown("factors/one.html", model, f"{model['name']} · {model['place']}", charts=charts)


def _alike(rows: Any, row: Any, names: tuple[str, ...]) -> list[Any]:
    found = [
        each for each in rows
        if all((each.get(key) or "") == (row.get(key) or "") for key in names)
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each["valid_from"], each["source_id"]), reverse=True)


def _line(context: Context, said: Said, row: Any) -> dict[str, Any]:
    amount, unit = value(row)
    return {
        "id": row["factor_id"], "name": name(said, row), "value": amount, "unit": unit,
        "place": said.place(row["place"]), "year": row["data_year"], "source": row["source_id"],
        "valid": f"{row['valid_from']} – {row.get('valid_to') or '…'}", "status": row["status"],
        "href": context.url("factors.one", id=row["factor_id"]),
    }  # fmt: skip


def _ends(context: Context, row: Any) -> str:
    """Give the interval: as published, else of the factor that bounds 95 %."""
    if row.get("lower") and row.get("upper"):
        return f"{row['lower']} – {row['upper']}"
    if row.get("gsd"):
        spread, n = Decimal(row["gsd"]), context.numbers
        if row.get("value") and spread:
            middle = Decimal(row["value"])
            return f"{n.number(middle / spread)} – {n.number(middle * spread)}"
        return context.words(".factor_of", spread=n.number(spread, 2))
    return ""


def _source(context: Context, document: Any, row: Any) -> list[tuple[str, str]]:
    told = {
        "title": document["title"], "publisher": document["publisher"],
        "doc_no": document["doc_no"], "published": document["published"],
        "clause": row.get("clause") or "", "licence": document["licence"],
        "attribution": document["attribution"],
    }  # fmt: skip
    return [(context.words(f".source.{key}"), said) for key, said in told.items() if said]


def _uses(context: Context, factor: str) -> pl.DataFrame:
    """Give how much of the ledger rests on a factor by month: rows and what they sum to."""
    workspace = context.asked.workspace

    def made() -> pl.DataFrame:
        month = (
            pl.from_epoch("start", time_unit="us").dt.replace_time_zone("UTC")
            .dt.convert_time_zone(str(workspace.zone)).dt.strftime("%Y-%m").alias("month")
        )  # fmt: skip
        parts = pl.col("factor_id").str.replace_all("+", "/", literal=True).str.split("/")
        rows = workspace.scan(
            "emission", columns=["factor_id", "profile", "basis", "start", "co2e_ug"]
        )
        sums = (
            rows.filter(pl.col("factor_id").str.contains(factor, literal=True))
            .group_by(month, "profile", "basis", "factor_id")
            .agg(pl.len().alias("rows"), pl.col("co2e_ug").cast(pl.Int128).sum())
            .collect(engine="streaming")
        )
        return (
            sums.filter(parts.list.contains(factor)).group_by("month", "profile", "basis")
            .agg(pl.col("rows", "co2e_ug").sum()).sort("month", "profile", "basis")
        )  # fmt: skip

    return remembered(workspace, ("factor.uses", factor), made, books=True)


def _chart(context: Context, uses: pl.DataFrame) -> Chart:
    unit = scale(max((int(each) for each in uses["co2e_ug"]), default=0))
    said = Said(context.language)
    rows = list(uses.iter_rows(named=True))
    names = tuple(
        f"{row['month']} · {said.profile(row['profile'])}"
        + ("" if row["basis"] == "none" else f" · {said.maybe('basis', row['basis'])}")
        for row in rows
    )
    amounts = tuple(float(unit.of(int(row["co2e_ug"])) or 0) for row in rows)
    return Chart(
        "bar",
        context.words(".uses"),
        f"{unit.unit}CO₂e",
        names,
        ((context.words(".emissions"), amounts),),
    )


VIEWS = (View("factors.one", "/factors/{id:path}", show, roles=READERS, scope="factors:read"),)
