"""The indicators of a period: values as facts, a table for the whole and one for each cut."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from tanlu.report.indicators.sums import ACTIVITY_KEYS, ALL, LABEL, of_activities, of_emissions
from tanlu.report.items.totals import one_sum, within
from tanlu.report.numbers import plain, quotient
from tanlu.report.words import Words
from tanlu.terms import Document, Section, time

if TYPE_CHECKING:
    import polars as pl

__all__ = ["indicators"]

TOP = 30
# numerator and denominator in the unit of the indicator: powers of ten of the kept sums
SCALES = {"order_g": -6, "parcel_g": -6, "tkm_g": 0}
# sums by which the known part is a share; a share of emissions, or of rows
WHOLE = {
    "order_g": ("order_num", "all_ug"), "parcel_g": ("parcel_num", "all_ug"),
    "tkm_g": ("tkm_num", "all_ug"), "primary": ("all_ug", "all_ug"),
    "nev_co2e": ("nev_co2e_den", "road_ug"), "nev_tkm": ("nev_tkm_cov", "road_ug"),
    "nev_km": ("nev_km_cov", "road_rows"), "renewable": ("renewable_cov", "power_rows"),
    "green_pack": ("green_pack_cov", "pack_rows"), "empty_run": ("empty_cov", "road_rows"),
    "load": ("load_cov", "road_rows"),
}  # fmt: skip
SUMS = {
    "order_g": ("order_num", "order_den"), "parcel_g": ("parcel_num", "parcel_den"),
    "tkm_g": ("tkm_num", "tkm_den"), "primary": ("primary_num", "all_ug"),
    "empty_run": ("empty_num", "empty_den"),
}  # fmt: skip
PPM = frozenset({"empty_run", "load"})


@cache
def definitions() -> tuple[dict[str, str], ...]:
    """Give the table of indicators: unit, names, formula, numerator, denominator, known part."""
    table = resources.files("tanlu.report.indicators").joinpath("indicators.csv")
    return tuple(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))


def indicators(
    workspace: Any,
    period: str | None = None,
    *,
    by: Iterable[str] = (),
    cost: Decimal | None = None,
    currency: str = "CNY",
    language: str = "en",
    as_of: int | None = None,
    profile: str | None = None,
    basis: str | None = None,
    lines: pl.DataFrame | None = None,
) -> Document:
    """Give the indicators of a period, for the whole and by each key.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    period, as_of, profile, basis, language
        As for `transport`.
    by
        Keys such as ``kind``, ``stage``, ``payer``, ``place``, ``lane``, ``label:park``; of lines
        also ``scope``, ``category``, ``entity``, ``site``.
    cost, currency
        What accounting for the period cost; no cost per 10,000 t without.
    lines
        Of an inventory, in place of the emissions of the period.

    Returns
    -------
    Document
        ``facts["indicators"]``: for each ``by`` and ``key`` the ``indicator``, ``value``,
        ``numerator``, ``denominator``, ``known_percent`` (decimal texts) and ``unit``. A value
        that the data do not allow is null, never 0.

    Raises
    ------
    TanluError
        TL801 for a sum across profiles or bases, TL803 for an unknown key.
    """
    zone = str(workspace.zone)
    span = None if period is None else time.period(period, zone)
    rows, chosen = _rows(workspace, span, as_of, (profile, basis), lines)
    activities = within(workspace.scan("activity", as_of=as_of), span)
    found: list[dict[str, Any]] = []
    for key in (ALL, *dict.fromkeys(by)):
        table = of_emissions(rows, key, zone).head(TOP)
        found += _facts(key, table.to_dicts(), "emission")
        if key in (ALL, *ACTIVITY_KEYS) or key.startswith(LABEL):
            told = of_activities(activities, key, zone)
            # the largest emitters are cut by, and where nothing is quantified all that is told
            if table.height:
                told = told.join(table.select("key"), on="key", how="semi", nulls_equal=True)
            found += _facts(key, told.head(TOP).to_dicts(), "activity")
    total = next((f["all"] for f in found if f["by"] is None and f["indicator"] == "primary"), None)
    found.append(_cost(cost, total, currency))
    facts = {
        "report": "indicators", "language": language, "profile": chosen,
        "period": {"text": period, "start_us": span[0] if span else None,
                   "end_us": span[1] if span else None, "zone": zone},
        "ledger_version": int(workspace.version if as_of is None else as_of),
        "edition": None,
        "indicators": [{k: v for k, v in fact.items() if k != "all"} for fact in found],
    }  # fmt: skip
    return _document(Words(language), facts)


def _rows(
    workspace: Any,
    span: tuple[int, int] | None,
    as_of: int | None,
    rule: tuple[str | None, str | None],
    lines: pl.DataFrame | None,
) -> tuple[pl.LazyFrame, str]:
    import polars as pl

    if lines is not None:
        names = ", ".join(sorted(lines["profile"].unique().to_list()))
        return lines.lazy().filter(pl.col("standing") == "counted"), names
    emissions, chosen, _ = one_sum(within(workspace.scan("emission", as_of=as_of), span), *rule)
    return emissions, chosen


def _facts(key: str, table: list[dict[str, Any]], of: str) -> list[dict[str, Any]]:
    """Give the facts of each row of sums; a key without any denominator gives nulls."""
    named = [told for told in definitions() if told["of"] == of]
    return [
        {
            "by": None if key == ALL else key,
            "key": row["key"],
            "indicator": told["indicator"],
            **_value(told["indicator"], told["unit"], row),
            "all": row.get("all_ug"),
        }
        for row in table
        for told in named
    ]


def _value(name: str, unit: str, row: Mapping[str, Any]) -> dict[str, Any]:
    names = SUMS.get(name, (f"{name}_num", f"{name}_den"))
    top, bottom, part, whole = _of(row, (*names, *WHOLE[name]))
    allowed = bool(bottom) and bool(part) and top is not None
    value = None
    if allowed:
        scaled = Decimal(int(top)).scaleb(SCALES.get(name, 0) - 6 * (name in PPM))
        value = quotient(scaled * (100 if unit == "%" else 1), Decimal(int(bottom)), 6)
    share = quotient(Decimal(int(part or 0)) * 100, Decimal(int(whole)), 4) if whole else None
    return {
        "value": None if value is None else plain(value),
        "numerator": str(int(top)) if allowed else None,
        "denominator": str(int(bottom)) if allowed else None,
        "known_percent": plain(share) if share is not None else None,
        "unit": unit,
    }


def _of(row: Mapping[str, Any], names: tuple[str, ...]) -> list[Any]:
    return [row.get(name) for name in names]


def _cost(cost: Decimal | None, total_ug: int | None, currency: str) -> dict[str, Any]:
    """Give the cost of accounting per 10,000 t: 1e16 µg are as many."""
    size = Decimal(int(total_ug)).scaleb(-16) if total_ug else None
    value = None if cost is None or size is None else quotient(cost, size, 6)
    return {
        "by": None, "key": None, "indicator": "cost",
        "value": None if value is None else plain(value),
        "numerator": None if cost is None else plain(cost),
        "denominator": None if size is None else plain(size),
        "known_percent": None, "unit": f"{currency}/10,000 t",
    }  # fmt: skip


def _document(words: Words, facts: dict[str, Any]) -> Document:
    told = {row["indicator"]: row for row in definitions()}
    whole = [fact for fact in facts["indicators"] if fact["by"] is None]
    lead = words(
        "indicators.lead", period=facts["period"]["text"] or words("all_time"),
        profile=words.profile(facts["profile"]), version=facts["ledger_version"],
    )  # fmt: skip
    figures = tuple(
        (told[fact["indicator"]][words.language], _short(fact["value"]), fact["unit"])
        for fact in whole
        if fact["value"] is not None
    )
    keys = list(dict.fromkeys(f["by"] for f in facts["indicators"] if f["by"]))
    sections = [
        Section(words("title.indicators"), lead, figures),
        _table(words, words("indicators.all"), whole, told),
        *(
            _crossed(words, key, [f for f in facts["indicators"] if f["by"] == key], told)
            for key in keys
        ),
        _defined(words),
    ]  # fmt: skip
    return Document(words("title.indicators"), words.language, tuple(sections), facts)


def _short(value: str | None) -> str:
    return "–" if value is None else f"{Decimal(value):,.4g}" if len(value) < 8 else (
        f"{Decimal(value):,.2f}"
    )  # fmt: skip


def _table(
    words: Words, title: str, found: list[dict[str, Any]], told: Mapping[str, Any]
) -> Section:
    columns = (words("column.indicator"), words("column.value"), words("column.unit"),
               words("column.known"))  # fmt: skip
    rows = tuple(
        (
            told[fact["indicator"]][words.language], _dec(fact["value"]), fact["unit"],
            _dec(fact["known_percent"]),
        )
        for fact in found
    )  # fmt: skip
    return Section(title, "", (), columns, rows)


def _crossed(
    words: Words, key: str, found: list[dict[str, Any]], told: Mapping[str, Any]
) -> Section:
    """Give a row for each value of a key and a column for each indicator that it allows."""
    cells = {(f["key"], f["indicator"]): f["value"] for f in found if f["value"] is not None}
    held = {name for _, name in cells}
    names = [name for name in told if name in held]
    values = list(dict.fromkeys(value for value, _ in cells))
    columns = (words.key(key), *(
        f"{told[name][words.language]} [{told[name]['unit']}]" for name in names
    ))  # fmt: skip
    rows = tuple(
        (_named(words, key, value), *(_dec(cells.get((value, name))) for name in names))
        for value in values
    )
    title = words("indicators.by", key=words.key(key))
    return Section(title, "", (), columns if rows else (), rows)


def _dec(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _named(words: Words, key: str, value: str | None) -> str:
    if value is None:
        return words("none")
    return words.kind(value) if key == "kind" else words.maybe(key, value)


def _defined(words: Words) -> Section:
    tongue = words.language
    columns = (words("column.indicator"), words("column.formula"), words("column.known_of"),
               words("column.source"))  # fmt: skip
    rows = tuple(
        (row[tongue], row[f"formula_{tongue}"], row[f"known_{tongue}"], row["source"])
        for row in definitions()
    )
    return Section(words("indicators.defined"), "", (), columns, rows)
