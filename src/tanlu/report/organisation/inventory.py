"""The inventory of an organisation: ISO 14064-1:2018 clause 9.3 and the GHG Protocol, as facts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account import spec
from tanlu.account.doubt import told
from tanlu.account.market import instruments
from tanlu.factors import Library
from tanlu.factors.packs import library_of
from tanlu.report import numbers
from tanlu.report.doubt import doubt
from tanlu.report.items.totals import unquantified, within
from tanlu.report.organisation import complete
from tanlu.report.organisation.boundary import Boundary, read
from tanlu.report.organisation.lines import NEEDED, lines, market_lines
from tanlu.report.organisation.national import beside
from tanlu.report.organisation.sections import lay_out
from tanlu.report.organisation.sums import amount, counted, cut, gases, text, tiers
from tanlu.report.organisation.tree import decimal, standings
from tanlu.report.organisation.years import base_year, by_scope
from tanlu.report.words import Words
from tanlu.terms import VERSION, Document, time

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["organisation"]

RULES_VERSION = 1
TOP, TOP_STRANGERS = 200, 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for."""

    period: str | None
    span: tuple[int, int] | None
    language: str
    profile: str
    as_of: int | None

    @property
    def chinese(self) -> bool:
        """Whether the words are Chinese."""
        return self.language.startswith("zh")


def organisation(
    workspace: Any,
    period: str | None = None,
    boundary: Boundary | Path | None = None,
    *,
    language: str = "en",
    profile: str = "ghg_protocol",
    approach: str | None = None,
    as_of: int | None = None,
    pinned: Mapping[str, str] | None = None,
) -> Document:
    """Give the inventory of an organisation for a period.

    Parameters
    ----------
    workspace
        What ``tanlu.store.open_workspace`` gives.
    period
        ``2026``, ``2026-Q3``, ``2026-10`` or ``a/b`` in the boundary's zone; all time without one.
    boundary
        What ``read`` gives, or its file; ``organisation.toml`` of the workspace without one.
    language
        ``en`` or ``zh``.
    profile
        Whose emissions.
    approach
        Another approach than the file's.
    as_of
        Ledger version; the newest without one.
    pinned
        What an edition pins of itself, ``edition`` and ``code_version``, in place of what is now.

    Returns
    -------
    Document
        ``facts`` holds every figure, amounts as decimal strings [kg].

    Raises
    ------
    TanluError
        TL112 for the period; as ``read`` for the boundary.

    References
    ----------
    ISO 14064-1:2018 clause 9.3; GHG Protocol Corporate Standard chapter 9, Scope 2 Guidance
    chapter 7, Corporate Value Chain Standard chapter 11.
    """
    if not isinstance(boundary, Boundary):
        boundary = read(boundary or Path(workspace.path), approach=approach)
    span = None if period is None else time.period(period, boundary.zone)
    asked = Asked(period, span, language, profile, as_of)
    facts, location = _facts(workspace, boundary, asked)
    words = Words(language)
    words.learn(location["place"])
    words.hear(workspace.scan("finding", as_of=as_of))
    library = library_of(workspace, as_of=as_of, profile=profile)
    sure = doubt(counted(location), (), amount="counted_ug", library=library, words=words)
    facts["doubt"] = sure.facts
    facts |= pinned or {}
    sections = lay_out(words, facts, sure.sections)
    name = boundary.name_zh if words.language == "zh" else boundary.name
    title = f"{words('title.organisation')} · {name}"
    return Document(title, words.language, sections, facts)


def _facts(workspace: Any, boundary: Boundary, asked: Asked) -> tuple[dict[str, Any], pl.DataFrame]:
    span, as_of, profile, language = asked.span, asked.as_of, asked.profile, asked.language
    location = lines(workspace, boundary, profile=profile, span=span, as_of=as_of, columns=NEEDED)
    market = market_lines(
        workspace, boundary, profile=profile, span=span, as_of=as_of, columns=NEEDED
    )
    library = library_of(workspace, as_of=as_of, profile=profile)
    location = told(workspace, location, as_of=as_of)
    market = None if market is None else told(workspace, market, as_of=as_of)
    activities = within(workspace.scan("activity", as_of=as_of), span)
    emissions = within(workspace.scan("emission", as_of=as_of), span)
    missing = unquantified(activities, emissions.filter(pl.col("profile") == profile))
    categories = complete.statement(location, boundary, language)
    rest = _outside(location)
    rows_ug = (
        emissions.filter((pl.col("profile") == profile) & (pl.col("basis") != "market"))
        .select(pl.col("co2e_ug").cast(pl.Int128).sum())
        .collect(engine="streaming")
        .item()
    )
    base = base_year(
        workspace, boundary, by_scope(location, market), profile=profile, language=language,
        as_of=as_of,
    )  # fmt: skip
    found = [
        *complete.findings(categories, rest["unassigned"], language),
        *complete.overlapping(activities, language),
        *complete.measured_twice(activities, language),
        *complete.impossible(activities, library, language),
        # an older version had other instruments: what was said of those stands in its findings
        *(complete.unused(instruments(Path(workspace.path)), language) if as_of is None else ()),
    ]
    if base and base["message"]:
        found.append({"code": "TL816", "count": 1, "message": base["message"]})
    facts = {
        **_identity(workspace, boundary, location, asked),
        **_totals(location, market, library),
        "entities": _entities(boundary, location, market, asked),
        "categories": categories,
        **_cuts(location, boundary.zone, library),
        "gases": gases(location),
        "tiers": tiers(location),
        "all_rows_kg": text(int(rows_ug or 0)),
        "outside": rest,
        "strangers": _strangers(location),
        "eliminated": _eliminated(location),
        "dual": _dual(location, market),
        "base_year": base,
        "national": beside(workspace, boundary, location, span=span, as_of=as_of),
        "unquantified": _unquantified(activities, missing),
        "findings": found,
    }
    return facts, location


def _identity(
    workspace: Any, boundary: Boundary, location: pl.DataFrame, asked: Asked
) -> dict[str, Any]:
    version = int(workspace.version if asked.as_of is None else asked.as_of)
    editions = workspace.editions()
    names = [row["edition"] for row in editions.iter_rows(named=True) if row["version"] == version]
    chinese = asked.chinese
    first, last = asked.span or (location["start"].min(), location["end"].max())
    zone = boundary.zone
    return {
        "report": "organisation",
        "language": asked.language,
        "standards": ["ISO 14064-1:2018", "GHG Protocol Corporate Standard (2004)",
                      "GHG Protocol Corporate Value Chain (Scope 3) Standard (2011)"],
        "name": boundary.name_zh if chinese else boundary.name,
        "approach": boundary.approach,
        "boundary_hash": boundary.sha256,
        "rules_version": RULES_VERSION,
        "profile": asked.profile,
        "gwp_sets": sorted(location["gwp_set"].unique().to_list()),
        "period": {"text": asked.period, "start_us": first, "end_us": last, "zone": zone},
        "ledger_version": version,
        "edition": str(names[-1]) if names else None,
        "spec_hash": spec().sha256,
        "code_version": VERSION,
        "significance": {
            "threshold_percent": numbers.plain(boundary.significance_percent),
            "criteria": boundary.significance_zh if chinese else boundary.significance,
        },
        "exclusions": [
            {"scope": each.scope, "category": each.category, "kind": each.kind,
             "entity": each.entity, "reason": each.reason_zh if chinese else each.reason}
            for each in boundary.exclusions
        ],
    }  # fmt: skip


def _totals(
    location: pl.DataFrame, market: pl.DataFrame | None, library: Library
) -> dict[str, Any]:
    total = amount(location)
    scopes = [
        {"basis": "location" if row["scope"] == 2 else "none", **row}
        for row in cut(location, ["scope"], total, library)
    ]
    facts: dict[str, Any] = {
        "co2e_location_kg": text(total),
        "co2e_market_kg": None,
        "has_market": market is not None,
        "rows": counted(location).height,
    }
    whole = cut(location.with_columns(pl.lit(value=True).alias("_all")), ["_all"], total, library)
    for name in ("lower_kg", "upper_kg", "primary_percent"):
        facts[name] = whole[0][name] if whole else "0"
    if market is not None:
        facts["co2e_market_kg"] = text(amount(market))
        twins = cut(market.filter(pl.col("scope") == 2), ["scope"], amount(market), library)
        scopes += [{"basis": "market", **row} for row in twins]
    facts["scopes"] = sorted(scopes, key=lambda row: (row["scope"], row["basis"]))
    bio = {row["scope"]: row["mass_kg"] for row in gases(location) if row["gas"] == "CO2_bio"}
    facts["co2_bio_kg"] = {str(scope): mass for scope, mass in bio.items()}
    return facts


def _entities(
    boundary: Boundary, location: pl.DataFrame, market: pl.DataFrame | None, asked: Asked
) -> list[dict[str, Any]]:
    keys = ["entity", "scope"]
    width = pl.col("counted_ug").cast(pl.Int128).sum()
    sums = {row[:2]: row[2] for row in location.group_by(keys).agg(width).iter_rows()}
    twins: dict[tuple[Any, ...], int] = {}
    if market is not None:
        twins = {row[:2]: row[2] for row in market.group_by(keys).agg(width).iter_rows()}
    stand = standings(boundary)
    return [
        {
            "entity": each.id,
            "name": each.name_zh if asked.chinese else each.name,
            "parent": each.parent,
            "relation": stand[each.id].relation,
            "share": decimal(stand[each.id].share),
            "equity": decimal(stand[each.id].equity),
            "scope_1_kg": text(sums.get((each.id, 1))),
            "scope_2_location_kg": text(sums.get((each.id, 2))),
            "scope_2_market_kg": text(twins.get((each.id, 2))),
            "scope_3_kg": text(sums.get((each.id, 3))),
        }
        for each in boundary.entities
    ]


def _cuts(location: pl.DataFrame, zone: str, library: Library) -> dict[str, Any]:
    total = amount(location)
    month = (
        pl.from_epoch("start", time_unit="us").dt.replace_time_zone("UTC")
        .dt.convert_time_zone(zone).dt.strftime("%Y-%m").alias("month")
    )  # fmt: skip
    dated = location.with_columns(month)
    by_site = sorted(
        cut(dated, ["site", "scope"], total, library), key=lambda row: -Decimal(row["co2e_kg"])
    )
    return {
        "by_category": cut(dated, ["scope", "category"], total, library),
        "by_iso_category": cut(dated, ["iso_category"], total, library),
        "by_kind": cut(dated, ["scope", "category", "kind"], total, library),
        "by_site": by_site[:TOP],
        # what the list of the largest leaves out, so that it still adds up
        "by_site_rest": {
            "rows": len(by_site[TOP:]),
            "co2e_kg": numbers.plain(
                sum((Decimal(r["co2e_kg"]) for r in by_site[TOP:]), Decimal(0))
            ),
        },
        "by_month": cut(dated, ["month", "scope"], total, library),
        "by_relation": cut(dated, ["entity", "scope", "category"], total, library),
    }


def _sum(rows: pl.DataFrame, column: str) -> dict[str, Any]:
    return {
        "co2e_kg": text(int(rows[column].cast(pl.Int128).sum() or 0)),
        "rows": rows.height,
        "activities": rows["activity_id"].n_unique(),
    }


def _outside(location: pl.DataFrame) -> dict[str, Any]:
    """Give what stands outside the inventory by why: nothing of a ledger is dropped."""
    return {
        name: _sum(location.filter(pl.col("standing") == name), "outside_ug")
        for name in ("outside", "unassigned", "excluded", "avoided")
    }


def _strangers(location: pl.DataFrame) -> list[dict[str, Any]]:
    """Give the parties of what is unassigned, the largest first: names to add or to mend."""
    amounts = pl.col("outside_ug").cast(pl.Int128).sum()
    table = (
        location.filter(pl.col("standing") == "unassigned")
        .group_by("operator", "payer")
        .agg(amounts, pl.col("activity_id").n_unique().cast(pl.Int64).alias("activities"))
        .sort("outside_ug", "operator", "payer", descending=[True, False, False], nulls_last=True)
        .head(TOP_STRANGERS)
    )
    return [
        {"operator": who, "payer": pays, "co2e_kg": text(sum_ug), "activities": count}
        for who, pays, sum_ug, count in table.iter_rows()
    ]


def _eliminated(location: pl.DataFrame) -> list[dict[str, Any]]:
    """Give what was taken out because the group counts it already, by payer and operator."""
    out = location.filter(pl.col("standing") == "eliminated")
    named = (
        counted(location)
        .join(out.select("emission_id"), on="emission_id", how="semi")
        .sort("emission_id", "counted_ug", "entity", descending=[False, True, False])
        .unique("emission_id", keep="first", maintain_order=True)
        .select("emission_id", counted_at="entity", counted_scope="scope")
    )
    table = (
        out.join(named, on="emission_id", how="left")
        .group_by("entity", "category", "counted_at", "counted_scope", "eliminated")
        .agg(
            pl.col("eliminated_ug").cast(pl.Int128).sum(),
            pl.col("activity_id").n_unique().cast(pl.Int64).alias("activities"),
        )
        .sort("entity", "category", "counted_at", "counted_scope", nulls_last=True)
    )
    return [
        {
            "entity": row["entity"], "category": row["category"], "counted_at": row["counted_at"],
            "counted_scope": row["counted_scope"], "code": row["eliminated"],
            "co2e_kg": text(row["eliminated_ug"]), "activities": row["activities"],
        }
        for row in table.iter_rows(named=True)
    ]  # fmt: skip


def _dual(location: pl.DataFrame, market: pl.DataFrame | None) -> list[dict[str, Any]]:
    """Give scope 2 on both bases by entity and kind; market is null where nobody knows it."""
    keys = ["entity", "kind"]
    width = pl.col("counted_ug").cast(pl.Int128).sum()
    here = location.filter(pl.col("scope") == 2).group_by(keys).agg(width.alias("location_ug"))
    if market is None:
        there = here.select(*keys).with_columns(pl.lit(None, pl.Int128).alias("market_ug"))
    else:
        there = market.filter(pl.col("scope") == 2).group_by(keys).agg(width.alias("market_ug"))
    table = here.join(there, on=keys, how="full", coalesce=True, nulls_equal=True).sort(keys)
    return [
        {"entity": entity, "kind": kind, "location_kg": text(one), "market_kg": text(two)}
        for entity, kind, one, two in table.select(*keys, "location_ug", "market_ug").iter_rows()
    ]


def _unquantified(activities: pl.LazyFrame, missing: pl.DataFrame) -> dict[str, Any]:
    count = activities.select(pl.len().cast(pl.Int64)).collect(engine="streaming").item()
    rows = int(missing["activities"].sum() or 0)
    return {
        "activities": rows,
        "of_activities": count,
        "share_percent": numbers.plain(numbers.share(rows, count)),
        "by_kind": [
            {"kind": kind, "activities": number}
            for kind, number in missing.select("kind", "activities").iter_rows()
        ],
    }
