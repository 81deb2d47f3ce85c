"""The calculation sheet in words: one section a leg, readable in a terminal and on paper."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tanlu.errors import say
from tanlu.report import numbers
from tanlu.report.numbers import grouped
from tanlu.report.words import Words
from tanlu.terms import Chart, Document, Section

__all__ = ["explained"]

# boundaries of a transport chain
PAIR = ("ttw", "wtt")


def explained(words: Words, facts: dict[str, Any]) -> Document:
    """Give the document of a sheet's facts."""
    scale = numbers.scale(int(facts["total"]["co2e_ug"]))
    sections = [_head(words, facts, scale)]
    for number, leg in enumerate(facts["legs"], 1):
        sections += [_leg(words, leg, number), _steps(words, leg, number)]
        sections += [_choice(words, leg, number)] if leg["factor"] else []
    if facts["by_market"]:
        sections.append(_bought(words, facts["by_market"]))
    if facts["unquantified"]:
        sections.append(_open(words, facts))
    title = f"{words('title.why')} · {facts['subject']}"
    return Document(title, words.language, tuple(sections), facts)


def _head(w: Words, facts: dict[str, Any], scale: numbers.Scale) -> Section:
    total = facts["total"]

    def shown(key: str) -> str:
        return grouped(scale.of(int(Decimal(total.get(key, "0")).scaleb(9))))

    unit = f"{scale.unit} CO₂e"
    figures = [
        (w("figure.wtw"), shown("co2e_kg"), unit),
        (w("figure.interval"), f"{shown('lower_kg')} – {shown('upper_kg')}", unit),
    ]
    figures += [
        (w.maybe("boundary", boundary) if boundary not in PAIR else w(f"figure.{boundary}"),
         shown(f"{boundary}_kg"), unit)
        for boundary in _boundaries(total)
    ]  # fmt: skip
    if not facts["legs"] and facts["unquantified"]:
        # what was not quantified is not nought
        left = (w("figure.unquantified"), str(len(facts["unquantified"])), w("unit.activities"))
        figures = [left]
    lead = w(
        "why.lead", subject=facts["subject"], legs=len(facts["legs"]),
        profile=w.profile(facts["profile"]), version=facts["ledger"]["version"],
    )  # fmt: skip
    more = facts["activities"]["count"] - facts["activities"]["shown"]
    if more:
        lead += " " + w("why.more", more=f"{more:,}", shown=facts["activities"]["shown"])
    chart = None
    if len(facts["legs"]) > 1:
        names = [f"{i} · {w.kind(leg['kind'])}" for i, leg in enumerate(facts["legs"], 1)]
        chart = Chart(
            "bar", w("section.legs"), unit, tuple(names),
            ((w("boundary.wtw"), tuple(
                float(scale.of(int(leg["co2e_ug"])) or 0) for leg in facts["legs"]
            )),),
        )  # fmt: skip
    return Section(w("title.why"), lead, tuple(figures), chart=chart)


def _boundaries(total: dict[str, Any]) -> tuple[str, ...]:
    """Give the boundaries of a total: the pair of a transport chain, or those of an inventory."""
    told = [key.removesuffix("_kg") for key in total if key.endswith("_kg")]
    others = tuple(name for name in told if name not in {*PAIR, "co2e", "lower", "upper"})
    return others + tuple(name for name in PAIR if name in told) if others else PAIR


def _leg(w: Words, leg: dict[str, Any], number: int) -> Section:
    amount = numbers.scale(int(leg["co2e_ug"]))
    items: list[tuple[str, object]] = [
        (w("why.amount"), f"{grouped(amount.of(int(leg['co2e_ug'])))} {amount.unit} CO₂e"),
        (w("column.mode"), w.kind(leg["kind"])),
        (w("key.vehicle_class"), leg["vehicle_class"]),
        (w("key.energy_carrier"), leg["energy_carrier"]),
        (w("column.lane"), _lane(w, leg)),
        (w("item.period"), _when(leg)),
        (w("column.mass"), _of(leg["mass_mg"], 9)),
        (w("why.distance"), _distance(w, leg)),
        (w("column.tkm"), _of(leg["transport_kgm"], 6)),
        (w("column.tier"), w.maybe("tier", leg["tier"])),
        (w("key.method"), w.maybe("method", leg["method"])),
        (w("column.factor"), leg["factor_id"]),
        (w("why.hash"), leg["factor_hash"]),
    ]
    items += [
        (w("column.assumption"), f"{each['text']} ({each['code']})") for each in leg["assumptions"]
    ]
    items += _share(w, leg)
    items += _trail(w, leg)
    rows = tuple((name, value) for name, value in items if value is not None)
    title = f"{number} · {w.kind(leg['kind'])} · {leg['leg']}"
    return Section(title, "", (), (w("column.item"), w("column.value")), rows)


def _of(kept: int | None, power: int) -> str | None:
    return None if kept is None else grouped(numbers.exact(kept, power), 3)


def _lane(w: Words, leg: dict[str, Any]) -> str | None:
    ends = [w.place(leg[name]) for name in ("origin", "destination") if leg[name]]
    return " → ".join(ends) or (w.place(leg["place"]) if leg["place"] else None)


def _when(leg: dict[str, Any]) -> str:
    zone = ZoneInfo(leg["zone"])
    start, end = (
        dt.datetime.fromtimestamp(leg[name] // 1_000_000, zone).strftime("%Y-%m-%d %H:%M")
        for name in ("start", "end")
    )
    return f"{start} – {end} ({leg['zone']})"


def _distance(w: Words, leg: dict[str, Any]) -> str | None:
    if leg["distance_m"] is None:
        return None
    said = f"{_of(leg['distance_m'], 3)} km"
    if leg["distance_type"]:
        said += f" ({w.maybe('distance', leg['distance_type'])})"
    if leg["daf_ppm"] is not None:
        said += f" · DAF {numbers.plain(numbers.exact(leg['daf_ppm'], 6))}"
    return said


def _share(w: Words, leg: dict[str, Any]) -> list[tuple[str, object]]:
    share = leg["share"]
    if share is None:
        return []
    said = []
    for boundary, part in share["share_ug"].items():
        whole = share["total_ug"].get(boundary, "0")
        percent = grouped(numbers.share(int(part), int(whole)), 4)
        said.append(f"{boundary.upper()} {int(part):,} / {int(whole):,} µg = {percent} %")
    return [(w("why.share", of=share["of"]), "; ".join(said))]


def _trail(w: Words, leg: dict[str, Any]) -> list[tuple[str, object]]:
    items: list[tuple[str, object]] = []
    source = leg["source"]
    if source is not None:
        parts = [f"SHA-256 {source['sha256']}"]
        if source["sheet"]:
            parts.append(w("why.sheet", sheet=source["sheet"]))
        if source["line"] is not None:
            parts.append(w("why.line", line=source["line"]))
        items.append((w("why.file"), " · ".join(parts)))
        if source["mapping"]:
            items.append((w("why.mapping"), f"SHA-256 {source['mapping']}"))
        cells = source["cells"]
        said = (
            source["raw"] if cells is None else " · ".join(f"{k} = {v}" for k, v in cells.items())
        )
        items.append((w("why.raw"), said))
        if source["hidden"]:
            items.append((w("why.hidden"), ", ".join(source["hidden"])))
    for table, found in leg["ledger"].items():
        if found is not None:
            place = w("why.row", version=found["version"], part=found["part"], row=found["row"])
            items.append((w(f"why.{table}"), place))
    return items


def _steps(w: Words, leg: dict[str, Any], number: int) -> Section:
    title = w("section.steps", number=number)
    if not leg["sheets"]:
        return Section(title, w("why.no_sheet"))
    sheet = leg["sheets"][0]
    text = w("why.equal", count=len(sheet["recorded"]))
    if sheet["differences"]:
        names = ", ".join(
            f"{d['name']} {d['recorded']} ≠ {d['recomputed']}" for d in sheet["differences"]
        )
        text = w("why.differs", names=names)
    rows = tuple((s["formula"], s["meaning"], s["reference"]) for s in sheet["steps"])
    columns = (w("why.formula"), w("why.meaning"), w("why.reference"))
    return Section(title, text, (), columns, rows)


def _choice(w: Words, leg: dict[str, Any], number: int) -> Section:
    rows: list[tuple[object, ...]] = []
    for step in leg["factor"]["steps"]:
        if step["chosen"] is None:
            continue
        source = step["source"]
        rank = ", ".join(str(value) for value in step["rank"].values())
        rows.append((w("why.chosen"), step["chosen"], *_document(source), f"({rank})"))
        rows += [
            (w("why.lost"), loser["factor_id"], *_document(loser), loser[w.language])
            for loser in step["losers"]
        ]
    columns = (w("why.result"), w("column.factor"), w("column.source"), w("why.clause"),
               w("column.year"), w("column.licence"), w("why.rank"))  # fmt: skip
    return Section(w("section.choice", number=number), "", (), columns, tuple(rows))


def _document(source: dict[str, Any]) -> tuple[object, ...]:
    year = source.get("year")
    return source["title"], source["clause"], None if year is None else str(year), source["licence"]


def _bought(w: Words, rows: list[dict[str, Any]]) -> Section:
    """Give the rows by market: what instruments cover at their rate, the rest at the residual."""
    table = tuple(
        (
            row["leg"], row["energy_j"] / Decimal(3_600_000), row["covered_percent"],
            row["instruments"], row["rate_g_per_kwh"], row["factor_id"],
            numbers.kilograms(int(row["co2e_ug"])),
        )
        for row in rows
    )  # fmt: skip
    columns = (w("column.item"), w("bought.energy"), w("bought.covered"), w("bought.instruments"),
               w("bought.rate"), w("bought.rest"), w("bought.amount"))  # fmt: skip
    return Section(w("section.bought"), w("bought.text"), (), columns, table)


def _open(w: Words, facts: dict[str, Any]) -> Section:
    rows = tuple(
        (
            each["activity_id"],
            None if each["code"] is None
            else say(each["code"], language=w.language, value=each["activity_id"], why="…"),
        )
        for each in facts["unquantified"]
    )  # fmt: skip
    return Section(
        w("section.missing"), w("why.open"), (), (w("column.item"), w("column.reason")), rows
    )
