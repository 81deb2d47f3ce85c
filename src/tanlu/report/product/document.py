"""The product footprint report: ISO 14067:2018 clause 7, GB/T 24067-2024, from one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.account.lifecycle import System, footprint, missing
from tanlu.errors import TanluError
from tanlu.factors.packs import library_of
from tanlu.report.items.sources import sources
from tanlu.report.product import ledger
from tanlu.report.product.facts import findings_of, kg, rated, sheet
from tanlu.report.product.many import many
from tanlu.report.product.reuse import reuse
from tanlu.report.product.sections import lay_out
from tanlu.report.words import Words
from tanlu.terms import VERSION, Document, schema, time

if TYPE_CHECKING:
    import polars as pl

    from tanlu.factors import Library

__all__ = ["product"]

STANDARDS = ("ISO 14067:2018", "GB/T 24067-2024")
LOGISTICS = ("warehousing", "trunk", "delivery", "returns")
GWP = "AR6"


def product(
    asked: System | str | None,
    workspace: Any = None,
    *,
    by: str = "parcel",
    period: str | None = None,
    language: str = "en",
    as_of: int | None = None,
    profile: str | None = None,
    library: Library | None = None,
    overhead: str | None = None,
) -> Document:
    """Give the footprint sheet of a product.

    Parameters
    ----------
    asked
        A product system (`tanlu.account.lifecycle.read_system`); a subject of the ledger such as
        ``waybill:T1``, a shipment or consignment; or None for all orders, parcels or SKUs.
    workspace
        What `tanlu.store.open_workspace` gives; a system needs one only for its own subject.
    by
        order, parcel, consignment or sku: what a row is when nothing is asked for by name.
    period
        As for `tanlu.report.transport`; a system has its own.
    language
        ``en`` or ``zh``.
    as_of, profile
        Ledger version, and rules where the ledger holds several.
    library
        Factors of a system; those of the workspace, else the built-in ones.
    overhead
        mass or count: share among the keys of ``by`` what the period emitted for all of them.

    Returns
    -------
    Document
        ``facts`` holds every figure: stages, contributions, interval, primary share, DQR, box,
        what is in and out; amounts as decimal strings [kg].

    Raises
    ------
    TanluError
        TL806 for a subject of which nothing is recorded, TL801 for several profiles, TL817 for a
        system whose subject is shared by no units, TL525 to TL534 for a system that cannot be
        computed, TL502 for another word of ``by``.

    References
    ----------
    ISO 14067:2018 6.3, 6.4, 7; GB/T 24067-2024; IPCC 2006 Guidelines vol. 1 ch. 3 (interval).
    """
    words = Words(language)
    if asked is None:
        return many(
            workspace, words, by=by, period=period, as_of=as_of, profile=profile, weight=overhead
        )
    if isinstance(asked, System):
        facts = _of_system(asked, workspace, words, as_of=as_of, profile=profile, library=library)
    else:
        facts = _of_subject(asked, workspace, words, (period, as_of, profile), share=(by, overhead))
    name = facts["name"] or facts["product"]
    title = f"{words('product.title')} · {name}"
    return Document(title, words.language, lay_out(words, facts), facts)


def _of_system(
    system: System, workspace: Any, words: Words, *, as_of: int | None, profile: str | None,
    library: Library | None,
) -> dict[str, Any]:  # fmt: skip
    about = system.about
    chosen = profile or "iso14067"
    kept = library
    if kept is None and workspace is not None:
        kept = library_of(workspace, as_of=as_of, profile=chosen)
    done = footprint(system, library=kept, profile=chosen, gwp_set=GWP)
    rows = done.rows.join(
        system.processes.select("process", words.language), on="process", how="left"
    )
    rows = rows.with_columns(_called(rows)).select(ledger.COLUMNS)
    findings = done.findings
    told = about.get("ledger") or {}
    if told:
        more = _logistics(told, workspace, as_of, profile)
        findings = _without(findings, more)
        both = sorted(set(more["stage"].drop_nulls()) & set(rows["stage"]))
        rows = _concat(rows, more)
    else:
        both = []
    unit, functional = about.get("unit", {}), about.get("functional", {})
    facts = {
        "product": str(about["id"]),
        "name": (about.get("name") or {}).get(words.language),
        "declared_unit": unit.get(words.language) or unit.get("amount"),
        "functional_unit": functional.get(words.language),
        "note": (about.get("note") or {}).get(words.language),
        "period": {"text": about["period"], "start_us": about["start"], "end_us": about["end"],
                   "zone": about["zone"]},
        "profile": chosen, "ledger": told, "counted_twice": both,
        "cut_off": {k: str(v) for k, v in zip(("each", "total"), done.limits, strict=True)},
        "left_out": [
            {"line": row["line"], "reason": row["left_out"], "co2e_kg": kg(row["co2e_ug"]),
             "share_percent": f"{row['share'] * 100:.4f}"}
            for row in done.left_out.iter_rows(named=True)
        ],
        "box": reuse(system, library=kept, profile=chosen, gwp=GWP),
        "said": _said(system, words.language),
    }  # fmt: skip
    facts |= _common(words, rows, about.get("excluded", {}), findings, profile=chosen, kept=kept)
    called = {row["line"]: row["text"] for row in facts["said"]}
    for row in facts["contributions"]:
        row["text"] = called.get(row["line"])
    return facts


def _of_subject(
    subject: str,
    workspace: Any,
    words: Words,
    state: tuple[str | None, int | None, str | None],
    *,
    share: tuple[str, str | None],
) -> dict[str, Any]:
    period, as_of, profile = state
    zone = str(workspace.zone)
    span = None if period is None else time.period(period, zone)
    table, chosen, ground = ledger.of_ledger(workspace, span, as_of=as_of, profile=profile)
    own = ledger.of_subject(table, subject, share[0])
    common = ledger.of_all(table, subject, *share)
    rows = _concat(own, common)
    facts: dict[str, Any] = {
        "product": subject, "name": None, "declared_unit": subject, "functional_unit": None,
        "note": None,
        "period": {"text": period, "start_us": (span or (None, None))[0],
                   "end_us": (span or (None, None))[1], "zone": zone},
        "profile": chosen, "basis": ground, "ledger": {"subject": subject, "overhead": share[1]},
        "counted_twice": _twice(own, common),
        "cut_off": {}, "left_out": [], "box": {}, "said": [],
        "ledger_version": int(workspace.version if as_of is None else as_of),
    }  # fmt: skip
    kept = library_of(workspace, as_of=as_of, profile=chosen)
    gaps = _gaps(rows, subject, share[1], common)
    return facts | _common(words, rows, {}, gaps, profile=chosen, kept=kept)


def _common(
    words: Words,
    rows: pl.DataFrame,
    excluded: dict[str, Any],
    findings: pl.DataFrame,
    *,
    profile: str,
    kept: Library | None,
) -> dict[str, Any]:
    from tanlu.factors import library

    books = kept or library()
    facts = sheet(rated(rows, books), excluded)
    return {
        "report": "product", "language": words.language,
        "standard": list(STANDARDS) if profile == "iso14067" else [],
        "code_version": VERSION, "offsets": "none", **facts,
        "findings": findings_of(findings, words.language), **sources(facts["factors"], books),
    }  # fmt: skip


def _logistics(
    told: dict[str, Any], workspace: Any, as_of: int | None, profile: str | None
) -> pl.DataFrame:
    """Give what the ledger knows of the way of one declared unit, by the stages asked for."""
    import polars as pl

    if workspace is None or "subject" not in told:
        raise TanluError("TL806", value=told.get("subject", "ledger"))
    table, _, _ = ledger.of_ledger(workspace, None, as_of=as_of, profile=profile)
    rows = ledger.shared(
        ledger.of_subject(table, str(told["subject"]), str(told.get("by", "parcel"))),
        int(told.get("units", 1)),
    )
    wanted = list(told.get("stages", LOGISTICS))
    return rows.filter(pl.col("stage").is_in(wanted))


def _gaps(
    rows: pl.DataFrame, subject: str, weight: str | None, common: pl.DataFrame
) -> pl.DataFrame:
    """Give the stages without data, and that nothing was shared though it was asked for."""
    import polars as pl

    found = missing(rows, {"id": subject})
    if weight is None or common.height:
        return found
    lone = {"finding_id": f"TL818|{subject}", "code": "TL818", "severity": "warning", "count": 1,
            "subject": f"product:{subject}", "value": weight}  # fmt: skip
    return pl.concat([found, schema("finding").fit(pl.DataFrame([lone]))])


def _twice(own: pl.DataFrame, common: pl.DataFrame) -> list[str]:
    """Give the stages in which work at a hub is modelled and its energy is shared out beside."""
    hubs = own.filter(own["kind"].str.starts_with("hub."))["stage"].drop_nulls()
    energy = common.filter(common["kind"].str.starts_with("energy."))["stage"].drop_nulls()
    return sorted(set(hubs) & set(energy))


def _concat(rows: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return pl.concat([rows, more.select(rows.columns)], how="vertical_relaxed")


def _without(findings: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """Give the findings without those on stages that the ledger knows."""
    import polars as pl

    known = more["stage"].drop_nulls().unique().implode()
    gone = (pl.col("code") == "TL529") & pl.col("value").is_in(known)
    return findings.filter(~gone.fill_null(value=False))


def _called(rows: pl.DataFrame) -> pl.Expr:
    import polars as pl

    name = "zh" if "zh" in rows.columns else "en"
    return pl.coalesce(name, "process").alias("process")


def _said(system: System, language: str) -> list[dict[str, Any]]:
    """Give what each line is said to rest on."""
    import polars as pl

    source = "source_zh" if language == "zh" else "source"
    columns = ("line", "process", "data", source, language)
    both = [table.select(columns) for table in (system.lines, system.flows)]
    return [
        {"line": row["line"], "data": row["data"], "source": row[source], "text": row[language]}
        for row in pl.concat(both).sort("process", "line").iter_rows(named=True)
    ]
