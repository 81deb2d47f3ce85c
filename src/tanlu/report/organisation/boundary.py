"""The boundary file ``organisation.toml``: who belongs to the inventory, by which one approach.

Strict: what is not understood is refused with a code, because a boundary that is half read moves
emissions without a word. Shares are decimal text and stay exact.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

from tanlu.errors import TanluError

__all__ = [
    "APPROACHES",
    "NAME",
    "Base",
    "Boundary",
    "Change",
    "Entity",
    "Exclusion",
    "parse",
    "read",
]

NAME = "organisation.toml"
APPROACHES = ("equity_share", "financial_control", "operational_control")
LEASES = ("none", "upstream", "downstream")
ROLES = ("member", "franchise", "processor")
CHANGES = ("bought", "sold", "outsourced", "insourced", "method", "factor", "error")
# guides that are shown beside: 发改办气候〔2015〕1722号, land transport
NATIONAL = ("none", "cn_road_2015")
SCOPES = ("scope_1_kg", "scope_2_location_kg", "scope_2_market_kg", "scope_3_kg")
_DENOMINATOR = 10**18

Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entity:
    """One node of the tree; ``equity`` is the share that its parent holds [1], exact.

    ``financial`` is yes, no or joint; ``lease`` says whether the entity is an asset leased in
    (upstream) or out (downstream); ``role`` whether it is a franchise or processes what is sold.
    """

    id: str
    name: str
    name_zh: str
    parent: str | None
    equity: Fraction
    financial: str
    operational: bool
    operators: tuple[str, ...]
    sites: tuple[str, ...]
    lease: str
    role: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What is left out on purpose, with its reason: a category, kind or entity."""

    scope: int | None
    category: int | None
    kind: str | None
    entity: str | None
    reason: str
    reason_zh: str


@dataclass(frozen=True, slots=True)
class Change:
    """What changes the base year: the amounts [kg] that it would have had more."""

    kind: str
    entity: str | None
    day: date
    amounts: tuple[tuple[str, Decimal], ...]
    reason: str
    reason_zh: str


@dataclass(frozen=True, slots=True)
class Base:
    """The base year with its pinned totals [kg] and the ledger version that gave them."""

    year: int
    version: int | None
    totals: tuple[tuple[str, Decimal], ...]
    categories: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Boundary:
    """All that the file says; ``sha256`` names the very bytes."""

    name: str
    name_zh: str
    approach: str
    zone: str
    site_label: str
    entities: tuple[Entity, ...]
    outside: tuple[str, ...]
    base: Base | None
    threshold_percent: Decimal
    significance_percent: Decimal
    significance: str
    significance_zh: str
    exclusions: tuple[Exclusion, ...]
    absent: tuple[tuple[int, str, str], ...]
    changes: tuple[Change, ...]
    national: str
    sha256: str

    def entity(self, name: str) -> Entity:
        """Give an entity by its id."""
        return next(each for each in self.entities if each.id == name)


def read(path: Path, *, approach: str | None = None) -> Boundary:
    """Give the boundary of a file, or of the folder that holds ``organisation.toml``.

    Parameters
    ----------
    path
        The file or the ledger's folder.
    approach
        Another approach than the file's, to show what it would change.

    Raises
    ------
    TanluError
        TL807 when there is no such file or it says what is not understood, TL808 for a tree that
        is none, TL809 for a share that is none, TL810 for what two entities claim.
    """
    file = path / NAME if path.is_dir() else path
    if not file.is_file():
        raise TanluError("TL807", value=file.name, why="there is no such file / 文件不存在")
    return parse(file.read_bytes(), approach=approach)


def parse(content: bytes, *, approach: str | None = None) -> Boundary:
    """Give the boundary that the bytes of a file say.

    Raises
    ------
    TanluError
        As ``read``.
    """
    try:
        told = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TanluError("TL807", value=NAME, why=str(error)) from error
    _known(told, NAME, {
        "name", "name_zh", "approach", "zone", "site_label", "entity", "outside", "base_year",
        "recalculation", "significance", "exclusion", "absent", "change", "national",
    })  # fmt: skip
    entities = tuple(_entity(each) for each in _tables(told, "entity"))
    _tree(entities)
    _once(entities, tuple(told.get("outside", ())))
    recalculation, significance = told.get("recalculation", {}), told.get("significance", {})
    _known(recalculation, "recalculation", {"threshold_percent"})
    _known(significance, "significance", {"threshold_percent", "criteria", "criteria_zh"})
    return Boundary(
        name=_text(told, "name", NAME),
        name_zh=str(told.get("name_zh", told["name"])),
        approach=_approach(approach or _approach(told.get("approach"))),
        zone=str(told.get("zone", "Asia/Shanghai")),
        site_label=str(told.get("site_label", "site")),
        entities=entities,
        outside=_names(told, "outside"),
        base=_base(told.get("base_year")),
        threshold_percent=_decimal(recalculation.get("threshold_percent", "5"), "recalculation"),
        significance_percent=_decimal(significance.get("threshold_percent", "1"), "significance"),
        significance=str(significance.get("criteria", "")),
        significance_zh=str(significance.get("criteria_zh", significance.get("criteria", ""))),
        exclusions=tuple(_exclusion(each, entities) for each in _tables(told, "exclusion")),
        absent=tuple(_absent(each) for each in _tables(told, "absent")),
        changes=tuple(_change(each) for each in _tables(told, "change")),
        national=_choice(told, "national", NATIONAL, NAME),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _wrong(value: object, why: str, code: str = "TL807") -> TanluError:
    return TanluError(code, value=str(value), why=why)


def _known(table: Table, where: str, keys: set[str]) -> None:
    if not isinstance(table, dict):
        raise _wrong(where, "it must be a table")
    strange = sorted(set(table) - keys)
    if strange:
        raise _wrong(f"{where}.{strange[0]}", f"known / 已知: {', '.join(sorted(keys))}")


def _tables(told: Table, name: str) -> list[Table]:
    found = told.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise _wrong(name, f"write it as [[{name}]]")
    return found


def _text(table: Table, name: str, where: str) -> str:
    found = table.get(name)
    if not isinstance(found, str) or not found:
        raise _wrong(f"{where}.{name}", "a text is needed")
    return found


def _names(table: Table, name: str) -> tuple[str, ...]:
    found = table.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise _wrong(name, "a list of texts is needed")
    return tuple(found)


def _approach(found: object) -> str:
    if isinstance(found, list):
        raise _wrong("approach", "one approach holds for the whole inventory")
    if found not in APPROACHES:
        raise _wrong(f"approach = {found}", f"one of {', '.join(APPROACHES)}")
    return str(found)


def _decimal(found: object, where: str) -> Decimal:
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise _wrong(f"{where} = {found}", 'write it as decimal text, like "12.5"')
    try:
        value = Decimal(found)
    except InvalidOperation as error:
        raise _wrong(f"{where} = {found}", "it is no number") from error
    if not value.is_finite():
        raise _wrong(f"{where} = {found}", "it is no number")
    return value


def _choice(table: Table, name: str, choices: tuple[str, ...], where: str) -> str:
    found = table.get(name, choices[0])
    if found not in choices:
        raise _wrong(f"{where}.{name} = {found}", f"one of {', '.join(choices)}")
    return str(found)


def _entity(table: Table) -> Entity:
    name = _text(table, "id", "entity")
    where = f"entity {name}"
    if "approach" in table:
        raise _wrong(f"{where}.approach", "one approach holds for the whole inventory")
    _known(table, where, {
        "id", "name", "name_zh", "parent", "equity_percent", "financial_control",
        "operational_control", "operators", "sites", "lease", "role",
    })  # fmt: skip
    parent = table.get("parent")
    financial = table.get("financial_control", True)
    operational = table.get("operational_control", True)
    if not (isinstance(financial, bool) or financial == "joint"):
        raise _wrong(f"{where}.financial_control = {financial}", 'one of true, false, "joint"')
    if not isinstance(operational, bool):
        raise _wrong(f"{where}.operational_control = {operational}", "one of true, false")
    title = str(table.get("name", name))
    return Entity(
        name, title, str(table.get("name_zh", title)), None if parent is None else str(parent),
        _equity(table, where, root=parent is None),
        "joint" if financial == "joint" else ("yes" if financial else "no"), operational,
        _names(table, "operators"), _names(table, "sites"),
        _choice(table, "lease", LEASES, where), _choice(table, "role", ROLES, where),
    )  # fmt: skip


def _equity(table: Table, where: str, *, root: bool) -> Fraction:
    if "equity_percent" not in table:
        if root:
            return Fraction(1)
        raise _wrong(where, "equity_percent is missing", "TL809")
    try:
        percent = _decimal(table["equity_percent"], f"{where}.equity_percent")
    except TanluError as error:
        raise _wrong(where, "equity_percent must be decimal text", "TL809") from error
    if not 0 <= percent <= 100:
        raise _wrong(where, f"{percent} % is not between 0 and 100", "TL809")
    return Fraction(percent) / 100


def _tree(entities: tuple[Entity, ...]) -> None:
    ids = [each.id for each in entities]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise _wrong(twice[0], "two entities have this id", "TL808")
    roots = [each.id for each in entities if each.parent is None]
    by_id = {each.id: each for each in entities}
    for each in entities:
        if each.parent is not None and each.parent not in by_id:
            raise _wrong(each.id, f"its parent {each.parent} is unknown", "TL808")
    for each in entities:
        seen, step, share = {each.id}, each, each.equity
        while step.parent is not None:
            step = by_id[step.parent]
            if step.id in seen:
                raise _wrong(each.id, f"it owns itself through {step.id}", "TL808")
            seen.add(step.id)
            share *= step.equity
        if share.denominator > _DENOMINATOR:
            raise _wrong(each.id, "its share has more than eighteen decimals", "TL809")
    if len(roots) != 1:
        raise _wrong(", ".join(roots) or NAME, "one entity without parent is needed", "TL808")


def _once(entities: tuple[Entity, ...], outside: tuple[str, ...]) -> None:
    for claim in ("operators", "sites"):
        seen: dict[str, str] = dict.fromkeys(outside, "outside") if claim == "operators" else {}
        for each in entities:
            for name in getattr(each, claim):
                if name in seen:
                    raise _wrong(name, f"{seen[name]}, {each.id}", "TL810")
                seen[name] = each.id


def _category(found: object, where: str) -> int | None:
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= 15:
        raise _wrong(f"{where}.category = {found}", "categories are 1 to 15")
    return found


def _exclusion(table: Table, entities: tuple[Entity, ...]) -> Exclusion:
    _known(table, "exclusion", {"scope", "category", "kind", "entity", "reason", "reason_zh"})
    scope, entity, kind = table.get("scope"), table.get("entity"), table.get("kind")
    if scope not in (None, 1, 2, 3):
        raise _wrong(f"exclusion.scope = {scope}", "scopes are 1 to 3")
    if entity is not None and entity not in {each.id for each in entities}:
        raise _wrong(f"exclusion.entity = {entity}", "there is no such entity")
    category = _category(table.get("category"), "exclusion")
    if scope is None and category is None and kind is None and entity is None:
        raise _wrong("exclusion", "say which scope, category, kind or entity")
    reason = _text(table, "reason", "exclusion")
    told = str(table.get("reason_zh", reason))
    return Exclusion(scope, category, None if kind is None else str(kind), entity, reason, told)


def _absent(table: Table) -> tuple[int, str, str]:
    _known(table, "absent", {"category", "reason", "reason_zh"})
    category = _category(table.get("category"), "absent")
    if category is None:
        raise _wrong("absent", "say which category does not occur")
    reason = _text(table, "reason", "absent")
    return category, reason, str(table.get("reason_zh", reason))


def _change(table: Table) -> Change:
    _known(table, "change", {"kind", "entity", "day", "reason", "reason_zh", *SCOPES})
    kind = table.get("kind")
    if kind not in CHANGES:
        raise _wrong(f"change.kind = {kind}", f"one of {', '.join(CHANGES)}")
    day = table.get("day")
    if type(day) is not date:
        raise _wrong(f"change.day = {day}", "write a day, like 2026-03-01")
    amounts = tuple((k, _decimal(table[k], f"change.{k}")) for k in SCOPES if k in table)
    reason = _text(table, "reason", "change")
    entity = table.get("entity")
    told = str(table.get("reason_zh", reason))
    return Change(str(kind), None if entity is None else str(entity), day, amounts, reason, told)


def _base(table: Table | None) -> Base | None:
    if table is None:
        return None
    _known(table, "base_year", {"year", "ledger_version", "categories", *SCOPES})
    year, version = table.get("year"), table.get("ledger_version")
    if isinstance(year, bool) or not isinstance(year, int) or not 1990 <= year <= 2200:
        raise _wrong(f"base_year.year = {year}", "a year is needed")
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise _wrong(f"base_year.ledger_version = {version}", "a whole number is needed")
    totals = tuple((k, _decimal(table[k], f"base_year.{k}")) for k in SCOPES if k in table)
    listed = table.get("categories", {})
    _known(listed, "base_year.categories", {str(number) for number in range(1, 16)})
    amounts = tuple((int(k), _decimal(v, f"base_year.categories.{k}")) for k, v in listed.items())
    return Base(year, version, totals, tuple(sorted(amounts)))
