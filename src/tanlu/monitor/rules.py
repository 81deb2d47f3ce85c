"""One rule of a mapping: how a column of the activity comes out of columns of the file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tanlu.errors import TanluError
from tanlu.terms import schema, units

__all__ = ["PLACES", "QUANTITIES", "TIMES", "WHOLE", "Refer", "Rule", "rule", "wrong"]

# stored unit of the schema -> dimension that a unit in a mapping must have
DIMENSIONS = {
    "mg": "mass",
    "m": "distance",
    "J": "energy",
    "mL": "volume",
    "1": "count",
    "0.001 TEU": "container",
    "1/100 of currency": "money",
    "ppm": "share",
    "1e-7 deg": "angle",
    "1e-3 degC": "temperature",
    "us": "time",
}
WHOLE = ("leg_no", "quality", "source_seq")
TIMES = ("start", "end")
PLACES = ("origin", "destination", "place")
# what the reader itself writes
OWN = ("zone", "precision", "labels", "assumptions", "corrects", "source_sha256", "source_sheet")
KEYS = {
    "from", "unit", "unit_from", "text", "value", "map", "else", "null", "formats", "zone",
    "decimal", "thousands", "assumption", "places", "locate", "when", "refer",
}  # fmt: skip
ELSE = ("refuse", "null", "keep")


@cache
def quantities() -> dict[str, str]:
    """Give the columns that are quantities, with the dimension of each."""
    return {
        column.name: DIMENSIONS[column.unit]
        for column in schema("activity").columns
        if column.type == "int64"
        and column.unit in DIMENSIONS
        and column.name not in (*WHOLE, *TIMES)
    }


QUANTITIES = quantities()


@dataclass(frozen=True, slots=True)
class Refer:
    """A text that names another line whose quantity this line shares.

    ``pattern`` has the groups ``id`` and, if wanted, ``group``; ``id`` and ``group`` are the
    columns that hold what they name; ``share_by`` is the column by which to share.
    """

    pattern: str
    id: str
    group: str | None
    share_by: str | None
    assumption: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How one column of the activity is read; see the reference of mappings."""

    target: str
    sources: tuple[str, ...] = ()
    unit: str | None = None
    unit_from: str | None = None
    text: str | None = None
    value: str | int | float | None = None
    words: Table[str, str] | None = None
    otherwise: str = "refuse"
    null: Table[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    zone: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    assumption: str | None = None
    places: Table[str, str] | None = None
    locate: bool = False
    when: Table[str, tuple[str, ...]] = field(default_factory=dict)
    refer: Refer | None = None

    def columns(self) -> tuple[str, ...]:
        """Give every column of the file that the rule reads."""
        found = [*self.sources, *self.when, *parts_of(self.text or "")]
        found += [name for name in (self.unit_from,) if name]
        if self.refer:
            more = (self.refer.id, self.refer.group, self.refer.share_by)
            found += [name for name in more if name]
        return tuple(dict.fromkeys(found))


def parts_of(text: str) -> list[str]:
    """Give the columns that a template such as ``waybill:{Waybill}`` names."""
    return re.findall(r"{([^{}]+)}", text)


def wrong(where: str, why: str) -> TanluError:
    """Give the error of a mapping that does not hold."""
    return TanluError("TL302", value=where, why=why)


def rule(target: str, asked: Any) -> Rule:
    """Give the rule that a table of the mapping states.

    Raises
    ------
    TanluError
        TL302 for what is not understood, TL303 for a quantity without a unit.
    """
    where = f"activity.{target}"
    if not isinstance(asked, dict):
        raise wrong(where, 'it must be a table such as { from = "column" }')
    for key in asked:
        if key not in KEYS:
            raise wrong(f"{where}.{key}", f"no such key; {_nearest(key, KEYS)}")
    _known(target, where)
    made = Rule(
        target,
        sources=_texts(asked.get("from", ()), f"{where}.from"),
        unit=_text(asked.get("unit"), f"{where}.unit"),
        unit_from=_text(asked.get("unit_from"), f"{where}.unit_from"),
        text=_text(asked.get("text"), f"{where}.text"),
        value=_value(asked.get("value"), f"{where}.value"),
        words=_words(asked["map"], f"{where}.map") if "map" in asked else None,
        otherwise=_text(asked.get("else"), f"{where}.else") or "refuse",
        null=_null(asked.get("null", ()), f"{where}.null"),
        formats=_texts(asked.get("formats", ()), f"{where}.formats"),
        zone=_text(asked.get("zone"), f"{where}.zone"),
        decimal=_text(asked.get("decimal"), f"{where}.decimal"),
        thousands=_text(asked.get("thousands"), f"{where}.thousands"),
        assumption=_text(asked.get("assumption"), f"{where}.assumption"),
        places=_words(asked["places"], f"{where}.places") if "places" in asked else None,
        locate=asked.get("locate") is True,
        when=_when(asked.get("when", {}), f"{where}.when"),
        refer=_refer(asked["refer"], f"{where}.refer") if "refer" in asked else None,
    )
    _filled_in(asked, where)
    _consistent(made, where)
    return made


def _filled_in(asked: dict[str, Any], where: str) -> None:
    """Refuse what a proposal has left open for a person to fill in."""
    for key in ("from", "value", "text", "unit_from", "formats", "thousands", "decimal"):
        said = asked.get(key)
        if said == "" or (isinstance(said, list) and "" in said):
            raise TanluError("TL319", value=f"{where}.{key}")
    words = asked.get("map")
    if where == "activity.kind" and isinstance(words, dict) and "" in words.values():
        raise TanluError("TL319", value=f"{where}.map")


def _known(target: str, where: str) -> None:
    names = [name for name in schema("activity").names if name not in OWN]
    if target not in names or target == "source_line":
        raise wrong(where, f"no such column of the activity; {_nearest(target, names)}")


def _nearest(word: str, words: Any) -> str:
    near = difflib.get_close_matches(word, list(words), n=1, cutoff=0.4)
    return f"did you mean '{near[0]}'?" if near else f"there are {', '.join(sorted(words))}"


def _consistent(made: Rule, where: str) -> None:
    given = [bool(made.sources), made.text is not None, made.value is not None]
    if sum(given) != 1:
        raise wrong(where, "it needs one of from, text or value")
    if made.value is not None and not made.assumption:
        raise wrong(where, 'a constant is an assumption: name it, assumption = "code"')
    if made.otherwise not in ELSE:
        raise wrong(f"{where}.else", f"it is one of {', '.join(ELSE)}")
    if made.target in QUANTITIES:
        _measured(made, where)
    elif made.unit or made.unit_from or made.refer:
        raise wrong(where, "only a quantity has a unit or refers to another line")
    if (made.places is not None or made.locate) and made.target not in PLACES:
        raise wrong(where, f"places belong to {', '.join(PLACES)}")
    if (made.formats or made.zone) and made.target not in TIMES:
        raise wrong(where, "formats and zone belong to start and end")
    if made.target == "kind" and made.words is None and made.value is None and not made.sources:
        raise wrong(where, "a kind comes from a column, a map or a constant")


def _measured(made: Rule, where: str) -> None:
    if not made.unit and made.unit_from is None:
        source = made.sources[0] if made.sources else made.target
        raise TanluError("TL303", value=made.target, column=source)
    if made.unit is not None and QUANTITIES[made.target] != "angle":
        found, wanted = units.unit(made.unit).dimension, QUANTITIES[made.target]
        if found.partition(".")[0] != wanted:
            raise wrong(f"{where}.unit", f"'{made.unit}' measures {found}, not {wanted}")
    for name, sign in (("decimal", made.decimal), ("thousands", made.thousands)):
        if sign is not None and len(sign) != 1:
            raise wrong(f"{where}.{name}", "it is one sign")
    if made.words is not None or made.text is not None:
        raise wrong(where, "a quantity is a number, not words")


def _refer(asked: Any, where: str) -> Refer:
    if not isinstance(asked, dict) or not {"pattern", "id", "assumption"} <= set(asked):
        raise wrong(where, "it needs pattern, id and assumption")
    pattern = str(asked["pattern"])
    try:
        groups = re.compile(pattern).groupindex
    except (re.error, RecursionError, OverflowError) as error:
        raise wrong(f"{where}.pattern", str(error)) from error
    if "id" not in groups:
        raise wrong(f"{where}.pattern", "it needs a group (?P<id>…)")
    group, share_by = asked.get("group"), asked.get("share_by")
    return Refer(
        pattern,
        str(asked["id"]),
        _text(group, f"{where}.group"),
        _text(share_by, f"{where}.share_by"),
        str(asked["assumption"]),
    )


def _text(asked: Any, where: str) -> str | None:
    if asked is None or isinstance(asked, str):
        return asked
    raise wrong(where, "it must be a text")


def _value(asked: Any, where: str) -> str | int | float | None:
    if asked is None or (isinstance(asked, str | int | float) and not isinstance(asked, bool)):
        return asked
    raise wrong(where, "it must be a text or a number")


def _texts(asked: Any, where: str) -> tuple[str, ...]:
    many = (asked,) if isinstance(asked, str) else asked
    if isinstance(many, list | tuple) and all(isinstance(each, str) for each in many):
        return tuple(many)
    raise wrong(where, "it must be a text or a list of texts")


def _words(asked: Any, where: str) -> dict[str, str]:
    if isinstance(asked, dict) and all(isinstance(word, str) for word in asked.values()):
        return {str(key): str(word) for key, word in asked.items()}
    raise wrong(where, "it must be a table of text = text")


def _null(asked: Any, where: str) -> dict[str, str]:
    if isinstance(asked, dict):
        return _words(asked, where)
    return dict.fromkeys(_texts(asked, where), "")


def _when(asked: Any, where: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(asked, dict):
        raise wrong(where, "it must be a table of column = value")
    return {str(key): _texts(value, f"{where}.{key}") for key, value in asked.items()}
