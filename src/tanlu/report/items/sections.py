"""The sections of the transport report: what a reader sees, in the order of the questions asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tanlu.report import numbers
from tanlu.report.items.appendix import assumptions, declared, factors, method, missing
from tanlu.report.items.view import View, dec, dec_tkm
from tanlu.report.numbers import grouped
from tanlu.report.words import Words, texts
from tanlu.terms import Chart, Section

__all__ = ["lay_out"]

TIERS = ("measured", "learned", "modelled", "default")
ENDS = 7
TOP = 12
DAYS = 62
SHORT = 18


def lay_out(p: View) -> tuple[Section, ...]:
    """Give the sections in order; those with nothing to say are left out."""
    made = [
        _head(p), _quality(p), _modes(p), _flow(p), _places(p), _days(p), _lanes(p), _hubs(p),
        _vehicles(p), *_cuts(p), missing(p), assumptions(p), _gases(p), _distances(p),
        declared(p), factors(p), method(p),
    ]  # fmt: skip
    return tuple(section for section in made if section is not None)


def _head(p: View) -> Section:
    w, f = p.words, p.facts
    unquantified = f["unquantified"]
    period = f["period"]["text"] or w("all_time")
    lead = w(
        "lead", period=period, profile=w.profile(f["profile"]), version=f["ledger_version"],
        gwp=", ".join(f["gwp_sets"]) or "–", edition=f["edition"] or w("revision"),
    )  # fmt: skip
    beside = f["elsewhere"]
    if beside["activities"]:
        lead += " · " + w(
            "lead.elsewhere", count=f"{beside['activities']:,}",
            co2e=grouped(dec(beside["co2e_kg"])), command="tanlu report organisation",
        )  # fmt: skip
    measured = next((t["share_percent"] for t in f["tiers"] if t["tier"] == "measured"), "0")
    places = numbers.digits([p.of(f["co2e_wtw_kg"])])
    figures = (
        (w("figure.wtw"), grouped(p.of(f["co2e_wtw_kg"]), places), p.unit),
        (
            w("figure.interval"),
            f"{grouped(p.of(f['lower_kg']), places)} – {grouped(p.of(f['upper_kg']), places)}",
            p.unit,
        ),
        (w("figure.unquantified"), grouped(dec(unquantified["share_percent"]), 2),
         w("unit.of_rows")),
        (w("figure.activity"), grouped(dec(f["transport_tkm"]), 0), "t·km"),
        (w("figure.intensity"), grouped(dec(f["intensity_g_per_tkm"])), "g/t·km"),
        (w("figure.primary"), grouped(dec(measured), 1), w("unit.of_co2e")),
        (w("figure.bio"), grouped(p.of(f["co2_bio_kg"])), f"{p.scale.unit} CO₂"),
    )  # fmt: skip
    chart = Chart(
        "stack", w("section.split"), p.unit, (w("total"),),
        (
            (w("boundary.ttw"), (_float(p.of(f["co2e_ttw_kg"])),)),
            (w("boundary.wtt"), (_float(p.of(f["co2e_wtt_kg"])),)),
        ),
    )  # fmt: skip
    return Section(w("title.transport"), lead, figures, chart=chart)


def _float(value: Decimal | None) -> float:
    return 0.0 if value is None else float(value)


def _quality(p: View) -> Section:
    w = p.words
    found = {row["tier"]: row for row in p.facts["tiers"]}
    tiers = [tier for tier in TIERS if tier in found]
    rows = tuple(
        (
            w.maybe("tier", tier), p.of(found[tier]["co2e_wtw_kg"]),
            dec(found[tier]["share_percent"]), found[tier]["legs"],
            p.of(found[tier]["lower_kg"]), p.of(found[tier]["upper_kg"]),
        )
        for tier in tiers
    )  # fmt: skip
    chart = Chart(
        "stack", w("section.quality"), p.unit, (w("total"),),
        tuple((w.maybe("tier", t), (_float(p.of(found[t]["co2e_wtw_kg"])),)) for t in tiers),
    )  # fmt: skip
    columns = (w("column.tier"), p.column("wtw"), w("column.share"), w("column.legs"),
               p.column("lower"), p.column("upper"))  # fmt: skip
    return Section(w("section.quality"), w("text.quality"), (), columns, rows, chart)


def _modes(p: View) -> Section:
    w = p.words
    rows = tuple(
        (
            w.kind(row["kind"]), p.of(row["co2e_wtw_kg"]), p.of(row["co2e_ttw_kg"]),
            p.of(row["co2e_wtt_kg"]), dec(row["share_percent"]), p.of(row["lower_kg"]),
            p.of(row["upper_kg"]), dec(row["transport_tkm"]), dec(row["mass_t"]),
            dec(row["intensity_g_per_tkm"]), dec(row["measured_percent"]), row["legs"],
        )
        for row in p.facts["modes"]
    )  # fmt: skip
    names = ("wtw", "ttw", "wtt", "share", "lower", "upper", "tkm", "mass", "intensity",
             "measured", "legs")  # fmt: skip
    columns = (w("column.mode"), *(p.column(name) for name in names))
    chart = Chart(
        "stack", w("section.modes"), p.unit, tuple(str(row[0]) for row in rows),
        (
            (w("boundary.ttw"), tuple(_float(row[2]) for row in rows)),
            (w("boundary.wtt"), tuple(_float(row[3]) for row in rows)),
        ),
    )  # fmt: skip
    return Section(w("section.modes"), "", (), columns, rows, chart)


def _flow(p: View) -> Section | None:
    w = p.words
    ends: tuple[dict[str, int], dict[str, int]] = ({}, {})
    flows: list[tuple[str, str, str | None, int]] = []
    for origin, kind, target, amount in p.sums.lanes.select(
        "origin", "kind", "destination", "co2e_ug"
    ).iter_rows():
        if origin is None and not kind.startswith(("transport.", "hub.")):
            continue  # a meter or a leak stays where it is
        start = w.place(w.region(origin))
        end = None if target is None else w.place(w.region(target))
        mode = w("mode.hub") if kind.startswith("hub.") else w.kind(kind)
        flows.append((start, mode, end, int(amount)))
        ends[0][start] = ends[0].get(start, 0) + int(amount)
        if end is not None:
            ends[1][end] = ends[1].get(end, 0) + int(amount)
    if not flows:
        return None
    kept = [_largest(side) for side in ends]
    links: dict[tuple[str, str], int] = {}
    for start, mode, end, amount in flows:
        left = f"{start if start in kept[0] else w('others')} →"
        links[left, mode] = links.get((left, mode), 0) + amount
        if end is not None:
            right = f"→ {end if end in kept[1] else w('others')}"
            links[mode, right] = links.get((mode, right), 0) + amount
    chart = Chart(
        "sankey", w("section.flow"), p.unit,
        links=tuple(
            (a, b, float(p.scale.of(value) or 0)) for (a, b), value in sorted(links.items())
        ),
    )  # fmt: skip
    return Section(w("section.flow"), w("text.flow"), chart=chart)


def _largest(side: dict[str, int]) -> set[str]:
    order = sorted((-amount, name) for name, amount in side.items())
    return {name for _, name in order[:ENDS]}


def _places(p: View) -> Section | None:
    w = p.words
    inside: dict[str, int] = {}
    outside = 0
    for place, amount in p.sums.places.select("place", "co2e_ug").iter_rows():
        code = w.region(place)
        if code and f"place.{code}" in texts():
            inside[code] = inside.get(code, 0) + int(amount)
        else:
            outside += int(amount)
    if not inside:
        return None
    total = sum(inside.values()) + outside
    codes = [key.removeprefix("place.") for key in texts() if key.startswith("place.CN-")]
    order = sorted(inside, key=lambda code: (-inside[code], code))
    silent = [code for code in codes if code not in inside]
    chart = Chart(
        "tiles", w("section.places"), p.unit,
        tuple(f"{code} {w.place(code)}" for code in (*order, *silent)),
        (
            (w("boundary.wtw"), (
                *(float(p.scale.of(inside[code]) or 0) for code in order),
                *(float("nan") for _ in silent),
            )),
        ),
    )  # fmt: skip
    rows = tuple(
        (w.place(code), p.scale.of(inside[code]), numbers.share(inside[code], total))
        for code in order
    )
    elsewhere = f"{grouped(numbers.share(outside, total), 1)} %"
    return Section(
        w("section.places"), w("text.places", outside=elsewhere),
        (), (w("column.place"), p.column("wtw"), w("column.share")), rows, chart,
    )  # fmt: skip


def _days(p: View) -> Section | None:
    import polars as pl

    w = p.words
    table = p.sums.days.with_columns(
        pl.when(pl.col("kind").str.starts_with("hub.")).then(pl.lit("hub"))
        .otherwise(pl.col("kind")).alias("kind")
    )  # fmt: skip
    if table["day"].n_unique() > DAYS:
        table = table.with_columns(pl.col("day").dt.strftime("%Y-%m"))
    else:
        table = table.with_columns(pl.col("day").dt.strftime("%Y-%m-%d"))
    summed = table.group_by("day", "kind").agg(pl.col("co2e_ug").sum())
    days = sorted(summed["day"].unique().to_list())
    if len(days) < 2:
        return None
    by_kind = {
        kind: dict(part.select("day", "co2e_ug").iter_rows())
        for (kind,), part in summed.group_by("kind")
    }
    kinds = sorted(by_kind, key=lambda kind: (-sum(by_kind[kind].values()), str(kind)))
    series = tuple(
        (
            w("mode.hub") if kind == "hub" else w.kind(str(kind)),
            tuple(float(p.scale.of(int(by_kind[kind].get(day, 0))) or 0) for day in days),
        )
        for kind in kinds
    )
    rows = tuple(
        (day, p.scale.of(sum(int(by_kind[kind].get(day, 0)) for kind in kinds))) for day in days
    )
    chart = Chart("line", w("section.days"), p.unit, tuple(days), series)
    return Section(w("section.days"), "", (), (w("column.day"), p.column("wtw")), rows, chart)


def _lanes(p: View) -> Section | None:
    import polars as pl

    w = p.words
    lanes = p.sums.lanes.drop_nulls(["origin", "destination"]).top_k(TOP, by="co2e_ug")
    lanes = lanes.filter(pl.col("co2e_ug") > 0).sort(
        "co2e_ug", "origin", "destination", descending=[True, False, False]
    )
    rows = tuple(
        (
            f"{w.place(row['origin'])} → {w.place(row['destination'])}", w.kind(row["kind"]),
            p.scale.of(int(row["co2e_ug"])), dec_tkm(row["transport_kgm"]),
            per_tkm(row), row["legs"],
        )
        for row in lanes.iter_rows(named=True)
    )  # fmt: skip
    if not rows:
        return None
    columns = (w("column.lane"), w("column.mode"), p.column("wtw"), w("column.tkm"),
               w("column.intensity"), w("column.legs"))  # fmt: skip
    names = tuple(
        f"{_short(w, start)} → {_short(w, end)} · {row[1]}"
        for (start, end), row in zip(
            lanes.select("origin", "destination").rows(), rows, strict=True
        )
    )
    chart = Chart(
        "bar", w("section.lanes"), p.unit, names,
        ((w("boundary.wtw"), tuple(_float(row[2]) for row in rows)),),
    )  # fmt: skip
    return Section(w("section.lanes"), "", (), columns, rows, chart)


def _short(w: Words, code: str) -> str:
    """Give the name of a place where a picture has room for it, else its code."""
    name = w.place(code)
    return name if len(name) <= SHORT else code


def per_tkm(row: dict[str, Any]) -> Decimal | None:
    """Give the intensity [g/t·km] of a row of sums."""
    return numbers.quotient(
        numbers.exact(int(row["co2e_ug"]), 6), numbers.exact(int(row["transport_kgm"] or 0), 6)
    )


def _hubs(p: View) -> Section | None:
    w = p.words
    rows = tuple(
        (
            w.kind(row["kind"]), p.of(row["co2e_wtw_kg"]), dec(row["mass_t"]),
            numbers.quotient(Decimal(row["co2e_wtw_kg"]), Decimal(row["mass_t"])),
            dec(row["measured_percent"]), row["legs"],
        )
        for row in p.facts["modes"] if row["kind"].startswith("hub.")
    )  # fmt: skip
    if not rows:
        return None
    columns = (w("column.hub"), p.column("wtw"), w("column.mass"), w("column.per_tonne"),
               w("column.measured"), w("column.legs"))  # fmt: skip
    return Section(w("section.hubs"), w("text.hubs"), (), columns, rows)


def _vehicles(p: View) -> Section | None:
    w = p.words
    rows = tuple(
        (
            row["vehicle"], w.kind(row["kind"]), p.scale.of(int(row["co2e_ug"])),
            dec_tkm(row["transport_kgm"]), per_tkm(row), row["legs"],
        )
        for row in p.sums.vehicles.head(TOP).iter_rows(named=True)
    )  # fmt: skip
    if not rows:
        return None
    columns = (w("column.vehicle"), w("column.mode"), p.column("wtw"), w("column.tkm"),
               w("column.intensity"), w("column.legs"))  # fmt: skip
    return Section(w("section.vehicles"), w("text.vehicles"), (), columns, rows)


def _cuts(p: View) -> list[Section]:
    w = p.words
    made = []
    for key, rows in p.facts["by"].items():
        table = tuple(
            (
                row[key] or w("none"), p.of(row["co2e_wtw_kg"]), dec(row["share_percent"]),
                dec(row["transport_tkm"]), dec(row["intensity_g_per_tkm"]), row["legs"],
            )
            for row in rows
        )  # fmt: skip
        name = w.key(key)
        columns = (name, p.column("wtw"), w("column.share"), w("column.tkm"),
                   w("column.intensity"), w("column.legs"))  # fmt: skip
        title = w("section.by", key=name)
        made.append(Section(title, w("text.by", count=len(table)), (), columns, table))
    return made


def _gases(p: View) -> Section:
    w = p.words
    rows = tuple(
        (w.maybe("gas", gas), p.of(amount))
        for gas, amount in p.facts["gases_kg"].items()
        if amount != "0"
    )
    columns = (w("column.gas"), w("column.gas_mass", unit=p.scale.unit))
    return Section(w("section.gases"), w("text.bio"), (), columns, rows)


def _distances(p: View) -> Section | None:
    w = p.words
    rows = tuple(
        (
            w.kind(row["kind"]), w.maybe("distance", row["distance_type"]),
            dec(row["transport_tkm"]), dec(row["daf_min"]), dec(row["daf_mean"]),
            dec(row["daf_max"]), row["legs"],
        )
        for row in p.facts["distances"]
    )  # fmt: skip
    if not rows:
        return None
    columns = (w("column.mode"), w("column.distance"), w("column.tkm"), w("column.daf_min"),
               w("column.daf_mean"), w("column.daf_max"), w("column.legs"))  # fmt: skip
    return Section(w("section.daf"), w("text.daf"), (), columns, rows)
