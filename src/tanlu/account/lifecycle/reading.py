"""Read a ``product.toml``: a product system as people write it, amounts with their units.

Every amount is a text such as ``"0.35 kg"`` or ``"12 kWh"``; every shipped thing is bilingual.
Reading is strict: a key that nobody knows is refused with the nearest that is known, because a
mistyped key would silently leave something out of a footprint.
"""

from __future__ import annotations

import math
import tomllib
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.lifecycle import fields
from tanlu.account.lifecycle.coproducts import split
from tanlu.account.lifecycle.intensities import enlarged
from tanlu.account.lifecycle.pools import mean_uses
from tanlu.account.lifecycle.recycling import INTENSITIES, SHARES, circular_factor, coefficients
from tanlu.account.lifecycle.stages import STAGES
from tanlu.account.lifecycle.system import EXCHANGES, FLOWS, LINES, ORIGINS, PROCESSES, System
from tanlu.errors import TanluError
from tanlu.terms import time

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["read_system"]

# what rounding to whole milligrams may take away
LOST = 1e-3
# up to what whole amounts are enlarged: no factor makes more than int64 holds of it
MOST = {"count": 1e6, "teu_milli": 1e6}
WIDEST = 1e6
COLUMNS = {
    "mass": "mass_mg", "energy": "energy_j", "volume": "volume_ml", "count": "count",
    "distance": "distance_m", "container": "teu_milli",
}  # fmt: skip
SAID = {"en", "zh", "source", "data", "dqr", "gsd2"}
TEXTS = {
    "kind", "distance_type", "vehicle_class", "energy_carrier", "temperature_class", "technology",
    "material", "origin", "destination", "place",
}  # fmt: skip
WHOLE = {"quality", "load_ppm", "empty_ppm"}
RATIOS = ("q_in", "q_out", "lhv", "x_heat", "x_elec")
KNOWN = {
    "product.toml": {
        "id", "name", "declared_unit", "functional_unit", "period", "zone", "place", "excluded",
        "cut_off", "ledger", "box", "process", "note",
    },
    "declared_unit": {"process", "amount", "en", "zh"},
    "cut_off": {"each", "total"},
    "ledger": {"subject", "by", "units", "stages"},
    "box": {"name", "make", "end_of_life", "wash", "backhaul", "single", "loss_percent", "life"},
    "process": {
        "id", "name", "stage", "output", "input", "activity", "flow", "circular", "co_product",
        "allocation", "weight", "place",
    },
    "input": {"from", "amount", "loss_percent", "life", *SAID},
    "activity": {
        *TEXTS, *WHOLE, *SAID, "amount", "distance", "mass", "count", "stage", "left_out",
    },
    "flow": {"gas", "origin", "mass", *SAID},
    "circular": {"material", "mass", *SHARES, *RATIOS, *INTENSITIES, *SAID},
    "co_product": {"id", "output", "weight", "name"},
}  # fmt: skip
# terms of the circular formula that end a life stand in its last stage
LAST = {"recycling", "avoided", "recovery", "heat", "power", "buried"}

Tables = dict[str, list[dict[str, Any]]]


def read_system(text: str) -> System:
    """Give the product system of the text of a ``product.toml``.

    Raises
    ------
    TanluError
        TL530 for what cannot be understood, TL103 or TL110 for a unit, and as ``System``.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TanluError("TL530", value="product.toml", why=str(error)) from error
    fields.only(told, "product.toml", KNOWN["product.toml"])
    tables: Tables = {"processes": [], "exchanges": [], "lines": [], "flows": []}
    about = _about(told)
    for process in _list(told, "process", "product.toml"):
        _process(process, about, tables)
    made = {
        name: pl.DataFrame(tables[name], schema=kinds, orient="row")
        for name, kinds in (
            ("processes", PROCESSES), ("exchanges", EXCHANGES), ("lines", LINES), ("flows", FLOWS),
        )
    }  # fmt: skip
    return System(**made, about=about)


def _about(told: dict[str, Any]) -> dict[str, Any]:
    zone = fields.text(told.get("zone", time.ZONE), "zone")
    period = fields.text(told.get("period"), "period")
    unit = fields.only(told.get("declared_unit"), "declared_unit", KNOWN["declared_unit"])
    product = fields.text(unit.get("process"), "declared_unit.process")
    amount, dimension = fields.amount(unit.get("amount"), "declared_unit")
    if not amount:
        raise TanluError("TL528", value=product, why=unit["amount"])
    start, end = time.period(period, zone)
    excluded = fields.only(told.get("excluded", {}), "excluded", STAGES)
    limits = fields.only(told.get("cut_off", {}), "cut_off", KNOWN["cut_off"])
    place = told.get("place")
    return {
        "id": fields.text(told.get("id", product), "id"),
        "name": fields.words(told.get("name", {}), "name"),
        "product": product, "amount": amount, "dimension": dimension,
        "unit": {k: fields.text(unit.get(k, unit["amount"]), k) for k in ("amount", "en", "zh")},
        "functional": fields.words(told.get("functional_unit", {}), "functional_unit"),
        "period": period, "zone": zone, "start": start, "end": end,
        "place": None if place is None else fields.text(place, "place"),
        "cut_off": {k: fields.share(v, "cut_off") for k, v in limits.items()},
        "excluded": {stage: fields.words(said, stage) for stage, said in excluded.items()},
        "ledger": _ledger(told), "box": _box(told),
        "note": fields.words(told.get("note", {}), "note"),
    }  # fmt: skip


def _ledger(told: dict[str, Any]) -> dict[str, Any]:
    found = fields.only(told.get("ledger", {}), "ledger", KNOWN["ledger"])
    stages = found.get("stages", [])
    if not isinstance(stages, list) or any(stage not in STAGES for stage in stages):
        raise TanluError("TL530", value="ledger.stages", why=", ".join(STAGES))
    for key in {"subject", "by"} & set(found):
        fields.text(found[key], f"ledger.{key}")
    fields.whole(found.get("units", 1), "ledger.units")
    return dict(found)


def _box(told: dict[str, Any]) -> dict[str, Any]:
    found = fields.only(told.get("box", {}), "box", KNOWN["box"])
    for key in set(found) - {"name", "loss_percent", "life"}:
        fields.text(found[key], f"box.{key}")
    fields.whole(found.get("life", 1), "box.life")
    fields.number(found.get("loss_percent", 0), "box.loss_percent")
    return {**found, "name": fields.words(found.get("name", {}), "box.name")} if found else {}


def _process(told: dict[str, Any], about: dict[str, Any], tables: Tables) -> None:
    """Add one process; one that makes co-products becomes one for each, by its shares."""
    name = fields.text(told.get("id"), "process.id")
    stage = told.get("stage")
    if stage not in STAGES:
        raise TanluError("TL530", value=name, why=f"stage: {', '.join(STAGES)}")
    products = [told, *_list(told, "co_product", name)]
    names = [fields.text(each.get("id"), f"{name}.id") for each in products]
    if len(set(names)) < len(names):
        raise TanluError("TL530", value=name, why="two products have one id")
    weights = [_weight(each, told, name) for each in products]
    shares = split(dict(zip(names, weights, strict=True)))
    place = told.get("place", about["place"])
    place = None if place is None else fields.text(place, f"{name}.place")
    for each, product in zip(products, names, strict=True):
        called = fields.words(each.get("name", told.get("name", {})), product)
        output, dimension = fields.amount(each.get("output"), product)
        tables["processes"].append(
            {"process": product, "en": called.get("en"), "zh": called.get("zh"), "stage": stage,
             "output": output, "dimension": dimension}
        )  # fmt: skip
        _contents(told, product, float(shares[product]), place, tables)


def _weight(product: dict[str, Any], told: dict[str, Any], name: str) -> Fraction:
    """Give the weight of a product of a process: its mass, value or another physical amount."""
    if not told.get("co_product"):
        return Fraction(1)
    basis = told.get("allocation")
    if basis == "mass":
        amount, dimension = fields.amount(product.get("output"), name)
        if dimension != "mass":
            raise TanluError("TL527", value=name, why=f"allocation mass: {dimension}")
        return Fraction(amount)
    if basis not in ("economic", "physical") or "weight" not in product:
        raise TanluError("TL530", value=name, why="allocation: mass, economic or physical + weight")
    try:
        return Fraction(str(product["weight"]))
    except ValueError as error:
        raise TanluError("TL530", value=name, why=f"weight: {product['weight']!r}") from error


def _contents(
    told: dict[str, Any], name: str, share: float, place: str | None, tables: Tables
) -> None:
    for each in _list(told, "input", name):
        amount, dimension = fields.amount(each.get("amount"), name)
        if "life" in each:
            amount /= _uses(each, name)
        supplier = fields.text(each.get("from"), f"{name}.from")
        tables["exchanges"].append(
            {"process": name, "supplier": supplier, "amount": amount * share,
             "dimension": dimension}
        )  # fmt: skip
    lines = tables["lines"]
    for each in _list(told, "activity", name):
        line = f"{name}/{each.get('kind')}/{len(lines)}"
        lines.append(_line(each, name, line, place) | {"times": share})
    for each in _list(told, "circular", name):
        for row in _circular(each, name, place):
            number = f"{row['line']}/{len(lines)}"
            lines.append(row | {"line": number, "times": row["times"] * share})
    for each in _list(told, "flow", name):
        tables["flows"].append(_flow(each, name, share, len(tables["flows"])))


def _flow(told: dict[str, Any], name: str, share: float, number: int) -> dict[str, Any]:
    origin = told.get("origin", "fossil")
    if origin not in ORIGINS:
        raise TanluError("TL530", value=name, why=f"origin: {', '.join(ORIGINS)}")
    gas = fields.text(told.get("gas"), f"{name}.gas")
    mass, dimension = fields.amount(told.get("mass"), name, signed=True)
    if dimension != "mass":
        raise TanluError("TL527", value=name, why=f"{gas}: {dimension}")
    return {
        "line": f"{name}/{gas}/{number}", "process": name, "gas": gas, "origin": origin,
        "mass_kg": mass / 1e6 * share, **_said(told, name),
    }  # fmt: skip


def _line(told: dict[str, Any], name: str, line: str, place: str | None) -> dict[str, Any]:
    """Give one activity with its amounts as whole numbers, enlarged where that is exact."""
    kind = fields.text(told.get("kind"), f"{name}.kind")
    amount, dimension = fields.amount(told.get("amount"), name)
    column, money = _column(dimension, name)
    if told.get("stage", STAGES[0]) not in STAGES:
        raise TanluError("TL530", value=name, why=f"stage: {', '.join(STAGES)}")
    row: dict[str, Any] = {"line": line, "process": name, "stage": told.get("stage"), **money}
    row |= {key: fields.text(told[key], f"{name}.{key}") for key in TEXTS if key in told}
    row |= {key: fields.whole(told[key], f"{name}.{key}") for key in WHOLE if key in told}
    row |= _said(told, name)
    if "left_out" in told:
        row["left_out"] = fields.text(told["left_out"], f"{name}.left_out")
    row.setdefault("place", place)
    extents = {column: amount} | _extents(told, name, {column})
    # where no class is told a band of mass may choose it: the mass stays what it is
    banded = kind.startswith("transport") and "vehicle_class" not in told and "mass_mg" in extents
    # whichever of them the factor counts, the result is divided by one and the same
    scale = (
        1.0 if banded else min(enlarged(each, MOST.get(of, 1e11)) for of, each in extents.items())
    )
    row["scale"] = scale
    for of, each in extents.items():
        row[of] = _rounded(each * scale)
        if abs(row[of] - each * scale) > LOST * each * scale:
            raise TanluError("TL530", value=name, why=f"{told['amount']}: {of} < 1")
    if "distance" in told:
        row["distance_m"] = _rounded(_dimensioned(told, "distance", name))
    return row


def _extents(told: dict[str, Any], name: str, known: set[str]) -> dict[str, float]:
    """Give the mass and the count that are told beside the amount; none is told twice."""
    found = {COLUMNS[more]: _dimensioned(told, more, name) for more in ("mass", "count")
             if more in told}  # fmt: skip
    if twice := known & set(found):
        raise TanluError("TL530", value=name, why=f"{twice.pop()}: amount = {told['amount']}")
    return found


def _dimensioned(told: dict[str, Any], dimension: str, name: str) -> float:
    value, of = fields.amount(told[dimension], name)
    if of != dimension:
        raise TanluError("TL527", value=name, why=f"{dimension}: {of}")
    return value


def _column(dimension: str, name: str) -> tuple[str, dict[str, str]]:
    if dimension.startswith("money."):
        return "amount_fen", {"currency": dimension.removeprefix("money.")}
    if dimension not in COLUMNS:
        raise TanluError("TL527", value=name, why=dimension)
    return COLUMNS[dimension], {}


def _circular(told: dict[str, Any], name: str, place: str | None) -> Iterable[dict[str, Any]]:
    """Give the lines of a circular material: each intensity that it names, signed."""
    known = circular_factor(str(told.get("material", "")))
    shares = {"a": known.a, "b": known.b, "q_in": known.q_in, "q_out": known.q_out}
    shares |= {k: fields.share(told[k], f"{name}.{k}") for k in SHARES if k in told}
    shares |= {k: fields.number(told[k], f"{name}.{k}") for k in RATIOS if k in told}
    mass, dimension = fields.amount(told.get("mass"), name)
    if dimension != "mass":
        raise TanluError("TL527", value=name, why=f"circular: {dimension}")
    by = {**told, "avoided": told.get("avoided", told.get("virgin"))}
    for term, times in coefficients(shares).items():
        if not times:
            continue
        if not isinstance(by.get(term), dict):
            raise TanluError("TL530", value=name, why=f"circular: {term} is missing")
        fields.only(by[term], f"{name}.{term}", KNOWN["activity"] - {"amount"})
        energy = term in ("heat", "power")
        amount = "1 MJ" if energy else told["mass"]
        row = _line({**by[term], "amount": amount}, name, f"{name}/circular.{term}", place)
        stage = "disposal" if term in LAST else None
        many = times * mass / 1e6 if energy else times
        yield row | _said(told, name) | {"times": many, "stage": stage}


def _said(told: dict[str, Any], name: str) -> dict[str, Any]:
    """Give what is said of a line: names, source, primary or not, quality, spread of its amount."""
    rated = told.get("dqr", [])
    if not isinstance(rated, list):
        raise TanluError("TL530", value=name, why="dqr: 1 to 5 for TeR, GeR, TiR, P")
    marks = [fields.number(each, f"{name}.dqr") for each in rated]
    if any(not 1 <= each <= 5 for each in marks):
        raise TanluError("TL530", value=name, why="dqr: 1 to 5 for TeR, GeR, TiR, P")
    data = told.get("data", "secondary")
    if data not in ("primary", "secondary", "assumed"):
        raise TanluError("TL530", value=name, why="data: primary, secondary, assumed")
    wide = fields.number(told.get("gsd2", 1.0), f"{name}.gsd2")
    if not 1 <= wide <= WIDEST:
        raise TanluError("TL530", value=name, why="gsd2 < 1" if wide < 1 else f"gsd2 > {WIDEST}")
    source = fields.words(told.get("source", {}), f"{name}.source")
    named = {k: fields.text(told[k], f"{name}.{k}") for k in fields.NAMES if k in told}
    return {
        "data": data, "dqr": sum(marks) / len(marks) if marks else None,
        "sigma": math.log(wide) / 2, "en": named.get("en"), "zh": named.get("zh"),
        "source": source.get("en"), "source_zh": source.get("zh"),
    }  # fmt: skip


def _uses(told: dict[str, Any], name: str) -> float:
    """Give the mean number of uses of what is used again."""
    loss = fields.number(told.get("loss_percent", 0), f"{name}.loss_percent") / 100
    life = fields.number(told["life"], f"{name}.life")
    if not (0 <= loss <= 1 and life >= 1):
        raise TanluError("TL534", value=name, why=f"loss {loss}, life {life}")
    return float(pl.select(mean_uses(pl.lit(loss), pl.lit(life))).item())


def _rounded(value: float) -> int:
    return math.floor(value + 0.5)


def _list(told: dict[str, Any], key: str, name: str) -> list[dict[str, Any]]:
    return [fields.only(each, key, KNOWN[key]) for each in fields.tables(told, key, name)]
