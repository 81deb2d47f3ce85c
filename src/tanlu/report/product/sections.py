"""The sections of a product sheet: stages, flow, contributions, box, quality, in and out."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.report import numbers
from tanlu.report.numbers import grouped
from tanlu.terms import Chart, Section

if TYPE_CHECKING:
    from tanlu.report.words import Words

__all__ = ["lay_out"]

SHOWN = 40
NODES = 12


def lay_out(w: Words, facts: dict[str, Any]) -> tuple[Section, ...]:
    """Give the sections in order; those with nothing to say are left out."""
    p = _Sheet(w, facts)
    made = [
        p.head(), p.stages(), p.flow(), p.contributions(), p.packaging(), p.box(), p.quality(),
        p.scope(), p.lacking(), p.said(), p.assumed(), p.factors(), p.method(),
    ]  # fmt: skip
    return tuple(section for section in made if section is not None)


class _Sheet:
    """Words and facts with one unit for all amounts."""

    def __init__(self, words: Words, facts: dict[str, Any]) -> None:
        self.w, self.f = words, facts
        self.scale = numbers.scale(int(Decimal(facts["co2e_kg"]).scaleb(9)))
        self.unit = f"{self.scale.unit} CO₂e"

    def of(self, kilograms: str | None) -> Decimal | None:
        if kilograms is None:
            return None
        return Decimal(kilograms).scaleb(9 - self.scale.power, context=numbers.EXACT)

    def column(self, key: str) -> str:
        return self.w(f"column.{key}", unit=self.scale.unit)

    def stage(self, name: str | None) -> str:
        return self.w(f"stage.{name}") if name in self.named else self.w("stage.untold")

    @property
    def named(self) -> set[str]:
        return {row["stage"] for row in self.f["stages"]} - {"untold"}

    def head(self) -> Section:
        w, f = self.w, self.f
        lead = w(
            "product.lead", unit=f["declared_unit"], period=f["period"]["text"] or w("all_time"),
            profile=w.profile(f["profile"]), gwp=", ".join(f["gwp_sets"]) or "–",
        )  # fmt: skip
        if f["functional_unit"]:
            lead += " " + w("product.functional", unit=f["functional_unit"])
        if f["note"]:
            lead += " " + f["note"]
        places = numbers.digits([self.of(f["co2e_kg"])])
        ends = [grouped(self.of(f[end]), places) for end in ("lower_kg", "upper_kg")]
        figures = (
            (w("product.co2e"), grouped(self.of(f["co2e_kg"]), places), self.unit),
            (w("figure.interval"), " – ".join(ends), self.unit),
            (w("product.primary"), grouped(Decimal(f["quality"]["primary_percent"]), 1),
             w("unit.of_co2e")),
            (w("product.dqr"), f["quality"]["dqr"] or "–", ""),
            (w("figure.bio"), grouped(self.of(f["co2_bio_kg"])), f"{self.scale.unit} CO₂"),
            (w("product.luc"), grouped(self.of(f["luc_kg"])), f"{self.scale.unit} CO₂"),
            (w("product.aircraft"), grouped(self.of(f["aircraft_kg"])), self.unit),
        )  # fmt: skip
        return Section(w("product.title"), lead, figures, chart=self.bars())

    def bars(self) -> Chart:
        known = [row for row in self.f["stages"] if row["co2e_kg"] is not None]
        return Chart(
            "bar", self.w("product.stages"), self.unit,
            tuple(self.stage(row["stage"]) for row in known),
            ((self.w("total"), tuple(float(self.of(row["co2e_kg"]) or 0) for row in known)),),
        )  # fmt: skip

    def stages(self) -> Section:
        w = self.w
        rows = tuple(
            (
                self.stage(row["stage"]), self.of(row["co2e_kg"]), _dec(row["share_percent"]),
                self.of(row["lower_kg"]), self.of(row["upper_kg"]), self.state(row),
            )
            for row in self.f["stages"]
        )  # fmt: skip
        columns = (w("product.stage"), w("product.amount", unit=self.scale.unit),
                   w("column.share"), self.column("lower"), self.column("upper"),
                   w("product.state"))  # fmt: skip
        return Section(w("product.stages"), w("product.stages_text"), (), columns, rows)

    def state(self, row: dict[str, Any]) -> str:
        said = self.w(f"product.state_{row['state']}")
        why = (row["excluded"] or {}).get(self.w.language)
        return f"{said}: {why}" if why else said

    def flow(self) -> Section | None:
        links: dict[tuple[str, str], Decimal] = {}
        named: dict[str, Decimal] = {}
        for row in self.f["contributions"]:
            amount = self.of(row["co2e_kg"]) or Decimal(0)
            named[self.process(row)] = named.get(self.process(row), Decimal(0)) + amount
        kept = set(sorted(named, key=lambda name: (-named[name], name))[:NODES])
        target = self.f["name"] or self.f["product"]
        for row in self.f["contributions"]:
            amount = self.of(row["co2e_kg"]) or Decimal(0)
            source = self.process(row) if self.process(row) in kept else self.w("others")
            for link in ((f"{source} →", self.stage(row["stage"])),
                         (self.stage(row["stage"]), f"→ {target}")):  # fmt: skip
                links[link] = links.get(link, Decimal(0)) + amount
        drawn = tuple((a, b, float(v)) for (a, b), v in sorted(links.items()) if v > 0)
        if not drawn:
            return None
        chart = Chart("sankey", self.w("product.flow"), self.unit, links=drawn)
        return Section(self.w("product.flow"), self.w("product.flow_text"), chart=chart)

    def process(self, row: dict[str, Any]) -> str:
        """Give what a line is called: its process, in a ledger its kind."""
        return self.w.kind(row["process"]) if row["process"] == row["kind"] else row["process"]

    def contributions(self) -> Section:
        w = self.w
        rows = tuple(self.line(row) for row in self.f["contributions"][:SHOWN])
        columns = (w("product.process"), w("column.item"), w("product.stage"),
                   w("product.amount", unit=self.scale.unit), w("column.share"),
                   self.column("lower"), self.column("upper"), w("product.data"),
                   "DQR", w("product.line"))  # fmt: skip
        return Section(w("product.contributions"), "", (), columns, rows)

    def line(self, row: dict[str, Any]) -> tuple[object, ...]:
        return (
            self.process(row), row.get("text") or self.kind(row["kind"]), self.stage(row["stage"]),
            self.of(row["co2e_kg"]), _dec(row["share_percent"]), self.of(row["lower_kg"]),
            self.of(row["upper_kg"]), self.w(f"product.data_{row['data'] or 'secondary'}"),
            row["dqr"], row["line"],
        )  # fmt: skip

    def kind(self, kind: str) -> str:
        return kind.removeprefix("flow.") if kind.startswith("flow.") else self.w.kind(kind)

    def packaging(self) -> Section | None:
        w = self.w
        found = [r for r in self.f["contributions"] if r["kind"].startswith("packaging.")]
        if not found:
            return None
        rows = tuple(self.line(row) for row in found)
        columns = self.contributions().columns
        return Section(w("product.packaging"), w("product.packaging_text"), (), columns, rows)

    def box(self) -> Section | None:
        w, box = self.w, self.f["box"]
        if not box:
            return None
        figures = [(w(f"product.box_{part}"), grouped(_grams(amount)), "g CO₂e")
                   for part, amount in box["parts"].items()]  # fmt: skip
        figures += [
            (w("product.box_loss"), box["loss_percent"], "%"),
            (w("product.box_life"), str(box["life"]), w("product.uses")),
            (w("product.box_uses"), box["uses"] or "–", w("product.uses")),
            (w("product.box_use"), grouped(_grams(box["use_kg"])), "g CO₂e"),
        ]
        text = w("product.box_text")
        if box["verdict"]:
            figures.append((w("product.box_turns"), box["turns"] or "∞", w("product.uses")))
            ends = [grouped(_grams(box[k])) for k in ("saved_lower_kg", "saved_upper_kg")]
            figures += [
                (w("product.box_saved"), grouped(_grams(box["saved_kg"])), "g CO₂e"),
                (w("figure.interval"), " – ".join(ends), "g CO₂e"),
            ]
            text += " " + w(f"product.box_{box['verdict']}")
            low, high = (Decimal(box[k]) for k in ("saved_lower_kg", "saved_upper_kg"))
            if low <= 0 <= high:
                text += " " + w("product.box_unsure")
        return Section(w("product.box"), text, tuple(figures))

    def quality(self) -> Section:
        w, found = self.w, self.f["quality"]
        figures = (
            (w("product.primary"), grouped(Decimal(found["primary_percent"]), 1),
             w("unit.of_co2e")),
            (w("product.dqr"), found["dqr"] or "–", ""),
            (w("product.rated"), grouped(Decimal(found["dqr_coverage_percent"]), 1),
             w("unit.of_co2e")),
        )  # fmt: skip
        return Section(w("product.quality"), w("product.quality_text"), figures)

    def scope(self) -> Section:
        w, f = self.w, self.f
        sign = "、" if w.language == "zh" else ", "
        names = {state: sign.join(self.stage(r["stage"]) for r in f["stages"]
                                  if r["state"] == state) or w("product.none")
                 for state in ("known", "missing", "excluded")}  # fmt: skip
        rows = [(w(f"product.in_{state}"), said) for state, said in names.items()]
        rows += [(w(f"product.in_{key}"), w(f"product.in_{key}_text"))
                 for key in ("bio", "luc", "electricity", "offsets")]  # fmt: skip
        if f["cut_off"]:
            said = w("product.cut_off_text",
                     each=f"{float(f['cut_off']['each']) * 100:g}",
                     total=f"{float(f['cut_off']['total']) * 100:g}")  # fmt: skip
            rows.append((w("product.cut_off"), said))
        rows += [
            (w("product.left_out"), f"{row['line']}: {row['reason']} ({row['share_percent']} %)")
            for row in f["left_out"]
        ]
        if f["counted_twice"]:
            said = sign.join(self.stage(stage) for stage in f["counted_twice"])
            rows.append((w("product.twice"), said))
        told = "statement" if f["profile"] == "iso14067" else "statement_other"
        said = w(f"product.{told}", profile=w.profile(f["profile"]))
        return Section(
            w("product.scope"), said, (),
            (w("column.item"), w("column.value")), tuple(rows),
        )  # fmt: skip

    def lacking(self) -> Section:
        w, found = self.w, self.f["findings"]
        rows = tuple((row["code"], row["text"], row["subject"]) for row in found)
        text = w("product.lacking_text" if rows else "product.lacking_none")
        columns = (w("column.code"), w("column.reason"), w("column.item"))
        return Section(w("product.lacking"), text, (), columns, rows)

    def said(self) -> Section | None:
        w = self.w
        rows = tuple(
            (row["line"], row["text"] or "", w(f"product.data_{row['data'] or 'secondary'}"),
             row["source"] or w("none"))
            for row in self.f["said"]
        )  # fmt: skip
        if not rows:
            return None
        columns = (w("product.line"), w("column.item"), w("product.data"), w("column.source"))
        return Section(w("product.amounts"), w("product.amounts_text"), (), columns, rows)

    def assumed(self) -> Section | None:
        w = self.w
        rows = tuple(
            (w.assumption(row["code"]), row["code"], row["lines"], self.of(row["co2e_kg"]))
            for row in self.f["assumptions"]
        )
        if not rows:
            return None
        columns = (w("column.assumption"), w("column.code"), w("product.lines"),
                   w("product.amount", unit=self.scale.unit))  # fmt: skip
        return Section(w("section.assumptions"), "", (), columns, rows)

    def factors(self) -> Section:
        w = self.w
        told = {row["source_id"]: row for row in self.f["sources"]}
        rows = tuple(
            (
                row.get("name", row["factor_id"]), row["gwp_set"], self.of(row["co2e_kg"]),
                "; ".join(told[s]["title"] for s in row.get("sources", ()) if s in told),
                "; ".join(told[s]["licence"] for s in row.get("sources", ()) if s in told),
                row["factor_id"],
            )
            for row in self.f["factors"]
        )  # fmt: skip
        columns = (w("column.factor"), w("column.gwp"),
                   w("product.amount", unit=self.scale.unit), w("column.source"),
                   w("column.licence"), w("column.factor_id"))  # fmt: skip
        return Section(w("section.factors"), "", (), columns, rows)

    def method(self) -> Section:
        w, f = self.w, self.f
        items = (
            (w("product.standard"), ", ".join(f["standard"]) or w("product.none")),
            (w("item.profile"), w.profile(f["profile"])),
            (w("item.gwp"), ", ".join(f["gwp_sets"]) or "–"),
            (w("item.factors"), str(f.get("factors_hash") or "–")),
            (w("item.version"), str(f.get("ledger_version", "–"))),
            (w("item.code"), f"Tanlu {f['code_version']}"),
        )
        return Section(
            w("section.method"), w("product.method"), (),
            (w("column.item"), w("column.value")), items,
        )  # fmt: skip


def _dec(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _grams(kilograms: str | None) -> Decimal | None:
    return None if kilograms is None else Decimal(kilograms) * 1000
