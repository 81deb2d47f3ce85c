"""The document of a trace: the legs in order, and after them what stands beside and behind."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.errors import say
from tanlu.report.numbers import exact, grouped
from tanlu.report.tracing.facts import facts
from tanlu.report.words import Words
from tanlu.terms import Chart, Document, Section

if TYPE_CHECKING:
    from tanlu.track.trace import Traced

__all__ = ["tracing"]

DAY = 10
MINUTE = 16
CHARTED = 24
SHORT = 12


def tracing(traced: Traced, *, language: str = "en") -> Document:
    """Give the document of a trace; its facts are all that is known.

    Parameters
    ----------
    traced
        What `tanlu.track.trace.trace` gives.
    language
        ``en`` or ``zh``.
    """
    words = Words(language)
    told = facts(traced, words)
    sections = [_head(words, told), _legs(words, told), _stages(words, told), _things(words, told),
                _boxes(words, told), _nodes(words, told), _open(words, told), _proof(words, told),
                _next(words, told)]  # fmt: skip
    title = words("trace.title", subject=told["subject"])
    return Document(title, words.language, tuple(each for each in sections if each), told)


def _head(w: Words, told: dict[str, Any]) -> Section:
    lead = w(
        "trace.lead", direction=w(f"trace.direction.{told['direction']}"),
        profile=w.profile(told["profile"] or "–"), basis=w.maybe("basis", told["basis"]),
        version=told["ledger"]["version"],
    )  # fmt: skip
    own = [leg for leg in told["legs"] if leg["relation"] == "self"]
    metres = sum(leg["distance_m"] or 0 for leg in own)
    counted = told["quantified"]
    figures = [
        _amount(w, told["total"]),
        (w("trace.legs"), str(len(own)), ""),
        (w("trace.distance"), grouped(exact(metres, 3)), "km"),
        (w("trace.covered"), f"{counted['quantified']} / {counted['legs']}", ""),
    ]
    if told["total"]:
        total = told["total"]
        ends = f"{grouped(Decimal(total['lower_kg']))} – {grouped(Decimal(total['upper_kg']))}"
        figures.insert(1, (w("trace.interval"), ends, "kg"))
    for boundary, amount in sorted(told["boundaries"].items()):
        name = w.maybe("boundary", boundary)
        figures.append((name, grouped(Decimal(amount["co2e_kg"])), "kg CO₂e"))
    return Section(
        w("trace.title", subject=told["subject"]), lead, tuple(figures), chart=_chart(w, own)
    )


def _amount(w: Words, total: dict[str, str] | None) -> tuple[str, str, str]:
    if total is None:
        return w("trace.own"), w("trace.no_sum"), ""
    return w("trace.own"), grouped(Decimal(total["co2e_kg"])), "kg CO₂e"


def _chart(w: Words, own: list[dict[str, Any]]) -> Chart | None:
    """Give the bars of the first legs; one that is not quantified is in the table alone."""
    done = [leg for leg in own if leg["emission"]][:CHARTED]
    if not done:
        return None
    names = tuple(f"{leg['number']} {w.kind(leg['kind'])}" for leg in done)
    values = tuple(float(leg["emission"]["co2e_kg"]) for leg in done)
    return Chart("bar", w("trace.by_leg"), "kg CO₂e", names, ((w("total"), values),))


def _legs(w: Words, told: dict[str, Any]) -> Section | None:
    if not told["legs"]:
        return None
    several = any(leg["relation"] != "self" for leg in told["legs"])
    rows = []
    for leg in told["legs"]:
        amount = leg["emission"]
        row: list[object] = [
            leg["number"], w.kind(leg["kind"]), way(leg), span(leg),
            None if leg["distance_m"] is None else exact(leg["distance_m"], 3),
            Decimal(amount["co2e_kg"]) if amount else None,
            _range(amount),
            w.maybe("tier", leg["tier"]) if leg["tier"] else w("trace.no_sum"),
            ", ".join([*leg["carriers"], *filter(None, [leg["vehicle"]])]) or None,
        ]  # fmt: skip
        if several:
            row.append(_whose(w, leg, told["subject"]))
        rows.append(tuple(row))
    columns = [w(f"trace.column.{name}") for name in ("leg", "mode", "way", "when", "km", "kg",
                                                       "range")]  # fmt: skip
    columns += [w("column.tier"), w("trace.column.carrier")]
    columns += [w("trace.column.whose")] if several else []
    text = w("trace.text.others") if several else ""
    return Section(w("trace.section.legs"), text, (), tuple(columns), tuple(rows))


def _whose(w: Words, leg: dict[str, Any], subject: str) -> str:
    if leg["thing"] == subject:
        return w("trace.relation.self")
    return f"{leg['thing']} ({w('trace.relation.' + leg['relation'])})"


def way(leg: dict[str, Any]) -> str | None:
    """Give from where to where a leg went, or where the work was done."""
    ends = [_name(leg[end]) for end in ("origin", "destination")]
    known = [end for end in ends if end]
    if len(set(known)) == 2:
        return " → ".join(known)
    place = _name(leg["place"])
    return known[0] if known else place


def _name(place: dict[str, Any] | None) -> str | None:
    if place is None:
        return None
    return place["name"] or place["code"] or f"{float(place['lat']):.3f}, {float(place['lon']):.3f}"


def span(leg: dict[str, Any]) -> str:
    """Give start and end of a leg by the clock of its zone; the day of the end where it differs."""
    start, end = leg["start"].replace("T", " "), leg["end"].replace("T", " ")
    same = start[:DAY] == end[:DAY]
    return f"{start[:MINUTE]} – {end[DAY + 1 : MINUTE] if same else end[:MINUTE]}"


def _range(amount: dict[str, str] | None) -> str | None:
    if amount is None:
        return None
    return f"{grouped(Decimal(amount['lower_kg']))} – {grouped(Decimal(amount['upper_kg']))}"


def _stages(w: Words, told: dict[str, Any]) -> Section | None:
    if not told["stages"]:
        return None
    rows = tuple(
        (
            w.maybe("stage", row["stage"] or "untold"), w.maybe("boundary", row["boundary"]),
            exact(int(row["co2e_ug"]), 9), w(f"trace.relation.{row['relation']}"),
        )
        for row in sorted(told["stages"], key=lambda row: row["relation"] != "self")
    )  # fmt: skip
    columns = tuple(w(f"trace.column.{name}") for name in ("stage", "boundary", "kg", "whose"))
    others = [f"{row['profile']} ({row['basis']})" for row in told["available"]
              if row["profile"] != told["profile"]
              or row["basis"] not in (told["basis"], "none")]  # fmt: skip
    text = w("trace.text.available", others=", ".join(others)) if others else ""
    return Section(w("trace.section.stages"), text, (), columns, rows)


def _things(w: Words, told: dict[str, Any]) -> Section | None:
    legs: dict[str, int] = {}
    for leg in told["legs"]:
        legs[leg["thing"]] = legs.get(leg["thing"], 0) + 1
    rows: tuple[tuple[object, ...], ...] = tuple(
        (each["thing"], w(f"trace.relation.{each['relation']}"), legs.get(each["thing"], 0),
         " ← ".join(reversed(each["path"][:-1])))
        for each in told["things"] if each["relation"] not in ("self", "carrier")
    )  # fmt: skip
    rows += tuple(
        (link["target"], link["relation"], None, link["source"])
        for link in told["links"] if link["relation"] != "made"
    )  # fmt: skip
    if not rows:
        return None
    columns = (*(w(f"trace.column.{n}") for n in ("thing", "relation", "legs")), "←")
    return Section(w("trace.section.things"), "", (), columns, rows)


def _boxes(w: Words, told: dict[str, Any]) -> Section | None:
    if not told["boxes"]:
        return None
    rows = tuple(
        (each["thing"], each["carrier"], _time(each["since"]) or w("unknown"),
         _time(each["until"]) or w("trace.open"))
        for each in told["boxes"]
    )  # fmt: skip
    columns = tuple(w(f"trace.column.{n}") for n in ("thing", "carrier", "since", "until"))
    return Section(w("trace.section.boxes"), "", (), columns, rows)


def _nodes(w: Words, told: dict[str, Any]) -> Section | None:
    if not told["nodes"]:
        return None
    tracked = any(node["probability"] for node in told["nodes"])
    rows = tuple(
        (node["number"], _name(node["place"]) or w("unknown"), w.maybe("trace.kind", node["kind"]),
         _time(node["arrival"]), _time(node["departure"]), node["step"],
         *((_chance(node), _error(node)) if tracked else ()))
        for node in told["nodes"]
    )  # fmt: skip
    names = ["place", "relation", "since", "until", "step"]
    names += ["probability", "range"] if tracked else []
    columns = ("#", *(w(f"trace.column.{name}") for name in names))
    return Section(w("trace.section.nodes"), "", (), columns, rows)


def _chance(node: dict[str, Any]) -> str | None:
    chance = node["probability"]
    return None if chance is None else f"{Decimal(chance) * 100:.1f} %"


def _error(node: dict[str, Any]) -> str | None:
    """Give how far off, to 95 %, arrival and place may be."""
    if node["radius_95_m"] is None:
        return None
    low, high = (dt.datetime.fromisoformat(each) for each in node["arrival_95"])
    seconds = round((high - low).total_seconds() / 2)
    reach = f"{seconds} s" if seconds < 120 else f"{round(seconds / 60)} min"
    metres = round(Decimal(node["radius_95_m"]))
    return f"± {reach} · {metres} m"


def _time(text: str | None) -> str | None:
    return None if text is None else f"{text[:MINUTE].replace('T', ' ')}Z"


def _open(w: Words, told: dict[str, Any]) -> Section:
    rows = tuple(
        (code, say(code, language=w.language, value=row["value"]).removeprefix(f"[{code}] "))
        for row in told["findings"]
        for code in (row["code"],)
    )
    text = "" if rows else w("trace.text.sound" if told["legs"] else "trace.text.none")
    columns = (w("column.code"), w("trace.column.finding")) if rows else ()
    return Section(w("trace.section.open"), text, (), columns, rows)


def _proof(w: Words, told: dict[str, Any]) -> Section | None:
    rows = tuple(
        (leg["number"], leg["activity_id"], _row(w, leg["proof"]), _source(w, leg["proof"]))
        for leg in told["legs"]
        if leg["proof"]
    )
    if not rows:
        return None
    columns = ("#", w("column.item"), w("trace.column.row"), w("trace.column.source"))
    return Section(w("trace.section.proof"), "", (), columns, rows)


def _row(w: Words, proof: dict[str, Any]) -> str:
    return w("trace.row", version=proof["version"], part=proof["part"], row=proof["row"])


def _source(w: Words, proof: dict[str, Any]) -> str | None:
    if proof["source_device"]:
        return w("trace.device", device=proof["source_device"], seq=proof["source_seq"])
    if proof["source_sha256"]:
        line = "–" if proof["source_line"] is None else proof["source_line"]
        return w("trace.file", sha256=proof["source_sha256"][:SHORT], line=line)
    return None


def _next(w: Words, told: dict[str, Any]) -> Section:
    subject = told["subject"]
    return Section(w("trace.section.next"), f"tanlu prove {subject} · tanlu why {subject}")
