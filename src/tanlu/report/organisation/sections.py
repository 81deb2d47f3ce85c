"""The sections of an inventory: what a reader asks first stands first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.report import numbers
from tanlu.report.items.view import Scaled
from tanlu.report.numbers import grouped
from tanlu.report.organisation.notes import notes
from tanlu.terms import Chart, Section

if TYPE_CHECKING:
    from tanlu.report.words import Words

__all__ = ["Sheet", "lay_out"]

SITES = 12
GAS_WORDS = {"CO2": "co2_fossil", "unsplit": "co2e_unsplit"}


@dataclass(frozen=True, slots=True)
class Sheet(Scaled):
    """Words, facts and the one unit of an inventory."""

    words: Words
    facts: dict[str, Any]

    @property
    def scale(self) -> numbers.Scale:
        """The unit of mass of CO2e for the whole document."""
        return numbers.scale(int(Decimal(self.facts["co2e_location_kg"]).scaleb(9)))

    def scope(self, row: dict[str, Any]) -> str:
        """Give the name of a row's scope, with its basis where it has one."""
        basis = f".{row['basis']}" if row.get("basis", "none") != "none" else ""
        return self.words(f"scope.{row['scope']}{basis}")

    def entity(self, name: str | None) -> str:
        """Give the name of an entity."""
        found = (each["name"] for each in self.facts["entities"] if each["entity"] == name)
        return next(found, name or self.words("none"))

    def gas(self, name: str) -> str:
        """Give the word for a gas; a refrigerant keeps its number."""
        key = GAS_WORDS.get(name, name.lower())
        said = self.words.maybe("gas", key)
        return name if said == key else said

    def category(self, number: int | None) -> str:
        """Give number and name of a category of scope 3."""
        return "" if number is None else self.words(f"category.{number}")


def lay_out(
    words: Words, facts: dict[str, Any], doubt: tuple[Section, ...] = ()
) -> tuple[Section, ...]:
    """Give the sections in order, the doubt before the notes; empty ones are left out."""
    p = Sheet(words, facts)
    made = [
        _head(p), _scopes(p), _categories(p), _flow(p), _entities(p), _iso(p), _dual(p),
        _eliminated(p), _outside(p), _sites(p), _months(p), _gases(p), *doubt, *notes(p),
    ]  # fmt: skip
    return tuple(section for section in made if section is not None)


def _head(p: Sheet) -> Section:
    w, f = p.words, p.facts
    lead = w(
        "org.lead", period=f["period"]["text"] or w("all_time"), profile=w.profile(f["profile"]),
        approach=w(f"approach.{f['approach']}"), gwp=", ".join(f["gwp_sets"]) or "–",
        version=f["ledger_version"], edition=f["edition"] or w("revision"),
    )  # fmt: skip
    places = numbers.digits([p.of(f["co2e_location_kg"])])
    market = grouped(p.of(f["co2e_market_kg"]), places) if f["has_market"] else w("org.no_market")
    figures = (
        (w("figure.location"), grouped(p.of(f["co2e_location_kg"]), places), p.unit),
        (
            w("figure.interval"),
            f"{grouped(p.of(f['lower_kg']), places)} – {grouped(p.of(f['upper_kg']), places)}",
            p.unit,
        ),
        (w("figure.unquantified"), grouped(Decimal(f["unquantified"]["share_percent"]), 2),
         w("unit.of_rows")),
        (w("figure.market"), market, p.unit if f["has_market"] else ""),
        (w("figure.primary"), grouped(Decimal(f["primary_percent"]), 1), w("unit.of_co2e")),
        (w("figure.missing"), str(sum(each["status"] == "missing" for each in f["categories"])),
         w("unit.of_categories")),
        (w("figure.bio"), grouped(p.of(_biogenic(f))), f"{p.scale.unit} CO₂"),
    )  # fmt: skip
    return Section(w("title.organisation"), lead, figures)


def _biogenic(facts: dict[str, Any]) -> str:
    found = (Decimal(mass) for mass in facts["co2_bio_kg"].values() if mass is not None)
    return numbers.plain(sum(found, Decimal(0)))


def _scopes(p: Sheet) -> Section:
    w = p.words
    rows = tuple(
        (
            p.scope(row), p.of(row["co2e_kg"]), p.of(row["lower_kg"]), p.of(row["upper_kg"]),
            Decimal(row["share_percent"]), Decimal(row["primary_percent"]), row["activities"],
        )
        for row in p.facts["scopes"]
    )  # fmt: skip
    columns = (w("column.scope"), p.column("co2e"), p.column("lower"), p.column("upper"),
               w("column.share"), w("column.measured"), w("column.activities"))  # fmt: skip
    chart = Chart(
        "bar", w("section.scopes"), p.unit, tuple(str(row[0]) for row in rows),
        ((w("figure.location"), tuple(float(row[1] or 0) for row in rows)),),
    )  # fmt: skip
    key = "text.scopes" if p.facts["has_market"] else "text.scopes_no_market"
    return Section(w("section.scopes"), w(key), (), columns, rows, chart)


def _categories(p: Sheet) -> Section:
    w = p.words
    bounds = {row["category"]: row for row in p.facts["by_category"] if row["scope"] == 3}
    rows = tuple(
        (
            p.category(row["category"]), w(f"status.{row['status']}"), p.of(row["co2e_kg"]),
            p.of(bounds.get(row["category"], {}).get("lower_kg")),
            p.of(bounds.get(row["category"], {}).get("upper_kg")),
            Decimal(row["share_percent"]), w("significant.yes") if row["significant"] else "",
            _reason(p, row),
        )
        for row in p.facts["categories"]
    )  # fmt: skip
    columns = (w("column.category"), w("column.status"), p.column("co2e"), p.column("lower"),
               p.column("upper"), w("column.share"), w("column.significant"),
               w("column.reason"))  # fmt: skip
    return Section(w("section.categories"), w("text.categories"), (), columns, rows)


def _reason(p: Sheet, row: dict[str, Any]) -> str:
    if row["without_upstream"] and row["reason"] is None:
        return p.words("text.partly", count=row["without_upstream"])
    return row["reason"] or ""


def _flow(p: Sheet) -> Section | None:
    """Give entity → scope → category as a picture of flows."""
    w = p.words
    links: dict[tuple[str, str], Decimal] = {}
    for row in p.facts["by_relation"]:
        value = p.of(row["co2e_kg"]) or Decimal(0)
        if value <= 0:
            continue
        scope = w(f"scope.{row['scope']}")
        pair = (p.entity(row["entity"]), scope)
        links[pair] = links.get(pair, Decimal(0)) + value
        if row["category"] is not None:
            target = (scope, p.category(row["category"]))
            links[target] = links.get(target, Decimal(0)) + value
    if not links:
        return None
    chart = Chart(
        "sankey", w("section.org_flow"), p.unit,
        links=tuple((a, b, float(value)) for (a, b), value in sorted(links.items())),
    )  # fmt: skip
    return Section(w("section.org_flow"), w("text.org_flow"), chart=chart)


def _entities(p: Sheet) -> Section:
    w = p.words
    rows = tuple(
        (
            row["name"], p.entity(row["parent"]) if row["parent"] else "",
            w(f"relation.{row['relation']}"), Decimal(row["share"]) * 100,
            p.of(row["scope_1_kg"]), p.of(row["scope_2_location_kg"]),
            p.of(row["scope_2_market_kg"]), p.of(row["scope_3_kg"]),
        )
        for row in p.facts["entities"]
    )  # fmt: skip
    columns = (
        w("column.entity"), w("column.parent"), w("column.relation"), w("column.consolidated"),
        *(p.column(name) for name in ("scope_1", "scope_2_location", "scope_2_market", "scope_3")),
    )  # fmt: skip
    text = w(f"text.approach.{p.facts['approach']}")
    return Section(w("section.entities"), text, (), columns, rows)


def _iso(p: Sheet) -> Section:
    w = p.words
    found = {row["iso_category"]: row for row in p.facts["by_iso_category"]}
    rows = tuple(
        (
            w(f"iso.{number}"), p.of(found[number]["co2e_kg"]) if number in found else None,
            p.of(found[number]["lower_kg"]) if number in found else None,
            p.of(found[number]["upper_kg"]) if number in found else None,
            Decimal(found[number]["share_percent"]) if number in found else None,
        )
        for number in range(1, 7)
    )  # fmt: skip
    columns = (w("column.iso_category"), p.column("co2e"), p.column("lower"), p.column("upper"),
               w("column.share"))  # fmt: skip
    return Section(w("section.iso"), w("text.iso"), (), columns, rows)


def _dual(p: Sheet) -> Section | None:
    w = p.words
    if not p.facts["dual"]:
        return None
    rows = tuple(
        (p.entity(row["entity"]), w.kind(row["kind"]), p.of(row["location_kg"]),
         p.of(row["market_kg"]))
        for row in p.facts["dual"]
    )  # fmt: skip
    columns = (w("column.entity"), w("column.kind"), p.column("location"), p.column("market"))
    key = "text.dual" if p.facts["has_market"] else "text.dual_none"
    return Section(w("section.dual"), w(key), (), columns, rows)


def _eliminated(p: Sheet) -> Section | None:
    w = p.words
    rows = tuple(
        (p.entity(row["entity"]), p.category(row["category"]), p.entity(row["counted_at"]),
         row["counted_scope"], row["activities"], p.of(row["co2e_kg"]), row["code"])
        for row in p.facts["eliminated"]
    )  # fmt: skip
    if not rows:
        return None
    columns = (w("column.entity"), w("column.category"), w("column.counted_at"),
               w("column.scope"), w("column.activities"), p.column("eliminated"),
               w("column.code"))  # fmt: skip
    return Section(w("section.eliminated"), w("text.eliminated"), (), columns, rows)


def _outside(p: Sheet) -> Section:
    w = p.words
    rows = tuple(
        (w(f"standing.{name}"), found["activities"], p.of(found["co2e_kg"]))
        for name, found in p.facts["outside"].items()
    )
    ends = tuple(
        (w(f"standing.{name}"), None, p.of(p.facts[key]))
        for name, key in (("counted", "co2e_location_kg"), ("all", "all_rows_kg"))
    )
    rows = (ends[0], *rows, ends[1])
    columns = (w("column.item"), w("column.activities"), p.column("co2e"))
    return Section(w("section.outside"), w("text.outside"), (), columns, rows)


def _sites(p: Sheet) -> Section | None:
    w = p.words
    rows = tuple(
        (w.place(row["site"]), w(f"scope.{row['scope']}"), p.of(row["co2e_kg"]),
         Decimal(row["share_percent"]), row["activities"])
        for row in p.facts["by_site"][:SITES]
    )  # fmt: skip
    if not rows:
        return None
    columns = (w("column.site"), w("column.scope"), p.column("co2e"), w("column.share"),
               w("column.activities"))  # fmt: skip
    return Section(w("section.sites"), "", (), columns, rows)


def _months(p: Sheet) -> Section | None:
    w = p.words
    months = sorted({row["month"] for row in p.facts["by_month"]})
    if len(months) < 2:
        return None
    sums = {(row["month"], row["scope"]): p.of(row["co2e_kg"]) for row in p.facts["by_month"]}
    rows = tuple((month, *(sums.get((month, scope)) for scope in (1, 2, 3))) for month in months)
    series = tuple(
        (w(f"scope.{scope}"), tuple(float(row[scope] or 0) for row in rows)) for scope in (1, 2, 3)
    )
    chart = Chart("line", w("section.months"), p.unit, tuple(months), series)
    names = ("scope_1", "scope_2_location", "scope_3")
    columns = (w("column.month"), *(p.column(name) for name in names))
    return Section(w("section.months"), "", (), columns, rows, chart)


def _gases(p: Sheet) -> Section:
    w = p.words
    rows = tuple(
        (w(f"scope.{row['scope']}"), p.gas(row["gas"]), p.of(row["mass_kg"]),
         p.of(row["co2e_kg"]))
        for row in p.facts["gases"]
    )  # fmt: skip
    columns = (w("column.scope"), w("column.gas"), w("column.gas_mass", unit=p.scale.unit),
               p.column("co2e"))  # fmt: skip
    return Section(w("section.gases"), w("text.bio"), (), columns, rows)
