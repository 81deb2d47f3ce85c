"""An inventory in the order of who asks: every item is answered, or said to be missing."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from tanlu.errors import TanluError
from tanlu.report.disclosure.paths import reach
from tanlu.report.words import Words
from tanlu.terms import Document, Section

__all__ = ["disclosed"]

# keys whose values have words of their own, and where these stand
SAID = {
    "approach": "approach", "basis": "basis", "category": "category", "gas": "gas",
    "iso_category": "iso", "relation": "relation", "status": "status",
}  # fmt: skip


@cache
def _items() -> tuple[dict[str, str], ...]:
    table = resources.files("tanlu.report.disclosure").joinpath("items.csv")
    return tuple(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))


def disclosed(
    document: Document, form: str = "iso14064", given: Mapping[str, str] | None = None
) -> Document:
    """Give an inventory as a disclosure: one section an item, in the order of the form.

    Parameters
    ----------
    document
        What `tanlu.report.organisation.organisation` gives.
    form
        ``iso14064``: items a to t of ISO 14064-1:2018 9.3.1; ``cn``: the five parts of the report
        in the guides of the National Development and Reform Commission.
    given
        What only people can tell, by item: who is responsible, whether it was verified …

    Returns
    -------
    Document
        ``facts`` are those of the inventory and ``disclosure``: ``form``, ``answered``,
        ``missing`` (items).

    Raises
    ------
    TanluError
        TL822 for a form that is not known or an item that it does not have.
    """
    words = Words(document.language)
    facts = {**document.facts, "period": _dated(document.facts.get("period"))}
    asked = [item for item in _items() if item["form"] == form]
    told = dict(given or {})
    names = {item["item"] for item in asked}
    forms = ", ".join(dict.fromkeys(item["form"] for item in _items()))
    if not asked or set(told) - names:
        wrong = form if not asked else ", ".join(sorted(set(told) - names))
        known = forms if not asked else " ".join(item["item"] for item in asked)
        raise TanluError("TL822", value=wrong, known=known)
    made = [_section(item, facts, told.get(item["item"]), words) for item in asked]
    missing = [item["item"] for item, (_, has) in zip(asked, made, strict=True) if not has]
    head = Section(
        document.title,
        words(f"disclosed.lead.{form}"),
        (
            (words("disclosed.answered"), f"{len(asked) - len(missing)}", f"/ {len(asked)}"),
            (words("disclosed.missing"), " ".join(missing) or "–", ""),
        ),
    )
    facts = {**document.facts, "disclosure": {
        "form": form, "answered": [n for n in (i["item"] for i in asked) if n not in missing],
        "missing": missing,
    }}  # fmt: skip
    sections = (head, *(section for section, _ in made))
    return Document(f"{document.title} · {words(f'disclosed.{form}')}", document.language,
                    sections, facts)  # fmt: skip


def _dated(period: Any) -> Any:
    """Give a period with its days where nobody named it."""
    if not isinstance(period, dict) or period.get("text") or period.get("end_us") is None:
        return period
    zone = ZoneInfo(period.get("zone") or "UTC")
    days = [
        dt.datetime.fromtimestamp(int(at) // 1_000_000, zone).date().isoformat()
        for at in (period["start_us"], period["end_us"] - 1)
    ]
    return {**period, "text": " – ".join(days)}


def _section(
    item: Mapping[str, str], facts: Mapping[str, Any], given: str | None, words: Words
) -> tuple[Section, bool]:
    title = f"{item['item']} · {item[words.language]}"
    found = [
        (words(f"disclosed.k.{_last(path)}"), _cell(_last(path), value, words))
        for path in filter(None, item["values"].split(";"))
        if (value := reach(facts, path)) not in (None, [], "")
    ]
    figures = tuple(
        (name, f"{value:,.3f}".rstrip("0").rstrip("."), "%" if "%" in name else "t CO₂e")
        for name, value in found
        if isinstance(value, Decimal)
    )
    said = [f"{name}: {value}" for name, value in found if not isinstance(value, Decimal)]
    columns, rows = _table(item["table"], facts, words)
    has = bool(given or found or rows)
    text = "\n".join(filter(None, (given, *said, None if has else words("disclosed.absent"))))
    return Section(title, text, figures, columns, rows), has


def _table(
    told: str, facts: Mapping[str, Any], words: Words
) -> tuple[tuple[str, ...], tuple[tuple[object, ...], ...]]:
    path, _, names = told.partition(":")
    found = reach(facts, path) if path else None
    if not isinstance(found, list) or not found:
        return (), ()
    keys = names.split(",")
    columns = tuple(words(f"disclosed.k.{key}") for key in keys)
    return columns, tuple(tuple(_cell(key, row.get(key), words) for key in keys) for row in found)


def _last(path: str) -> str:
    """Give the name of a path's value; a number is a scope of what stands before it."""
    steps = re.sub(r"\[[^\]]*\]", "", path).split(".")
    return f"{steps[-2]}_{steps[-1]}" if steps[-1].isdigit() else steps[-1]


def _cell(key: str, value: Any, words: Words) -> object:
    if value is None:
        return None
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if "_kg" in key:
        return Decimal(str(value)).scaleb(-3)
    if key.endswith("_percent"):
        return Decimal(str(value))
    if key == "kind":
        return words.kind(str(value))
    if key == "profile":
        return words.profile(str(value))
    if key in SAID:
        return words.maybe(SAID[key], str(value))
    return value if isinstance(value, int) else str(value)
