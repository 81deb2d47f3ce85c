"""How complete an inventory is: each of the fifteen categories is told of, none is a silent zero.

ISO 14064-1:2018 5.2 and 9.3.1 ask for the significance of what is left out and its reason.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.market import Instruments
from tanlu.errors import say
from tanlu.report import numbers
from tanlu.report.organisation.lines import meets
from tanlu.report.organisation.scopes import CATEGORIES
from tanlu.report.organisation.sums import counted, text

if TYPE_CHECKING:
    from tanlu.factors import Library
    from tanlu.report.organisation.boundary import Boundary

__all__ = [
    "findings",
    "impossible",
    "measured_twice",
    "overlapping",
    "statement",
    "unused",
]

MISSING, PARTLY, OVERLAP, UNASSIGNED = "TL812", "TL815", "TL814", "TL811"
# what tells of an activity whether it can have been
LOADED = ("activity_id", "kind", "vehicle_class", "vehicle", "start", "end", "origin",
          "destination", "mass_mg", "load_ppm", "distance_m", "count", "volume_ml", "teu_milli",
          "source_sha256", "source_line")  # fmt: skip
UPSTREAM = ("wtt", "upstream", "t_and_d", "wtt_t_and_d", "wtw")


def statement(lines: pl.DataFrame, boundary: Boundary, language: str) -> list[dict[str, Any]]:
    """Give for each category: status, amount, reason.

    ``status`` is quantified, partly, excluded, absent (declared not to occur) or missing: *partly*
    where something of it is excluded, or energy has no row of its upstream (category 3). What the
    group hauls for itself alone is quantified, and zero. ``excluded_kg`` is what of it is left out;
    ``significant``: amount or what is left out is at or above the boundary's share of the total of
    both (ISO 14064-1:2018 5.2.3); ``without_upstream`` counts activities whose energy has no row of
    its upstream.
    """
    chinese = language.startswith("zh")
    rows = lines.filter(pl.col("category").is_not_null())
    stood = rows.filter(pl.col("standing").is_in(["counted", "eliminated"]))
    sums = _sums(stood, "counted_ug")
    out = _sums(rows.filter(pl.col("standing") == "excluded"), "outside_ug")
    total = int(counted(lines)["counted_ug"].cast(pl.Int128).sum() or 0) + sum(out.values())
    left_out = _reasons(boundary, chinese=chinese)
    hit = _reasons_by_line(rows, boundary, chinese=chinese)
    absent = {number: zh if chinese else en for number, en, zh in boundary.absent}
    bare = without_upstream(lines)
    made = []
    for number in CATEGORIES:
        status, reason = "missing", None
        if number in sums:
            status = "partly" if number in out or (number == 3 and bare) else "quantified"
            reason = hit.get(number)
        elif number in out or number in left_out:
            status, reason = "excluded", left_out.get(number) or hit.get(number)
        elif number in absent:
            status, reason = "absent", absent[number]
        amount = sums.get(number, 0) + out.get(number, 0)
        share = numbers.plain(numbers.share(int(sums.get(number, 0)), total - sum(out.values())))
        weight = Decimal(numbers.plain(numbers.share(int(amount), total)))
        made.append({
            "category": number, "status": status, "co2e_kg": text(sums.get(number)),
            "share_percent": share, "reason": reason, "excluded_kg": text(out.get(number)),
            "without_upstream": bare if number == 3 else 0,
            "significant": bool(amount) and weight >= boundary.significance_percent,
        })  # fmt: skip
    return made


def _sums(rows: pl.DataFrame, column: str) -> dict[int, int]:
    return dict(rows.group_by("category").agg(pl.col(column).cast(pl.Int128).sum()).rows())


def _reasons(boundary: Boundary, *, chinese: bool) -> dict[int, str]:
    """Give why a category is left out as a whole, by the boundary's own word."""
    return {
        each.category: each.reason_zh if chinese else each.reason
        for each in boundary.exclusions
        if each.category and each.kind is None and each.entity is None and each.scope in (None, 3)
    }


def _reasons_by_line(rows: pl.DataFrame, boundary: Boundary, *, chinese: bool) -> dict[int, str]:
    """Give why lines of a category are left out, by the exclusions that meet one."""
    out = rows.filter(pl.col("standing") == "excluded")
    found: dict[int, list[str]] = {}
    for each in boundary.exclusions:
        if each.scope not in (None, 3):
            continue
        reason = each.reason_zh if chinese else each.reason
        for number in out.filter(meets(each))["category"].unique().sort():
            found.setdefault(number, []).append(reason)
    return {number: "; ".join(dict.fromkeys(reasons)) for number, reasons in found.items()}


def without_upstream(lines: pl.DataFrame) -> int:
    """Give how many activities use fuel or power of scopes 1 and 2 without an upstream row."""
    keys = ["activity_id", "share_key"]
    energy = pl.col("kind").str.contains(r"^(energy|transport|hub|ict)(\.|$)")
    direct = pl.col("scope").is_in([1, 2]) & (pl.col("counted_ug") > 0)
    burnt = counted(lines).filter(direct & energy)
    above = lines.filter(pl.col("boundary").is_in(UPSTREAM))
    return int(
        burnt.select(keys).unique().join(above, on=keys, how="anti", nulls_equal=True).height
    )


def overlapping(activities: pl.LazyFrame, language: str) -> list[dict[str, Any]]:
    """Give a finding for each meter whose bills overlap in time: the same energy counted twice.

    A meter is told by site or subject, place, operator, kind, carrier and label ``meter``. Times
    of lower precision than a day overlap like others.
    """
    keys = ["kind", "energy_carrier", "operator", "place", "subject", "_meter"]
    rows = (
        activities.filter(
            pl.col("kind").str.starts_with("energy.") & pl.col("round").is_null()
            & pl.col("operation").is_null() & pl.col("vehicle").is_null()
        )
        .with_columns(pl.col("labels").str.json_path_match("$.meter").alias("_meter"))
        .filter(pl.col("_meter").is_not_null() | pl.col("subject").str.starts_with("site:"))
        .select(*keys, "activity_id", "start", "end")
        .sort(*keys, "start", "end", "activity_id")
        .with_columns(pl.col("end").shift(1).cum_max().over(keys).alias("_before"))
        .filter(pl.col("start") < pl.col("_before"))
        .group_by(keys, maintain_order=True)
        .agg(pl.len().cast(pl.Int64).alias("count"), pl.col("activity_id").first())
        .collect(engine="streaming")
    )  # fmt: skip
    return [
        {
            "code": OVERLAP, "count": row["count"],
            "message": say(OVERLAP, language=language, value=row["activity_id"],
                           why=row["_meter"] or row["subject"] or row["place"] or row["kind"]),
        }
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip


def measured_twice(activities: pl.LazyFrame, language: str) -> list[dict[str, Any]]:
    """Give a finding for each stack whose gas and whose fuel are both booked: count one of them.

    The upstream of the fuel counts either way.
    """
    from tanlu.account.measured import counted_twice

    told = activities.filter(pl.col("subject").str.starts_with("stack:"))
    rows = told.select("kind", "subject", "start", "end").collect(engine="streaming")
    return [
        {
            "code": row["code"], "count": row["count"],
            "message": say(row["code"], language=language, value=row["subject"]),
        }
        for row in counted_twice(rows).iter_rows(named=True)
    ]  # fmt: skip


def impossible(activities: pl.LazyFrame, library: Library, language: str) -> list[dict[str, Any]]:
    """Give how many activities are loaded beyond their class (TL550) or below nothing (TL551)."""
    from tanlu.account.allocation import suspects

    rows = activities.select(LOADED).filter(
        pl.col("kind").str.starts_with("transport.")
        | (pl.min_horizontal("mass_mg", "distance_m", "count", "volume_ml", "teu_milli") < 0)
    )
    found = suspects(rows.collect(engine="streaming"), library)
    return [
        {
            "code": code, "count": part.height,
            "message": say(code, language=language,
                           value=f"{part['value'][0]} ({part['subject'][0]})"),
        }
        for code in ("TL550", "TL551")
        if (part := found.filter(code=code)).height
    ]  # fmt: skip


def findings(
    categories: list[dict[str, Any]], unassigned: dict[str, Any], language: str
) -> list[dict[str, Any]]:
    """Give what is not complete, each with its code: categories that miss, rows of nobody."""
    missing = [str(each["category"]) for each in categories if each["status"] == "missing"]
    bare = sum(each["without_upstream"] for each in categories if each["status"] != "excluded")
    found = []
    if missing:
        told = say(MISSING, language=language, value=", ".join(missing))
        found.append({"code": MISSING, "count": len(missing), "message": told})
    if bare:
        told = say(PARTLY, language=language, value=bare)
        found.append({"code": PARTLY, "count": bare, "message": told})
    if unassigned["activities"]:
        told = say(UNASSIGNED, language=language, value=unassigned["activities"],
                   why=unassigned["co2e_kg"])  # fmt: skip
        found.append({"code": UNASSIGNED, "count": unassigned["activities"], "message": told})
    return found


def unused(held: Instruments, language: str) -> list[dict[str, Any]]:
    """Give the certificates and contracts that count nowhere: the market basis lacks them."""
    return [
        {
            "code": each.code, "count": 1,
            "message": say(each.code, language=language, value=each.instrument_id, why=each.why),
        }
        for each in held.refused
    ]  # fmt: skip
