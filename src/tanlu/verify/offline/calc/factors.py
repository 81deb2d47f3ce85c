"""The values of a case held against the factors that it names, in the packs that the ledger used.

A pack's content must have the hash that the ledger pinned. The grams per unit of a case must be the
sum of some of the rows that its ``factor_id`` names, and its rate that of their energy curve, to
the last bit. Which factor is the best one is not asked here: that takes the rules of matching.
"""

from __future__ import annotations

import re
import zlib
from fractions import Fraction
from hashlib import sha256
from itertools import product
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.terms import gases, units
from tanlu.verify.offline.manifest import loads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tanlu.verify.offline.calc.table import Case, Value

__all__ = ["bound", "rows_of"]

FORMAT = "tanlu-pack/1"
TABLES = ("source", "factor", "vehicles", "fuels")
MOST_BYTES = 32 << 20
IDENTITY = (
    "activity", "vehicle_class", "energy_carrier", "temperature_class", "technology", "place",
    "valid_from", "data_year", "boundary", "method", "form", "numerator", "denominator",
    "source_id", "substance",
)  # fmt: skip
LATER = ("material", "axis", "heat_basis")
CURVE = {
    "activity": "kind", "vehicle_class": "class", "energy_carrier": "carrier",
    "temperature_class": "temperature", "data_year": "year", "denominator": "per",
    "load_default": "load", "empty_default": "empty",
}  # fmt: skip
SAME = ("place", "form", "capacity_t", "source_id")
GASES = {
    "co2_fossil": "CO2", "co2_bio": None, "ch4_fossil": "CH4_fossil", "ch4_bio": "CH4_bio",
    "n2o": "N2O",
}  # fmt: skip
UNITS = (*GASES, "unsplit", "co2e")
MODELLED = ("learned", "physics", "scaled", "default")
NUMBER = re.compile(r"[+-]?(\d{1,18}(\.\d{0,24})?|\.\d{1,24})([eE][+-]?\d{1,2})?")
# denominators that are no unit, or that count as one of something
ONES = {"t", "t.km", "TEU.km", "TEU", "p.km", "item", "m2.a", "kg.a", "GB", "h"}
COUNTED = {"mass": "kg", "energy": "MJ", "volume": "L", "distance": "km", "count": "1",
           "transport": "t.km"}  # fmt: skip
ENDS = ("value_empty", "value_full")
MOST_ROWS = 8
MOST_DEPTH = 16
LEAK = re.compile(r"gwp/[^/]+/(.+)")

Row = dict[str, str]
Grams = dict[str, float | None]


def rows_of(data: bytes, wanted: str) -> dict[str, Row]:
    """Give the factors of a pack's file by identity.

    Raises
    ------
    TanluError
        TL738 for a file that is no pack or whose content has not the hash that the ledger names;
        TL736 for one of more than 32 MiB.
    """
    try:
        content = loads(_inflated(data), MOST_DEPTH)
        tables = content["tables"]
        digest = sha256()
        for name in TABLES:
            for row in tables[name]:
                cells = sorted((key, value) for key, value in row.items() if value)
                told = "\x1f".join(f"{key}={value}" for key, value in cells)
                # a text with a separator would hide the cells behind it under the same hash
                if "\x1e" in told or told.count("\x1f") + 1 > max(1, len(cells)):
                    raise TanluError("TL738", value=wanted, why="a cell holds a separator")
                digest.update(told.encode() + b"\x1e")
        if content["format"] != FORMAT or digest.hexdigest() != wanted:
            raise TanluError("TL738", value=wanted, why="its content has another hash")
        curves = (_curve(row) for row in tables["vehicles"] if row.get("mj_empty"))
        rows = [*tables["factor"], *curves]
        return {_identity(row): {"boundary": "", **row} for row in rows}
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError, zlib.error):
        raise TanluError("TL738", value=wanted, why="it is no factor pack") from None


def bound(case: Case, known: Mapping[str, Row]) -> str | None:
    """Say what of a case its factors do not give, nothing if they give it; null if nobody can say.

    Raises
    ------
    TanluError
        TL738 for a factor that no pack has, or whose row cannot be read.
    """
    name = case.said["factor_id"] or ""
    try:
        leak = LEAK.fullmatch(name)
        if leak:
            weight = gases.potential(leak[1], case.said["gwp_set"] or "") * 1000
            return "" if case.inputs.get("ttw_co2e_g") == float(weight) else "ttw_co2e_g"
        rows = _named(name, case.said["method"] in MODELLED, known)
        if not rows or len(rows) > MOST_ROWS or any(map(_other, rows)):
            return None
        told = tuple(
            {gas: case.inputs.get(f"{slot}_{gas}_g") for gas in UNITS} for slot in ("ttw", "wtt")
        )
        burnt = [row for row in rows if row["boundary"] != "energy"]
        if told not in list(_emitted(burnt, case.said["gwp_set"] or "")):
            return "ttw_co2e_g, wtt_co2e_g"
        return _rated(case.inputs, [row for row in rows if row["boundary"] == "energy"])
    except TanluError as error:
        if error.code == "TL738":
            raise
        raise TanluError("TL738", value=name[:80], why=error.say()) from None
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        raise TanluError("TL738", value=name[:80], why="its row cannot be read") from None


def _named(name: str, modelled: bool, known: Mapping[str, Row]) -> list[Row]:
    first, *rest = name.split("/")
    # a model stands before the factor by which its energy is counted
    pieces = rest if modelled and rest and first not in known else [first, *rest]
    ids = [each for piece in pieces for each in piece.split("+")]
    absent = [each for each in ids if each not in known]
    if absent:
        raise TanluError("TL738", value=absent[0][:80], why="no pack has this factor")
    return [known[each] for each in dict.fromkeys(ids)]


def _emitted(rows: list[Row], gwp_set: str) -> Iterator[tuple[Grams, Grams]]:
    """Give what the rows emit per unit in both slots; of one boundary any one row may be meant.

    Electricity is upstream of a wheel as a whole, or its generation stands apart.
    """
    by: dict[str, list[Row]] = {}
    for row in rows:
        by.setdefault(row["boundary"], []).append(row)
    nothing: Grams = dict.fromkeys(UNITS, 0.0)
    unknown: Grams = dict.fromkeys(UNITS)
    for chosen in product(*by.values()):
        parts = dict(zip(by, chosen, strict=True))
        whole = _grams(chosen, gwp_set)
        if any(row["activity"] == "energy.electricity" for row in chosen):
            yield nothing, whole
            if "generation" in parts:
                rest = [row for name, row in parts.items() if name != "generation"]
                apart = _grams([parts["generation"]], gwp_set)
                yield apart, _grams(rest, gwp_set) if rest else unknown
        elif "ttw" not in parts:
            yield unknown, whole
        else:
            ttw = _grams([parts["ttw"]], gwp_set)
            yield ttw, _grams([parts["wtt"]], gwp_set) if "wtt" in parts else unknown


def _grams(rows: Iterable[Row], gwp_set: str) -> Grams:
    totals: dict[str, Fraction] = {}
    for row in rows:
        scale = units.convert(1, row["numerator"], "g") / _per(row["denominator"])
        split = {gas: row[gas] for gas in GASES if row.get(gas)}
        if not split.keys() - {"co2_bio"} and row.get("co2e_published"):
            split["unsplit"] = row["co2e_published"]
        for gas, text in split.items():
            totals[gas] = totals.get(gas, Fraction(0)) + _number(text) * scale
    weights = gases.gwp(gwp_set)
    heavy = {gas: Fraction(str(weights[name])) if name else Fraction(0)
             for gas, name in GASES.items()} | {"unsplit": Fraction(1)}  # fmt: skip
    co2e = sum((mass * heavy[gas] for gas, mass in totals.items()), start=Fraction(0))
    found: Grams = {
        gas: float(totals[gas]) if gas in totals else None for gas in (*GASES, "unsplit")
    }
    return {**found, "co2e": float(co2e)}


def _rated(inputs: Mapping[str, Value], curves: list[Row]) -> str:
    """Say which part of the rate the energy curve does not give."""
    wanted: dict[str, float] = {"rate_empty": 0.0, "rate_slope": 1.0}
    for row in curves[:1]:
        scale = units.convert(1, row["numerator"], "MJ") / _per(row["denominator"])
        if row["form"] == "linear_load":
            empty, full = (float(_number(row[end]) * scale) for end in ENDS)
            capacity = float(row["capacity_t"])
            wanted = {
                "rate_empty": empty, "rate_slope": (full - empty) / capacity,
                "capacity_t": capacity, "load_default": float(row["load_default"]),
                "empty_default": float(row["empty_default"]),
            }  # fmt: skip
        else:
            wanted["rate_slope"] = float(_number(row["value"]) * scale)
    return next((name for name, value in wanted.items() if inputs.get(name) != value), "")


def _other(row: Row) -> bool:
    """Tell whether a row's value depends on the hour or on money, which is not looked at here."""
    unit = row.get("denominator") or ""
    known = unit in ONES or (units.is_unit(unit) and units.unit(unit).dimension in COUNTED)
    return row.get("form") not in ("scalar", "linear_load") or not known


def _per(denominator: str) -> Fraction:
    if denominator in ONES:
        return Fraction(1)
    unit = units.unit(denominator)
    return units.convert(1, unit, COUNTED[unit.dimension])


def _number(text: str) -> Fraction:
    # an exponent of a stranger could ask for more digits than there is memory
    if not NUMBER.fullmatch(text):
        raise ValueError(text)
    return Fraction(text)


def _identity(row: Row) -> str:
    later = "".join(f"|{name}={row[name]}" for name in LATER if row.get(name))
    text = "|".join(row.get(name, "") for name in IDENTITY) + later
    return sha256(text.encode()).hexdigest()[:16]


def _curve(row: Row) -> Row:
    """Give the energy curve of a vehicle class as a factor."""
    scalar = row.get("form") == "scalar"
    empty, full = row.get("mj_empty") or "", row.get("mj_full") or ""
    return {
        **{name: row.get(name) or "" for name in SAME},
        **{name: row.get(told) or "" for name, told in CURVE.items()},
        "valid_from": f"{row.get('year') or ''}-01-01",
        "boundary": "energy",
        "numerator": "MJ",
        "value": empty if scalar else "",
        "value_empty": "" if scalar else empty,
        "value_full": "" if scalar else full,
    }


def _inflated(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    machine = zlib.decompressobj(wbits=31)
    text = machine.decompress(data, MOST_BYTES)
    if machine.unconsumed_tail:
        raise TanluError("TL736", value="ledger/originals", why=f"more than {MOST_BYTES} bytes")
    return text
