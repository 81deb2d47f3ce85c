"""The sections about doubt: intervals, cuts, quality of the data, and what to measure first."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.report import numbers
from tanlu.report.numbers import grouped
from tanlu.terms import Chart, Section

if TYPE_CHECKING:
    from tanlu.report.words import Words

__all__ = ["lay_out"]

CHARTED = 10
# what is told of a cause by its sort
ENDS = ("lower_kg", "upper_kg")


def lay_out(facts: dict[str, Any], words: Words) -> tuple[Section, ...]:
    """Give the sections; a cut with one row only says what the total says and is left out."""
    view = _View(words, facts)
    cuts = [_cut(view, key) for key, rows in facts["by"].items() if len(rows) > 1]
    return (_head(view), *cuts, _quality(view), *_ranking(view))


class _View:
    """Facts in one tongue and one unit."""

    def __init__(self, words: Words, facts: dict[str, Any]) -> None:
        self.words, self.facts = words, facts
        amounts = [facts["co2e_kg"], facts["approach_1"]["upper_kg"]]
        largest = max(abs(Decimal(each or 0)) for each in amounts)
        self.scale = numbers.scale(int(largest.scaleb(9)))

    def of(self, kilograms: str | None) -> Decimal | None:
        """Give an amount [kg] in the unit of the sections."""
        if kilograms is None:
            return None
        return Decimal(kilograms).scaleb(9 - self.scale.power, context=numbers.EXACT)

    @property
    def unit(self) -> str:
        return f"{self.scale.unit} CO₂e"

    def span(self, row: dict[str, Any] | None) -> str:
        """Give both ends of an interval, or a dash."""
        if row is None:
            return "–"
        ends = [self.of(row[end]) for end in ENDS]
        places = numbers.digits(ends)
        return " – ".join(grouped(end, places) for end in ends)


def _head(view: _View) -> Section:
    w, f = view.words, view.facts
    first, exact, drawn = f["approach_1"], f["analytic"], f["approach_2"]
    figures = [
        (w("doubt.total"), grouped(view.of(f["co2e_kg"])), view.unit),
        (w("doubt.approach_1"), view.span(first), view.unit),
    ]
    if drawn:
        figures.append((w("doubt.approach_2"), view.span(drawn), view.unit))
    figures.append((w("doubt.sigma"), grouped(Decimal(first["sigma_percent"]), 1), "%"))
    rows = [_row(view, "doubt.approach_1", first)]
    if exact:
        rows.append(_row(view, "doubt.analytic", exact))
    if drawn:
        rows.append(_row(view, "doubt.approach_2", drawn))
    columns = (
        w("doubt.column.approach"), w("doubt.column.lower", unit=view.unit),
        w("doubt.column.upper", unit=view.unit), w("doubt.column.mean", unit=view.unit),
        w("doubt.column.median", unit=view.unit), w("doubt.column.error", unit=view.unit),
    )  # fmt: skip
    text = w("doubt.text.head", shared=grouped(Decimal(first["shared_percent"]), 1))
    if drawn:
        text += w("doubt.text.drawn", draws=f"{drawn['draws']:,}", seed=drawn["seed"])
    return Section(w("doubt.section.head"), text, tuple(figures), columns, tuple(rows))


def _row(view: _View, name: str, row: dict[str, Any]) -> tuple[object, ...]:
    error = None
    if "lower_se_kg" in row:
        error = max(view.of(row["lower_se_kg"]) or 0, view.of(row["upper_se_kg"]) or 0)
    return (
        view.words(name), *(view.of(row[end]) for end in ENDS),
        *(view.of(row.get(f"{each}_kg")) for each in ("mean", "median")), error,
    )  # fmt: skip


def _cut(view: _View, key: str) -> Section:
    w = view.words
    # scopes 1 and 2 have no category
    rows = [row for row in view.facts["by"][key] if key != "category" or row[key] is not None]
    drawn = any("drawn_lower_kg" in row for row in rows)
    columns = [
        w.key(key), w("doubt.column.amount", unit=view.unit),
        w("doubt.column.lower", unit=view.unit), w("doubt.column.upper", unit=view.unit),
        w("doubt.column.sigma"),
    ]  # fmt: skip
    if drawn:
        columns += [w("doubt.column.drawn_lower", unit=view.unit),
                    w("doubt.column.drawn_upper", unit=view.unit)]  # fmt: skip
    table = tuple(
        (
            _named(w, key, row[key]), view.of(row["co2e_kg"]), *(view.of(row[end]) for end in ENDS),
            Decimal(row["sigma_percent"]),
            *((view.of(row.get(f"drawn_{end}")) for end in ENDS) if drawn else ()),
        )
        for row in rows
    )  # fmt: skip
    return Section(w("doubt.section.cut", key=w.key(key)), "", (), tuple(columns), table)


def _named(w: Words, key: str, value: str | None) -> str:
    if value is None:
        return w("none")
    return w.kind(value) if key == "kind" else w.maybe(key, value)


def _quality(view: _View) -> Section:
    w, found = view.words, view.facts["quality"]
    figures = [
        (w("doubt.pds"), grouped(Decimal(found["primary_share_percent"]), 1), w("unit.of_co2e"))
    ]
    if found["dqr"] is not None:
        figures.append((w("doubt.dqr"), grouped(Decimal(found["dqr"]), 2),
                        w(f"doubt.class.{found['dqr_class']}")))  # fmt: skip
    shares = tuple(
        (w(f"doubt.tier.{name}"), Decimal(found[f"{name}_percent"]), None)
        for name in ("primary", "modelled", "default")
    )
    scores = tuple(
        (w(f"doubt.score.{name}"), None, Decimal(found[name]))
        for name in ("technology", "geography", "time", "precision")
        if found[name] is not None
    )
    columns = (w("column.item"), w("doubt.column.share"), w("doubt.column.score"))
    return Section(
        w("doubt.section.quality"), w("doubt.text.quality"), tuple(figures), columns,
        shares + scores,
    )  # fmt: skip


def _ranking(view: _View) -> tuple[Section, ...]:
    w = view.words
    rows = [row for row in view.facts["ranking"] if Decimal(row["fall_percent"]) > 0]
    if not rows:
        return ()
    names = [_cause(w, row) for row in rows]
    few = list(zip(names, rows, strict=True))[:CHARTED]
    chart = Chart(
        "bar", w("doubt.chart"), "%", tuple(name for name, _ in few),
        ((w("doubt.column.fall"), tuple(float(row["fall_percent"]) for _, row in few)),),
    )  # fmt: skip
    columns = (
        w("doubt.column.cause"), w("doubt.column.of"), w("doubt.column.variance"),
        w("doubt.column.fall"), w("doubt.column.now", unit=view.unit),
        w("doubt.column.then", unit=view.unit), w("doubt.column.narrower"),
    )  # fmt: skip
    table = tuple(
        (
            name, w(f"doubt.of.{row['of']}"), Decimal(row["share_percent"]),
            Decimal(row["fall_percent"]), view.of(row["half_width_kg"]),
            view.of(row["half_width_then_kg"]), Decimal(row["narrower_percent"]),
        )
        for name, row in zip(names, rows, strict=True)
    )  # fmt: skip
    return (
        Section(w("doubt.section.ranking"), w("doubt.text.ranking"), (), columns, table, chart),
    )


def _cause(w: Words, row: dict[str, Any]) -> str:
    """Give what a cause is called: an assumption by its sentence, a kind by its word."""
    if row["of"] == "assumption":
        return w.assumption(row["label"])
    if row["of"] == "kind":
        return w.kind(row["label"])
    if row["of"] == "data":
        return w("doubt.of.data")
    return str(row["label"])
