"""The mapping of a file: a TOML text that says what each column means, once and for all to see."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tanlu.errors import TanluError
from tanlu.monitor.rules import Rule, parts_of, rule, wrong
from tanlu.terms import time

__all__ = ["Assumption", "Mapping", "Place"]

SECTIONS = {"name", "include", "file", "read", "assumptions", "places", "activity", "labels"}
INCLUDED = {"name", "assumptions", "places"}
PINS = {"encoding": str, "delimiter": str, "quote": str, "header_line": int, "sheet": str}
APART = "\0"
READ = {"zone", "null", "decimal", "thousands", "personal"}
PLACE = {"code", "lat", "lon", "name", "assumption", "spelled"}
REQUIRED = ("start", "kind")
ALWAYS_NULL = ("",)


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something taken for true that the file does not say, and why."""

    code: str
    reason: str
    reason_zh: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a mapping names: a code, WGS 84 degrees, and the assumption behind it.

    ``spelled`` has other texts by which a file calls it.
    """

    code: str | None
    lat: float | None
    lon: float | None
    name: str
    assumption: str | None
    spelled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the columns of a file mean; see the reference of mappings."""

    name: str
    rules: Table[str, tuple[Rule, ...]]
    labels: Table[str, str] = field(default_factory=dict)
    assumptions: Table[str, Assumption] = field(default_factory=dict)
    places: Table[str, Place] = field(default_factory=dict)
    pins: Table[str, Any] = field(default_factory=dict)
    zone: str = time.ZONE
    null: tuple[str, ...] = ALWAYS_NULL
    decimal: str = "."
    thousands: str | None = None
    personal: tuple[str, ...] = ()
    text: str = ""

    @property
    def sha256(self) -> str:
        """The hash of its text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @classmethod
    def load(cls, path: str | Path) -> Mapping:
        """Give the mapping in a TOML file.

        Raises
        ------
        TanluError
            TL301 when the file cannot be read, TL302 when it does not hold, TL303 for a quantity
            without a unit.
        """
        file = Path(path)
        return cls.parse(_text(file), file.name, folder=file.parent)

    @classmethod
    def parse(cls, text: str, name: str = "mapping", *, folder: Path | None = None) -> Mapping:
        """Give the mapping that a TOML text states; errors as `load`.

        ``include = ["places.toml"]`` names files in ``folder`` with more ``places`` and
        ``assumptions``; what the mapping itself states of a place wins. ``text`` of a mapping is
        its own and those of the files, apart by NUL: from that it is had again without a folder.
        """
        text, *known = text.split(APART)
        asked = _toml(text, name)
        _only(asked, SECTIONS, name)
        texts = [text]
        for number, each in enumerate(_included(asked)):
            if number < len(known):
                texts.append(known[number])
            elif folder is not None:
                texts.append(_text(folder / each))
            else:
                raise wrong("include", f"'{each}' has no folder to stand in")
            _merge(asked, _toml(texts[-1], each), each)
        reading = _table(asked, "read")
        _only(reading, READ, "read")
        made = cls(
            name=str(asked.get("name", name)),
            rules=_rules(_table(asked, "activity")),
            labels=_labels(_table(asked, "labels")),
            assumptions=dict(_assumptions(_table(asked, "assumptions"))),
            places=dict(_places(_table(asked, "places"))),
            pins=_pins(_table(asked, "file")),
            zone=str(reading.get("zone", time.ZONE)),
            null=(*ALWAYS_NULL, *_list(reading, "null")),
            decimal=str(reading.get("decimal", ".")),
            thousands=str(reading["thousands"]) if "thousands" in reading else None,
            personal=tuple(_list(reading, "personal")),
            text=APART.join(texts),
        )
        _holds(made)
        return made

    def columns(self) -> tuple[str, ...]:
        """Give every column of the file that the mapping reads."""
        found = [name for rules in self.rules.values() for each in rules for name in each.columns()]
        for source in self.labels.values():
            found += parts_of(source) or [source]
        return tuple(dict.fromkeys([*found, *self.personal]))

    def spellings(self) -> dict[str, str]:
        """Give the name of a place by each text that means it."""
        found = {name: name for name in self.places}
        for name, place in self.places.items():
            found.update(dict.fromkeys(place.spelled, name))
        return found


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TanluError("TL301", value=file.name, why=str(error)) from error


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise wrong(name, str(error)) from error


def _included(asked: dict[str, Any]) -> list[str]:
    found = asked.get("include", [])
    many = [found] if isinstance(found, str) else found
    if not isinstance(many, list) or not all(isinstance(each, str) for each in many):
        raise wrong("include", "it must be a text or a list of texts")
    return many


def _merge(asked: dict[str, Any], more: dict[str, Any], name: str) -> None:
    """Add what an included file states and the mapping does not."""
    _only(more, INCLUDED, name)
    for section in ("assumptions", "places"):
        asked[section] = {**_table(more, section), **_table(asked, section)}


def _table(asked: dict[str, Any], key: str) -> dict[str, Any]:
    found = asked.get(key, {})
    if not isinstance(found, dict):
        raise wrong(key, "it must be a table")
    return found


def _only(asked: dict[str, Any], known: set[str], where: str) -> None:
    for key in asked:
        if key not in known:
            raise wrong(f"{where}: {key}", f"no such key; there are {', '.join(sorted(known))}")


def _list(asked: dict[str, Any], key: str, where: str = "read") -> list[str]:
    found = asked.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise wrong(f"{where}.{key}", "it must be a list of texts")
    return found


def _rules(asked: dict[str, Any]) -> dict[str, tuple[Rule, ...]]:
    return {
        target: tuple(rule(target, each) for each in (some if isinstance(some, list) else [some]))
        for target, some in asked.items()
    }


def _labels(asked: dict[str, Any]) -> dict[str, str]:
    if not all(isinstance(source, str) for source in asked.values()):
        raise wrong("labels", "each label is the text of a column or a template")
    return dict(sorted(asked.items()))


def _assumptions(asked: dict[str, Any]) -> Iterator[tuple[str, Assumption]]:
    for code, said in asked.items():
        table = {"reason": said} if isinstance(said, str) else said
        if not isinstance(table, dict) or not table.get("reason"):
            raise wrong(f"assumptions.{code}", "it needs a reason")
        _only(table, {"reason", "reason_zh", "source"}, f"assumptions.{code}")
        if ";" in code:
            raise wrong(f"assumptions.{code}", "a code has no semicolon")
        yield code, Assumption(code, **{key: str(text) for key, text in table.items()})


def _places(asked: dict[str, Any]) -> Iterator[tuple[str, Place]]:
    for name, said in asked.items():
        where = f"places.{name}"
        if not isinstance(said, dict):
            raise wrong(where, "it must be a table")
        _only(said, PLACE, where)
        lat, lon = said.get("lat"), said.get("lon")
        if (lat is None) != (lon is None) or not (lat is not None or said.get("code")):
            raise wrong(where, "it needs lat and lon, or a code")
        if lat is not None and not (_degrees(lat, 90) and _degrees(lon, 180)):
            raise wrong(where, "lat is within ±90 and lon within ±180")
        yield (
            name,
            Place(
                code=said.get("code"),
                lat=float(lat) if lat is not None else None,
                lon=float(lon) if lon is not None else None,
                name=str(said.get("name", name)),
                assumption=said.get("assumption"),
                spelled=tuple(_list(said, "spelled", where)),
            ),
        )


def _degrees(value: Any, bound: int) -> bool:
    return isinstance(value, int | float) and abs(value) <= bound


def _pins(asked: dict[str, Any]) -> dict[str, Any]:
    _only(asked, set(PINS), "file")
    for key, value in asked.items():
        if not isinstance(value, PINS[key]):
            raise wrong(f"file.{key}", f"it must be of type {PINS[key].__name__}")
    return asked


def _holds(made: Mapping) -> None:
    for target in REQUIRED:
        if target not in made.rules:
            raise wrong("activity", f"it must say where '{target}' comes from")
    used = {place.assumption for place in made.places.values()}
    for rules in made.rules.values():
        for each in rules:
            used |= {each.assumption, each.refer.assumption if each.refer else None}
            for site in (each.places or {}).values():
                if site and site not in made.places:
                    raise wrong(f"activity.{each.target}.places", f"no place '{site}'")
            if each.zone is not None:
                time.period("2026", each.zone)
    for code in sorted(code for code in used if code is not None):
        if code not in made.assumptions:
            raise wrong(f"assumptions.{code}", "it is used but has no reason")
    time.period("2026", made.zone)
