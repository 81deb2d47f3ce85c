"""The transport report: the reporting items of ISO 14083:2023 clause 13, from one workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanlu.account import in_force, overrides, spec
from tanlu.errors import say
from tanlu.factors.packs import library_of
from tanlu.report import numbers
from tanlu.report.items.conform import declaration
from tanlu.report.items.interval import span
from tanlu.report.items.sections import lay_out
from tanlu.report.items.sources import sources
from tanlu.report.items.totals import (
    Tally,
    beyond,
    of_transport,
    one_sum,
    tally,
    unquantified,
    within,
)
from tanlu.report.items.view import View
from tanlu.report.words import Words
from tanlu.terms import VERSION, Document, time

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tanlu.factors import Library

__all__ = ["transport"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, and the state of the ledger that answers."""

    period: str | None
    span: tuple[int, int] | None
    zone: str
    version: int
    edition: str | None
    profile: str
    basis: str


def transport(
    workspace: Any,
    period: str | None = None,
    *,
    by: tuple[str, ...] = ("kind",),
    language: str = "en",
    as_of: int | None = None,
    profile: str | None = None,
    basis: str | None = None,
    pinned: Mapping[str, str] | None = None,
) -> Document:
    """Give the transport report of a period: total, modes, quality, lanes, declaration.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    period
        ``2026``, ``2026-Q3``, ``2026-10``, ``2026-10-05`` or ``a/b`` in the workspace's zone; an
        activity belongs to the period in which it starts. All time without one.
    by
        Further cuts, each a column such as ``payer``, ``vehicle_class``, ``month``, ``lane``.
    language
        ``en`` or ``zh``.
    as_of
        Ledger version; the newest without one.
    profile, basis
        Which to sum where the ledger holds several.
    pinned
        What an edition pins of itself, ``edition`` and ``code_version``, in place of what is now.

    Returns
    -------
    Document
        ``facts`` holds every figure, amounts as decimal strings [kg, t, t·km].

    Raises
    ------
    TanluError
        TL801 for a sum across profiles or bases, TL803 for an unknown key of ``by``.

    References
    ----------
    ISO 14083:2023 clause 13; IPCC 2006 Guidelines vol. 1 ch. 3 (interval).
    """
    zone = str(workspace.zone)
    span = None if period is None else time.period(period, zone)
    rows = within(workspace.scan("emission", as_of=as_of), span)
    summed, chosen, ground = one_sum(rows, profile, basis)
    recorded = within(workspace.scan("activity", as_of=as_of), span)
    covered = recorded.filter(~beyond(chosen))
    emissions, activities = (each.filter(of_transport(each)) for each in (summed, covered))
    version = int(workspace.version if as_of is None else as_of)
    asked = Asked(period, span, zone, version, _edition(workspace, version), chosen, ground)
    sums = tally(emissions, zone, tuple(key for key in by if key != "kind"))
    missing = unquantified(activities, emissions)
    library = library_of(workspace, as_of=as_of, profile=chosen)
    facts = {
        **_identity(asked, sums, language),
        **_decided(workspace, chosen, as_of),
        **_totals(sums, library),
        "elsewhere": _elsewhere(summed, covered),
        "unquantified": {
            **_missing(workspace, as_of, language, (activities, missing), chosen),
            "outside_profile": _count(recorded.filter(beyond(chosen))),
        },
    }
    facts |= sources(facts["factors"], library)
    facts["declaration"] = declaration(facts, span)
    facts |= pinned or {}
    words = Words(language)
    words.learn(sums.codes_of_places())
    words.hear(workspace.scan("finding", as_of=as_of))
    document = lay_out(View(words, facts, sums, missing))
    return Document(
        f"{words('title.transport')} · {words.profile(chosen)}", words.language, document, facts
    )


def _decided(workspace: Any, profile: str, as_of: int | None) -> dict[str, Any]:
    """Give the decisions on chains behind the emissions, and whether others are made since."""
    used = in_force(workspace, profile=profile, as_of=as_of).sha256
    changed = as_of is None and overrides(workspace.path).sha256 != used
    return {"chains_hash": used or None, "chains_changed": changed}


def _edition(workspace: Any, version: int) -> str | None:
    names = [
        row["edition"]
        for row in workspace.editions().iter_rows(named=True)
        if row["version"] == version
    ]
    return str(names[-1]) if names else None


def _identity(asked: Asked, sums: Tally, language: str) -> dict[str, Any]:
    head = sums.head.row(0, named=True)
    start, end = asked.span or (head["first"], head["last"])
    return {
        "report": "transport",
        "language": language,
        "standard": "ISO 14083:2023",
        "profile": asked.profile,
        "basis": asked.basis,
        "gwp_sets": list(head["gwp_sets"] or []),
        "boundaries": list(head["boundaries"] or []),
        "period": {"text": asked.period, "start_us": start, "end_us": end, "zone": asked.zone},
        "ledger_version": asked.version,
        "edition": asked.edition,
        "spec_hash": spec().sha256,
        "code_version": VERSION,
        "rows": head["rows"],
        "wtt_rows": head["wtt_rows"],
        "legs": head["legs"] or 0,
        "legs_without_mass": head["no_mass"],
    }


def _text(value: Any) -> str | None:
    return None if value is None else numbers.plain(value)


def _totals(sums: Tally, library: Library) -> dict[str, Any]:
    head = sums.head.row(0, named=True)
    total, ttw = int(head["co2e_ug"] or 0), int(head["ttw_ug"] or 0)
    lower, upper = span(sums.kinds, library)
    activity = int(head["transport_kgm"] or 0)
    gases = {
        name.removesuffix("_ug"): _text(numbers.kilograms(int(head[name] or 0)))
        for name in head
        if name.endswith("_ug") and name not in ("co2e_ug", "ttw_ug")
    }
    return {
        "co2e_wtw_kg": _text(numbers.kilograms(total)),
        "co2e_ttw_kg": _text(numbers.kilograms(ttw)),
        "co2e_wtt_kg": _text(numbers.kilograms(total - ttw)),
        "lower_kg": _text(numbers.kilograms(lower)),
        "upper_kg": _text(numbers.kilograms(upper)),
        "co2_bio_kg": gases["co2_bio"],
        "gases_kg": gases,
        "transport_tkm": _text(numbers.tkm(activity)),
        "intensity_g_per_tkm": _text(per_tkm(total, activity)),
        "modes": cut(sums.kinds, "kind", total, library),
        "tiers": cut(sums.kinds, "tier", total, library),
        "distances": _distances(sums.daf),
        "assumptions": [
            {"code": code, "co2e_kg": _text(numbers.kilograms(amount)), "legs": legs}
            for code, amount, legs in sums.codes.select("code", "co2e_ug", "legs").iter_rows()
        ],
        "factors": [
            {"factor_id": name, "gwp_set": gwp, "co2e_kg": _text(numbers.kilograms(amount))}
            for name, gwp, amount in sums.factors.select(
                "factor_id", "gwp_set", "co2e_ug"
            ).iter_rows()
        ],
        "by": {key: cut(table, key, total) for key, table in sums.by},
    }


def per_tkm(co2e_ug: int, transport_kgm: int) -> Any:
    """Give the intensity [g/t·km] of sums: Σ emissions over Σ transport activity."""
    return numbers.quotient(numbers.exact(co2e_ug, 6), numbers.exact(transport_kgm, 6))


def cut(
    table: pl.DataFrame, key: str, total_ug: int, library: Library | None = None
) -> list[dict[str, Any]]:
    """Give the sums of a table by one key, largest first, as facts with decimal strings."""
    import polars as pl

    names = ["co2e_ug", "ttw_ug", "transport_kgm", "mass_mg", "legs"]
    summed = table.group_by(key).agg(pl.col(names).sum())
    measured = {}
    if "tier" in table.columns:
        primary = table.filter(pl.col("tier") == "measured")
        measured = dict(primary.group_by(key).agg(pl.col("co2e_ug").sum()).iter_rows())
    rows = []
    for row in summed.sort("co2e_ug", key, descending=[True, False]).iter_rows(named=True):
        amount, ttw = int(row["co2e_ug"]), int(row["ttw_ug"])
        fact = {
            key: row[key] if row[key] is None else str(row[key]),
            "co2e_wtw_kg": _text(numbers.kilograms(amount)),
            "co2e_ttw_kg": _text(numbers.kilograms(ttw)),
            "co2e_wtt_kg": _text(numbers.kilograms(amount - ttw)),
            "share_percent": _text(numbers.share(amount, total_ug)),
            "transport_tkm": _text(numbers.tkm(int(row["transport_kgm"]))),
            "mass_t": _text(numbers.exact(int(row["mass_mg"]), 9)),
            "intensity_g_per_tkm": _text(per_tkm(amount, int(row["transport_kgm"]))),
            "legs": row["legs"],
        }
        if "factor_id" in table.columns:
            same = pl.col(key).is_null() if row[key] is None else pl.col(key) == row[key]
            lower, upper = span(table.filter(same), library)
            fact["lower_kg"] = _text(numbers.kilograms(lower))
            fact["upper_kg"] = _text(numbers.kilograms(upper))
            fact["measured_percent"] = _text(numbers.share(measured.get(row[key], 0), amount))
        rows.append(fact)
    return rows


def _distances(daf: pl.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "kind": row["kind"],
            "distance_type": row["distance_type"],
            "legs": row["legs"],
            "transport_tkm": _text(numbers.tkm(int(row["transport_kgm"]))),
            **{name: _float(row[name]) for name in ("daf_min", "daf_mean", "daf_max")},
        }
        for row in daf.iter_rows(named=True)
    ]


def _float(value: float | None) -> str | None:
    # null where no row has one; nan where no transport activity weighs the mean
    return None if value is None or value != value else f"{value:.4f}"  # noqa: PLR0124


def _missing(
    workspace: Any,
    as_of: int | None,
    language: str,
    tables: tuple[pl.LazyFrame, pl.DataFrame],
    profile: str,
) -> dict[str, Any]:
    import polars as pl

    activities, missing = tables

    whole = activities.select(
        pl.len().cast(pl.Int64).alias("rows"), pl.col("mass_mg").cast(pl.Int128).sum()
    ).collect(engine="streaming").row(0, named=True)  # fmt: skip
    rows, mass = int(missing["activities"].sum()), int(missing["mass_mg"].sum() or 0)
    quarantine = workspace.scan("quarantine", as_of=as_of).select(pl.len()).collect().item()
    return {
        "activities": rows,
        "of_activities": whole["rows"],
        "share_percent": _text(numbers.share(rows, whole["rows"])),
        "mass_t": _text(numbers.exact(mass, 9)),
        "mass_share_percent": _text(numbers.share(mass, int(whole["mass_mg"] or 0))),
        "transport_tkm": _text(numbers.tkm(int(missing["transport_kgm"].sum() or 0))),
        "reasons": _reasons(workspace, as_of, language, profile),
        "quarantined": int(quarantine),
    }


def _elsewhere(emissions: pl.LazyFrame, activities: pl.LazyFrame) -> dict[str, Any]:
    """Give what the ledger holds beside transport: the inventory of an organisation shows it."""
    import polars as pl

    other = emissions.filter(~of_transport(emissions)).select(pl.col("co2e_ug").cast(pl.Int128))
    amount = int(other.sum().collect(engine="streaming").item() or 0)
    return {
        "activities": _count(activities.filter(~of_transport(activities))),
        "co2e_kg": _text(numbers.kilograms(amount)),
    }


def _count(rows: pl.LazyFrame) -> int:
    import polars as pl

    return int(rows.select(pl.len()).collect(engine="streaming").item())


def _reasons(
    workspace: Any, as_of: int | None, language: str, profile: str
) -> list[dict[str, Any]]:
    """Give why activities have no emission: each code with its words and how many it concerns."""
    import polars as pl

    found = (
        workspace.scan("finding", as_of=as_of)
        .filter(
            pl.col("subject").str.starts_with("activity:"),
            pl.col("profile").fill_null(profile) == profile,
            pl.col("severity") != "info",
        )
        .group_by("code")
        .agg(pl.col("subject").n_unique().cast(pl.Int64).alias("count"))
        .sort("count", "code", descending=[True, False])
        .collect(engine="streaming")
    )
    return [
        {"code": code, "reason": say(code, language=language, value="…", why="…"), "count": count}
        for code, count in found.iter_rows()
    ]
