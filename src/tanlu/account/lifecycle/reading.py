"""Read a ``product.toml``: a product system as people write it, amounts with their units.

Every amount is a text such as ``"0.35 kg"`` or ``"12 kWh"``; every shipped thing is bilingual.
Reading is strict: a key that nobody knows is refused with the nearest that is known, because a
mistyped key would silently leave something out of a footprint.
"""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.lifecycle.coproducts import split
from tanlu.account.lifecycle.intensities import enlarged
from tanlu.account.lifecycle.recycling import INTENSITIES, SHARES, circular_factor, coefficients
from tanlu.account.lifecycle.stages import STAGES
from tanlu.account.lifecycle.system import EXCHANGES, FLOWS, LINES, ORIGINS, PROCESSES, System
from tanlu.errors import TanluError
from tanlu.terms import time, units

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["read_system"]

AMOUNT = re.compile(r"^\s*([-+]?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*([^\d\s.].*?)\s*$")
# what rounding to whole milligrams may take away
LOST = 1e-3
COLUMNS = {
    "mass": "mass_mg", "energy": "energy_j", "volume": "volume_ml", "count": "count",
    "distance": "distance_m", "container": "teu_milli",
}  # fmt: skip
NAMES = {"en", "zh"}
SAID = {*NAMES, "source", "data", "dqr", "gsd2"}
FACETS = {
    "kind", "distance_type", "vehicle_class", "energy_carrier", "temperature_class", "technology",
    "material", "origin", "destination", "place", "quality", "load_ppm", "empty_ppm",
}  # fmt: skip
AMOUNTS = {"amount", "distance", "mass", "count"}
KNOWN = {
    "product.toml": {
        "id", "name", "declared_unit", "functional_unit", "period", "zone", "place", "excluded",
        "cut_off", "ledger", "box", "process", "note",
    },
    "process": {
        "id", "name", "stage", "output", "input", "activity", "flow", "circular", "co_product",
        "allocation", "weight", "place",
    },
    "input": {"from", "amount", "loss_percent", "life", *SAID},
    "activity": {*FACETS, *AMOUNTS, *SAID, "stage", "left_out"},
    "flow": {"gas", "origin", "mass", *SAID},
    "circular": {"material", "mass", *SHARES, "q_in", "q_out", "lhv", "x_heat", "x_elec",
                 *INTENSITIES, *SAID},
    "co_product": {"id", "output", "weight", "name"},
}  # fmt: skip
# terms of the circular formula that end a life stand in its last stage
LAST = {"recycling", "avoided", "recovery", "heat", "power", "buried"}


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
    _only(told, "product.toml")
    tables: dict[str, list[dict[str, Any]]] = {
        "processes": [], "exchanges": [], "lines": [], "flows": [],
    }  # fmt: skip
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
    zone = str(told.get("zone", time.ZONE))
    period = str(told.get("period", ""))
    if not period:
        raise TanluError("TL530", value="product.toml", why="period is missing")
    unit = told.get("declared_unit", {})
    if not isinstance(unit, dict) or not {"process", "amount"} <= set(unit):
        raise TanluError("TL530", value="declared_unit", why="process and amount are missing")
    amount, dimension = _amount(unit["amount"], "declared_unit")
    start, end = time.period(period, zone)
    excluded = told.get("excluded", {})
    strange = [stage for stage in excluded if stage not in STAGES]
    if strange:
        raise TanluError("TL530", value=strange[0], why=", ".join(STAGES))
    limits = {k: _share(v, "cut_off") for k, v in told.get("cut_off", {}).items()}
    return {
        "id": str(told.get("id", unit["process"])), "name": dict(told.get("name", {})),
        "product": str(unit["process"]), "amount": amount, "dimension": dimension,
        "unit": {k: str(unit.get(k, unit["amount"])) for k in ("amount", *sorted(NAMES))},
        "functional": dict(told.get("functional_unit", {})), "period": period, "zone": zone,
        "start": start, "end": end, "place": told.get("place"), "cut_off": limits,
        "excluded": {stage: dict(said) for stage, said in excluded.items()},
        "ledger": dict(told.get("ledger", {})), "box": dict(told.get("box", {})),
        "note": dict(told.get("note", {})),
    }  # fmt: skip


def _process(
    told: dict[str, Any], about: dict[str, Any], tables: dict[str, list[dict[str, Any]]]
) -> None:
    """Add one process; one that makes co-products becomes one for each, by its shares."""
    name = str(told.get("id", ""))
    _only(told, "process")
    if not name or "output" not in told:
        raise TanluError("TL530", value=name or "process", why="id or output is missing")
    stage = told.get("stage")
    if stage not in STAGES:
        raise TanluError("TL530", value=name, why=f"stage: {', '.join(STAGES)}")
    others = _list(told, "co_product", name)
    products = [{"id": name, **told}, *others]
    shares = split({str(each["id"]): _weight(each, told, name) for each in products})
    for each in products:
        share = float(shares[str(each["id"])])
        called = dict(each.get("name", told.get("name", {})))
        output, dimension = _amount(each["output"], name)
        row = {"process": str(each["id"]), "en": called.get("en"), "zh": called.get("zh")}
        tables["processes"].append(
            {**row, "stage": stage, "output": output, "dimension": dimension}
        )
        _contents(told, str(each["id"]), share, about, tables)


def _weight(product: dict[str, Any], told: dict[str, Any], name: str) -> Fraction:
    """Give the weight of a product of a process: its mass, value or another physical amount."""
    if not told.get("co_product"):
        return Fraction(1)
    basis = told.get("allocation")
    if basis == "mass":
        amount, dimension = _amount(product["output"], name)
        if dimension != "mass":
            raise TanluError("TL527", value=name, why=f"allocation mass: {dimension}")
        return Fraction(amount)
    if basis not in ("economic", "physical") or "weight" not in product:
        raise TanluError("TL530", value=name, why="allocation: mass, economic or physical + weight")
    return Fraction(str(product["weight"]))


def _contents(
    told: dict[str, Any], name: str, share: float, about: dict[str, Any],
    tables: dict[str, list[dict[str, Any]]],
) -> None:  # fmt: skip
    for each in _list(told, "input", name):
        amount, dimension = _amount(each.get("amount"), name)
        if "life" in each:
            amount /= _uses(each, name)
        tables["exchanges"].append(
            {"process": name, "supplier": str(each.get("from")), "amount": amount * share,
             "dimension": dimension}
        )  # fmt: skip
    lines = tables["lines"]
    for each in _list(told, "activity", name):
        line = f"{name}/{each.get('kind')}/{len(lines)}"
        place = told.get("place") or about["place"]
        lines.append(_line(each, name, line, place) | {"times": share})
    for each in _list(told, "circular", name):
        for row in _circular(each, name, told.get("place") or about["place"]):
            number = f"{row['line']}/{len(lines)}"
            lines.append(row | {"line": number, "times": row["times"] * share})
    for each in _list(told, "flow", name):
        origin = each.get("origin", "fossil")
        if origin not in ORIGINS:
            raise TanluError("TL530", value=name, why=f"origin: {', '.join(ORIGINS)}")
        mass, dimension = _amount(each.get("mass"), name, signed=True)
        if dimension != "mass":
            raise TanluError("TL527", value=name, why=f"{each.get('gas')}: {dimension}")
        line = f"{name}/{each.get('gas')}/{len(tables['flows'])}"
        tables["flows"].append(
            {"line": line, "process": name, "gas": str(each.get("gas")), "origin": origin,
             "mass_kg": mass / 1e6 * share, **_said(each, name)}
        )  # fmt: skip


def _line(told: dict[str, Any], name: str, line: str, place: object) -> dict[str, Any]:
    """Give one activity with its amounts as whole numbers, enlarged where that is exact."""
    if "kind" not in told or "amount" not in told:
        raise TanluError("TL530", value=name, why="activity: kind or amount is missing")
    amount, dimension = _amount(told["amount"], name)
    column, money = _column(dimension, name)
    row: dict[str, Any] = {"line": line, "process": name, "stage": told.get("stage"), **money}
    row |= {facet: told[facet] for facet in FACETS if facet in told} | _said(told, name)
    row["left_out"] = told.get("left_out")
    row.setdefault("place", place)
    # where no class is told a band of mass may choose it: the mass stays what it is
    banded = str(told["kind"]).startswith("transport") and "vehicle_class" not in told
    banded = banded and dimension == "mass"
    scale = 1.0 if banded else enlarged(amount, 1e6 if dimension == "count" else 1e12)
    row |= {column: _rounded(amount * scale), "scale": scale}
    if abs(row[column] - amount * scale) > LOST * amount * scale:
        raise TanluError("TL530", value=name, why=f"{told['amount']} < 1 mg")
    for more in ("distance", "mass", "count"):
        if more in told:
            value, of = _amount(told[more], name)
            if of != more:
                raise TanluError("TL527", value=name, why=f"{more}: {of}")
            row[COLUMNS[more]] = _rounded(value)
    return row


def _column(dimension: str, name: str) -> tuple[str, dict[str, str]]:
    if dimension.startswith("money."):
        return "amount_fen", {"currency": dimension.removeprefix("money.")}
    if dimension not in COLUMNS:
        raise TanluError("TL527", value=name, why=dimension)
    return COLUMNS[dimension], {}


def _circular(told: dict[str, Any], name: str, place: object) -> Iterable[dict[str, Any]]:
    """Give the lines of a circular material: each intensity that it names, signed."""
    known = circular_factor(str(told.get("material", "")))
    shares = {"a": known.a, "b": known.b, "q_in": known.q_in, "q_out": known.q_out}
    shares |= {k: _share(told[k], name) for k in SHARES if k in told}
    shares |= {k: float(told[k]) for k in ("q_in", "q_out", "lhv", "x_heat", "x_elec") if k in told}
    _, dimension = _amount(told.get("mass"), name)
    if dimension != "mass":
        raise TanluError("TL527", value=name, why=f"circular: {dimension}")
    by = dict(told)
    by.setdefault("avoided", told.get("virgin"))
    for term, times in coefficients(shares).items():
        if not times:
            continue
        if not isinstance(by.get(term), dict):
            raise TanluError("TL530", value=name, why=f"circular: {term} is missing")
        energy = term in ("heat", "power")
        amount = "1 MJ" if energy else told["mass"]
        row = _line({**by[term], "amount": amount}, name, f"{name}/circular.{term}", place)
        mass = _amount(told["mass"], name)[0] / 1e6 if energy else 1.0
        stage = "disposal" if term in LAST else None
        yield row | _said(told, name) | {"times": times * mass, "stage": stage}


def _said(told: dict[str, Any], name: str) -> dict[str, Any]:
    """Give what is said of a line: names, source, primary or not, quality, spread of its amount."""
    quality = told.get("dqr")
    if quality is not None and not (
        isinstance(quality, list) and quality and all(1 <= each <= 5 for each in quality)
    ):
        raise TanluError("TL530", value=name, why="dqr: 1 to 5 for TeR, GeR, TiR, P")
    data = told.get("data", "secondary")
    if data not in ("primary", "secondary", "assumed"):
        raise TanluError("TL530", value=name, why="data: primary, secondary, assumed")
    source = told.get("source", {})
    if isinstance(source, str):
        source = {"en": source, "zh": source}
    wide = float(told.get("gsd2", 1.0))
    if not wide >= 1:
        raise TanluError("TL530", value=name, why="gsd2 < 1")
    return {
        "data": data, "dqr": sum(quality) / len(quality) if quality else None,
        "sigma": math.log(wide) / 2, "en": told.get("en"), "zh": told.get("zh"),
        "source": source.get("en"), "source_zh": source.get("zh"),
    }  # fmt: skip


def _uses(told: dict[str, Any], name: str) -> float:
    """Give the mean number of uses of what is used again."""
    from tanlu.account.lifecycle.pools import mean_uses

    loss, life = float(told.get("loss_percent", 0)) / 100, float(told["life"])
    if not (0 <= loss <= 1 and life >= 1):
        raise TanluError("TL534", value=name, why=f"loss {loss}, life {life}")
    return float(pl.select(mean_uses(pl.lit(loss), pl.lit(life))).item())


def _amount(text: object, name: str, *, signed: bool = False) -> tuple[float, str]:
    """Give an amount in the stored unit of its dimension, and the dimension."""
    found = AMOUNT.match(text) if isinstance(text, str) else None
    if found is None:
        raise TanluError("TL530", value=name, why=f"amount: {text!r}")
    of = units.unit(found[2])
    value = float(Fraction(found[1].replace("_", "")) * of.scale)
    if value < 0 and not signed:
        raise TanluError("TL531", value=name, why=text)
    return value, of.dimension


def _share(value: object, name: str) -> float:
    """Give a share: ``0.3`` or ``"30 %"``."""
    if isinstance(value, str):
        amount, dimension = _amount(value, name)
        if dimension != "share":
            raise TanluError("TL527", value=name, why=dimension)
        return amount / 1e6
    return float(value)  # type: ignore[arg-type]


def _rounded(value: float) -> int:
    return math.floor(value + 0.5)


def _list(told: dict[str, Any], key: str, name: str) -> list[dict[str, Any]]:
    found = told.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise TanluError("TL530", value=name, why=f"[[{key}]]")
    for each in found:
        _only(each, key)
    return found


def _only(told: dict[str, Any], table: str) -> None:
    for key in told:
        if key not in KNOWN[table]:
            near = difflib.get_close_matches(key, KNOWN[table], n=1)
            meant = near[0] if near else ", ".join(sorted(KNOWN[table]))
            raise TanluError("TL530", value=f"{table}.{key}", why=f"→ {meant}")
