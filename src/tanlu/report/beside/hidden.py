"""The report of hidden carbon: each gram of waste under one cause, with its cost and its rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl

from tanlu.account.hidden import ORDER, USEFUL, attribute, evidence, worth
from tanlu.report import numbers
from tanlu.report.items.totals import one_sum, within
from tanlu.report.words import Words
from tanlu.terms import VERSION, Chart, Document, Section, time

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["hidden", "hidden_sections"]

READ = (
    *("emission_id", "activity_id", "share_key", "start", "co2e_ug", "energy_j", "labels"),
    *("energy_carrier", "consignor", "payer", "origin", "destination"),
)
# what evidence is read from: a third of the columns of an activity
TOLD = (
    *("activity_id", "kind", "labels", "empty_ppm", "distance_m", "distance_type", "stage"),
    *("chain", "consignment", "leg_no", "place", "origin", "origin_lat_e7", "origin_lon_e7"),
    *("destination_lat_e7", "destination_lon_e7", "source_sha256", "source_line"),
)
MOST = 20
EVIDENCE = 200


def hidden(
    workspace: Any,
    period: str | None = None,
    *,
    on: dt.date | None = None,
    against: Mapping[str, float] | None = None,
    language: str = "en",
    profile: str | None = None,
    basis: str | None = None,
) -> Document:
    """Give the report of carbon that moved nothing in a period.

    Parameters
    ----------
    workspace, period, language, profile, basis
        As for `transport`.
    on
        Day whose prices hold: the last of the period by default.
    against
        Targets that differ from those of the house.

    Returns
    -------
    Document
        ``facts`` holds every figure: causes, brands and lanes in kg and fen, and the activities
        behind each cause.

    Raises
    ------
    TanluError
        TL801 for several profiles or bases, TL502 for a target that is not known.
    """
    zone = str(workspace.zone)
    span = None if period is None else time.period(period, zone)
    rows, chosen, ground = one_sum(within(workspace.scan("emission"), span), profile, basis)
    emissions = rows.select(READ).collect(engine="streaming")
    recorded = within(workspace.scan("activity"), span)
    activities = recorded.select(TOLD).collect(engine="streaming")
    day = on or _last(emissions, span, zone)
    facts, sections = _made(Words(language), activities, emissions, day, against)
    facts = {
        "report": "hidden", "period": period, "profile": chosen, "basis": ground,
        "ledger_version": int(workspace.version), "code_version": VERSION, **facts,
    }  # fmt: skip
    words = Words(language)
    return Document(words("hidden.title"), words.language, sections, facts)


def hidden_sections(
    activities: pl.DataFrame, emissions: pl.DataFrame, on: dt.date, language: str = "en"
) -> tuple[Section, ...]:
    """Give the sections of hidden carbon for another report."""
    return _made(Words(language), activities, emissions, on, None)[1]


def _last(emissions: pl.DataFrame, span: tuple[int, int] | None, zone: str) -> dt.date:
    end = span[1] - 1 if span else emissions["start"].max()
    if not isinstance(end, int):
        return dt.datetime.now(ZoneInfo(zone)).date()
    return dt.datetime.fromtimestamp(end / 1e6, ZoneInfo(zone)).date()


def _made(
    words: Words,
    activities: pl.DataFrame,
    emissions: pl.DataFrame,
    on: dt.date,
    against: Mapping[str, float] | None,
) -> tuple[dict[str, Any], tuple[Section, ...]]:
    found = evidence(activities, against)
    parts = attribute(emissions, found.rows)
    table = worth(parts, emissions, on)
    facts = _facts(table, parts, found.rows)
    facts["findings"] = found.findings.select("code", "subject", "value", "hint").to_dicts()
    return facts, _lay_out(words, facts)


def _facts(table: pl.DataFrame, parts: pl.DataFrame, rows: pl.DataFrame) -> dict[str, Any]:
    total = int(table["co2e_ug"].sum())
    wasted = table.filter(pl.col("cause") != USEFUL)
    waste = int(wasted["co2e_ug"].sum())
    prices = table.select("carbon_price", "energy_price").unique().to_dicts()
    held = prices[0] if prices else {}
    return {
        "co2e_kg": _kg(total),
        "hidden_kg": _kg(waste),
        "hidden_percent": numbers.plain(numbers.share(waste, total)),
        "carbon_fen": _fen(wasted, "carbon"),
        "energy_fen": _fen(wasted, "energy"),
        "prices": {name: text for name, text in held.items() if text},
        "order": list(ORDER),
        "causes": _cut(table, ["cause"], total),
        "brands": _cut(wasted, ["brand", "cause"], total),
        "lanes": _cut(wasted, ["lane", "cause"], total),
        "evidence": _behind(parts, rows),
    }


def _fen(wasted: pl.DataFrame, name: str) -> int | None:
    """Give a cost; nothing, and not zero, where something was wasted before it had a price."""
    priced = wasted[f"{name}_price"].is_not_null().any()
    return int(wasted[f"{name}_fen"].sum() or 0) if priced or not wasted.height else None


def _cut(table: pl.DataFrame, keys: list[str], total: int) -> list[dict[str, Any]]:
    summed = table.group_by(keys).agg(
        pl.col("co2e_ug").sum(),
        *(pl.when(pl.col(n).is_not_null().any()).then(pl.col(n).sum())
          for n in ("carbon_fen", "energy_fen")),
        pl.col("activities").sum(),
    )  # fmt: skip
    ordered = summed.sort(["co2e_ug", *keys], descending=[True, *[False] * len(keys)])
    return [
        {
            **{key: row[key] for key in keys},
            "co2e_kg": _kg(int(row["co2e_ug"])),
            "share_percent": numbers.plain(numbers.share(int(row["co2e_ug"]), total)),
            "carbon_fen": row["carbon_fen"], "energy_fen": row["energy_fen"],
            "activities": row["activities"],
        }
        for row in ordered.iter_rows(named=True)
    ]  # fmt: skip


def _behind(parts: pl.DataFrame, rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Give the activities behind each cause, the largest first."""
    summed = parts.group_by("activity_id", "cause").agg(
        pl.col("co2e_ug").cast(pl.Int128).sum().alias("co2e_ug")
    )
    joined = rows.join(summed, on=["activity_id", "cause"], how="inner")
    largest = joined.sort("co2e_ug", "activity_id", "cause", descending=[True, False, False])
    return [
        {"activity_id": row["activity_id"], "cause": row["cause"],
         "told": f"{row['told']:g}", "wasted_ppm": row["wasted_ppm"],
         "co2e_kg": _kg(int(row["co2e_ug"]))}
        for row in largest.head(EVIDENCE).iter_rows(named=True)
    ]  # fmt: skip


def _kg(amount: int) -> str:
    return numbers.plain(numbers.exact(amount, 9))


def _lay_out(w: Words, facts: dict[str, Any]) -> tuple[Section, ...]:
    cost, energy = (
        "–" if facts[name] is None else f"{facts[name] / 100:,.2f}"
        for name in ("carbon_fen", "energy_fen")
    )
    head = Section(
        w("hidden.title"), w("hidden.lead", order=" → ".join(_cause(w, c) for c in ORDER)),
        ((w("hidden.total"), facts["co2e_kg"], "kg CO₂e"),
         (w("hidden.waste"), facts["hidden_kg"], "kg CO₂e"),
         (w("hidden.share"), facts["hidden_percent"], "%"),
         (w("hidden.carbon_cost"), cost, "CNY"), (w("hidden.energy_cost"), energy, "CNY")),
    )  # fmt: skip
    chart = Chart(
        "bar", w("hidden.causes"), "kg CO₂e", tuple(_cause(w, r["cause"]) for r in facts["causes"]),
        ((w("hidden.causes"), tuple(float(row["co2e_kg"]) for row in facts["causes"])),),
    )  # fmt: skip
    tables = [_table(w, facts, name, chart if name == "causes" else None)
              for name in ("causes", "brands", "lanes")]  # fmt: skip
    rows = tuple(
        (row["activity_id"], _cause(w, row["cause"]), row["told"], row["wasted_ppm"] / 1e4,
         Decimal(row["co2e_kg"]))
        for row in facts["evidence"]
    )  # fmt: skip
    columns = (w("hidden.activity"), w("hidden.cause"), w("hidden.told"), w("hidden.wasted"),
               w("hidden.kg"))  # fmt: skip
    prices = "; ".join(facts["prices"].values()) if facts["prices"] else "–"
    shown = [*tables, Section(w("hidden.evidence"), "", (), columns, rows), _refused(w, facts)]
    method = Section(w("hidden.method"), w("hidden.text_method", prices=prices))
    return (head, *(section for section in shown if section.rows), method)


def _refused(w: Words, facts: dict[str, Any]) -> Section:
    rows = tuple(
        (row["code"], row["subject"], f"{row['value']}: {row['hint']}")
        for row in facts["findings"][:MOST]
    )
    columns = (w("column.code"), w("column.item"), w("column.reason"))
    text = w("hidden.text_findings", count=len(facts["findings"]))
    return Section(w("shift.findings"), text, (), columns, rows)


def _cause(w: Words, cause: str) -> str:
    return w.maybe("hidden.by", cause)


def _table(w: Words, facts: dict[str, Any], name: str, chart: Chart | None) -> Section:
    key = {"causes": None, "brands": "brand", "lanes": "lane"}[name]
    rows = tuple(
        (
            *(() if key is None else (row[key] or w("none"),)), _cause(w, row["cause"]),
            Decimal(row["co2e_kg"]), Decimal(row["share_percent"]), _yuan(row["carbon_fen"]),
            _yuan(row["energy_fen"]), row["activities"],
        )
        for row in facts[name][:MOST]
    )  # fmt: skip
    first = () if key is None else (w(f"hidden.{key}"),)
    columns = (*first, w("hidden.cause"), w("hidden.kg"), w("column.share"),
               w("hidden.carbon_yuan"), w("hidden.energy_yuan"), w("column.rows"))  # fmt: skip
    return Section(w(f"hidden.{name}"), "", (), columns, rows, chart)


def _yuan(fen: int | None) -> float | None:
    return None if fen is None else fen / 100
