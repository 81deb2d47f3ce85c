"""The first page as facts and charts: one period beside the one before it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.errors import say
from tanlu.factors.packs import library_of
from tanlu.report import numbers
from tanlu.report.items.cubes import lacking
from tanlu.report.items.interval import span as interval
from tanlu.report.items.totals import beyond, of_transport, unquantified, within
from tanlu.report.overview.periods import before, months, partly
from tanlu.report.overview.sums import Sums, summed
from tanlu.report.words import Words
from tanlu.terms import Chart, Document, Section, time

if TYPE_CHECKING:
    import polars as pl

__all__ = ["overview"]

LANES, SEVERITIES = 8, ("error", "warning")
# of the total: a thinner flow cannot be seen
SMALLEST = 100


def overview(
    workspace: Any,
    period: str | None = None,
    *,
    language: str = "en",
    as_of: int | None = None,
    profile: str | None = None,
    basis: str | None = None,
) -> Document:
    """Give what a carbon manager sees first.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    period
        As `tanlu.report.transport`; the newest month that holds something if not said.
    language
        ``en`` or ``zh``.
    as_of
        Ledger version; the newest without one.
    profile, basis
        Which to sum where the ledger holds several.

    Returns
    -------
    Document
        ``facts``: total with interval and change to the period before, per shipment, intensity,
        shares measured, sealed and not quantified, what to do; amounts as decimal strings [kg].
        ``empty`` where nothing is recorded; ``partly`` where records do not cover one of the two
        periods: its name, and from and until which day they do.
        Sections: the flow from carriers over modes to boundaries, days by mode, lanes, what to do.

    Raises
    ------
    TanluError
        TL801 for a sum across profiles or bases, TL112 for what is no period.
    """
    version = int(workspace.version if as_of is None else as_of)
    held = months(workspace, as_of=as_of)
    chosen = period or (held[0][0] if held else None)
    zone = str(workspace.zone)
    span = time.period(chosen, zone) if chosen else None
    sums = summed(workspace, span, as_of=as_of, profile=profile, basis=basis)
    earlier = before(chosen, zone) if chosen else None
    past = None
    if earlier:
        # where the period has no electricity, the one before may: by its grid, never by market
        ground = basis or ("location" if sums.basis == "none" else sums.basis)
        past = summed(
            workspace, time.period(earlier, zone), as_of=as_of, profile=sums.profile, basis=ground
        )
    names = [name for name, _ in held]
    part = None
    if chosen and earlier and past and sums.legs and past.legs:
        part = partly((chosen, sums.days), (earlier, past.days), names, zone)
    facts = {
        "report": "overview", "language": language, "profile": sums.profile, "basis": sums.basis,
        "period": chosen, "before": earlier if past and past.legs else None,
        "zone": zone, "ledger_version": version, "months": names, "empty": not sums.kinds.height,
        "partly": part, **_figures(workspace, sums, as_of),
        "change": _changes(sums, past, whole=part is None),
        **_to_do(workspace, sums, span, as_of, language),
    }  # fmt: skip
    words = Words(language)
    words.learn(_places(sums.lanes))
    title = f"{words('title.overview')} · {chosen or words('all_time')}"
    return Document(title, words.language, tuple(_sections(words, sums, facts)), facts)


def _figures(workspace: Any, sums: Sums, as_of: int | None) -> dict[str, Any]:
    import polars as pl

    library = library_of(workspace, as_of=as_of, profile=sums.profile)
    lower, upper = interval(sums.kinds, library)
    measured = sums.kinds.filter(pl.col("tier") == "measured")["co2e_ug"].sum() or 0
    parts = {part.file: part.rows for part in workspace.parts("emission", as_of)}
    sealed = {line["part"] for entry in workspace.log("seal") for line in entry["seals"]}
    proven = sum(rows for file, rows in parts.items() if file in sealed)
    return {
        "co2e_kg": _kg(sums.co2e_ug), "lower_kg": _kg(lower), "upper_kg": _kg(upper),
        "shipments": sums.shipments,
        "transport_tkm": numbers.plain(numbers.exact(sums.transport_kgm, 6)),
        "per_shipment_g": _each(sums.co2e_ug, sums.shipments),
        "intensity_g_per_tkm": _intensity(sums),
        "measured_percent": _share(int(measured), sums.co2e_ug),
        "sealed_percent": _share(proven, sum(parts.values())),
    }  # fmt: skip


def _share(part: int, whole: int) -> str | None:
    """Give a share [%]; of nothing there is none."""
    return numbers.plain(numbers.share(part, whole)) if whole else None


def _changes(sums: Sums, past: Sums | None, *, whole: bool) -> dict[str, str | None]:
    """Give by how much each figure changed [%], None where there is nothing to compare.

    That nothing is recorded is no fall to nothing, and of a part of a period only ratios compare.
    """
    if past is None or not past.legs or not sums.legs:
        return dict.fromkeys(("co2e", "shipments", "per_shipment", "intensity"))
    pairs = {
        "co2e": (_kg(sums.co2e_ug), _kg(past.co2e_ug)),
        "shipments": (str(sums.shipments), str(past.shipments)),
        "per_shipment": (_each(sums.co2e_ug, sums.shipments),
                         _each(past.co2e_ug, past.shipments)),
        "intensity": (_intensity(sums), _intensity(past)),
    }  # fmt: skip
    found = {name: _change(now, then) for name, (now, then) in pairs.items()}
    return found if whole else {**found, "co2e": None, "shipments": None}


def _change(now: str | None, then: str | None) -> str | None:
    if now is None or then is None or not Decimal(then):
        return None
    moved = (Decimal(now) - Decimal(then)) * 100
    return numbers.plain(numbers.EXACT.divide(moved, abs(Decimal(then))).quantize(Decimal("0.1")))


def _kg(kept_ug: int) -> str:
    return numbers.plain(numbers.exact(kept_ug, 9))


def _each(kept_ug: int, count: int) -> str | None:
    found = numbers.quotient(numbers.exact(kept_ug, 6), count, 3)
    return None if found is None else numbers.plain(found)


def _intensity(sums: Sums) -> str | None:
    found = numbers.quotient(numbers.exact(sums.co2e_ug, 6), numbers.exact(sums.transport_kgm, 6))
    return None if found is None else numbers.plain(found)


def _to_do(
    workspace: Any, sums: Sums, span: tuple[int, int] | None, as_of: int | None, language: str
) -> dict[str, Any]:
    """Give what is open: rows not quantified, rows put aside, findings by code."""
    import polars as pl

    missing = lacking(workspace, span, sums.profile, as_of=as_of)
    if missing is None:
        activities = within(workspace.scan("activity", as_of=as_of), span)
        activities = activities.filter(of_transport(activities), ~beyond(sums.profile))
        emissions = within(workspace.scan("emission", as_of=as_of), span)
        own = emissions.filter(pl.col("profile") == sums.profile)
        missing = int(unquantified(activities, own)["activities"].sum() or 0)
    aside = workspace.scan("quarantine", as_of=as_of).select(pl.len()).collect().item()
    found = (
        workspace.scan("finding", as_of=as_of)
        .filter(pl.col("severity").is_in(SEVERITIES))
        .group_by("code", "severity")
        .agg(pl.col("count").sum())
        .sort("severity", "count", descending=[False, True])
        .collect(engine="streaming")
    )
    return {
        "unquantified": missing,
        "quarantined": int(aside),
        "findings": [
            {
                "code": code, "severity": severity, "count": int(count),
                "what": say(code, language=language, value="…", why="…"),
            }
            for code, severity, count in found.iter_rows()
        ],
    }  # fmt: skip


def _places(lanes: pl.DataFrame) -> pl.Series:
    import polars as pl

    return pl.concat([lanes["origin"], lanes["destination"].alias("origin")])


def _sections(w: Words, sums: Sums, facts: dict[str, Any]) -> list[Section]:
    unit = numbers.scale(sums.co2e_ug)
    made = [_flow(w, sums, unit), _days(w, sums, unit), _lanes(w, sums, unit)]
    made.append(
        Section(
            w("section.open"), "", (),
            (w("column.code"), w("column.reason"), w("column.count")),
            tuple((row["code"], row["what"], row["count"]) for row in facts["findings"]),
        )
    )  # fmt: skip
    return made


def _flow(w: Words, sums: Sums, unit: numbers.Scale) -> Section:
    """Give the flow carrier → mode → boundary; the two halves sum to the same total."""
    import polars as pl

    named = sums.flows.with_columns(
        _told(sums.flows["energy_carrier"].fill_null("none"), w.carrier).alias("from"),
        _told(sums.flows["kind"], w.kind).alias("mode"),
        _told(sums.flows["boundary"], lambda code: w.maybe("boundary", code)).alias("to"),
    )  # fmt: skip
    named = named.with_columns(_gathered(named, side, w("others")) for side in ("from", "mode"))
    links: list[tuple[str, str, float]] = []
    for start, end in (("from", "mode"), ("mode", "to")):
        cut = named.group_by(start, end).agg(pl.col("co2e_ug").sum())
        links += [
            (a, b, float(unit.of(int(amount)) or 0))
            for a, b, amount in cut.sort("co2e_ug", descending=True).iter_rows()
            if amount
        ]
    told = Chart("sankey", w("section.origins"), f"{unit.unit} CO₂e", links=tuple(links))
    return Section(w("section.origins"), w("text.origins"), chart=told)


def _gathered(flows: pl.DataFrame, side: str, others: str) -> pl.Series:
    """Give the names of one side, those of less than a hundredth of the total as one."""
    import polars as pl

    sums = flows.group_by(side).agg(pl.col("co2e_ug").sum())
    total = int(sums["co2e_ug"].sum() or 0)
    small = sums.filter(pl.col("co2e_ug") * SMALLEST < total)[side]
    if small.len() < 2:
        return flows[side]
    # the sides of a flow are told apart by their names
    name = others if side == "mode" else f"{others} …"
    return flows[side].replace(small, [name] * small.len()) if total else flows[side]


def _told(codes: pl.Series, word: Callable[[str], str]) -> pl.Series:
    """Give the word for each of a few codes."""
    known = codes.unique().to_list()
    return codes.replace_strict(known, [word(code) for code in known])


def _days(w: Words, sums: Sums, unit: numbers.Scale) -> Section:
    import polars as pl

    wide = sums.days.pivot("kind", index="day", values="co2e_ug", aggregate_function="sum")
    days = tuple(str(day) for day in wide["day"])
    kinds = sums.days.group_by("kind").agg(pl.col("co2e_ug").sum())
    order = kinds.sort("co2e_ug", descending=True)["kind"]
    series = tuple(
        (w.kind(kind), tuple(float(unit.of(amount) or 0) for amount in wide[kind]))
        for kind in order
    )
    told = Chart("line", w("section.days"), f"{unit.unit} CO₂e", days, series)
    return Section(w("section.days"), "", chart=told)


def _lanes(w: Words, sums: Sums, unit: numbers.Scale) -> Section:
    largest = sums.lanes.drop_nulls(["origin", "destination"]).head(LANES)
    rows = tuple(
        (
            f"{w.place(row['origin'])} → {w.place(row['destination'])}", w.kind(row["kind"]),
            unit.of(row["co2e_ug"]), row["legs"],
        )
        for row in largest.iter_rows(named=True)
    )  # fmt: skip
    columns = (w("column.lane"), w("column.mode"), f"{unit.unit} CO₂e", w("column.legs"))
    return Section(w("section.lanes"), "", (), columns, rows)
