"""Recalculation: every row of the period again from its case and amounts, by the exact interpreter.

``calc/legs.csv`` says which formula gives which rows; nothing in it is believed. Amounts must be
those of the signed activities, results those of the signed emissions, to the microgram, and no row
may be left without a line.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms.spec import interpret, load
from tanlu.verify.offline.ledger import lines as cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tanlu.terms.spec import CalcSpec

__all__ = [
    "AMOUNTS",
    "SLOTS",
    "Case",
    "Leg",
    "Value",
    "cases",
    "computed",
    "largest_remainder",
    "legs",
    "picked",
    "shares",
    "specs",
]

SLOTS = ("ttw", "wtt")
FROM = ("activity", "chain", "energy", "total")
AMOUNTS = {
    "mass_mg": "int64", "distance_m": "int64", "load_ppm": "int64", "empty_ppm": "int64",
    "count": "int64", "teu_milli": "int64", "energy_j": "int64", "volume_ml": "int64",
    "split": "float64", "amount_fen": "int64",
}  # fmt: skip
# what a case says of its rows, as it stands in them
SAID = (
    "profile", "gwp_set", "method", "tier", "gas", "factor_id", "factor_hash", "reasons",
    "assumptions", "distance_type",
)  # fmt: skip
BOUNDS = ("ttw_boundary", "ttw_basis", "wtt_boundary", "wtt_basis")
RESULTS = (
    "co2e_ug", "lower_ug", "upper_ug", "co2_fossil_ug", "co2_bio_ug", "ch4_fossil_ug",
    "ch4_bio_ug", "n2o_ug", "unsplit_ug",
)  # fmt: skip
WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}")
REAL = re.compile(r"-?(?:0|[1-9][0-9]{0,24})(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")
MOST_LINE = 65_536
MOST_SPEC = 1 << 20
MOST_CASES = 50_000
MOST_TAKERS = 1_000_000
# characters of formulas times lines: beyond, the pure interpreter would not come to an end
MOST_WORK = 2 * 10**10

Value = float | int | str | None


class Case(NamedTuple):
    """What is the same for many rows: the formulas, what they say, the values that enter."""

    spec: CalcSpec
    sha256: str
    said: Mapping[str, str | None]
    inputs: Mapping[str, Value]


class Leg(NamedTuple):
    """A line of ``calc/legs.csv``."""

    number: int
    activity_id: str
    share_key: str | None
    case: int
    source: str
    amounts: Mapping[str, Value]


def specs(found: Mapping[str, bytes]) -> dict[str, CalcSpec]:
    """Give the specifications of the pack by name.

    Raises
    ------
    TanluError
        TL721 for one that is not canonical, has another name, or makes texts.
    """
    made = {}
    for name, data in found.items():
        where = f"calc/{name}.json"
        try:
            spec = _loaded(data)
        except TanluError as error:
            raise _wrong(where, str(error.fields.get("why", error))) from None
        kept = {*RESULTS, "energy_used_j", "sigma_ln_ppm", "transport_kgm", "daf_ppm"}
        # texts that are joined again and again would grow without end
        if spec.name != name or b'["concat"' in data:
            raise _wrong(where, "it has another name, or joins texts")
        wanted = kept - set(RESULTS) | {f"{slot}_{each}" for slot in SLOTS for each in RESULTS}
        whole = {step.name for step in spec.steps if step.keep and step.type == "int64"}
        if not wanted <= whole:
            raise _wrong(where, f"it does not give {', '.join(sorted(wanted))[:60]} …")
        made[name] = spec
    return made


@lru_cache(maxsize=8)
def _loaded(data: bytes) -> CalcSpec:
    return load(data)


def cases(pieces: Iterable[bytes], known: Mapping[str, CalcSpec]) -> list[Case]:
    """Give the cases in their order.

    Raises
    ------
    TanluError
        TL721 for a column or a value that has no place here; TL736 for too many cases.
    """
    found: list[Case] = []
    where = "calc/cases.csv"
    fixed = {"case", "spec", *SAID, *BOUNDS}
    hashes = {name: spec.sha256 for name, spec in known.items()}
    free = {name for spec in known.values() for name, _ in spec.inputs} - set(AMOUNTS)
    for line, row in _rows(pieces, where, fixed | free, {"case", "spec"}):
        at = f"{where}:{line}"
        if len(found) >= MOST_CASES:
            raise TanluError("TL736", value=where, why=f"more than {MOST_CASES} cases")
        if row["case"] != str(len(found)) or row["spec"] not in known:
            raise _wrong(at, "not its number in the file, or no formulas of this name")
        spec = known[row["spec"]]
        own = dict(spec.inputs)
        stray = [name for name in row if row[name] and name not in fixed and name not in own]
        if stray:
            raise _wrong(at, f"{stray[0]} is no input of {spec.name}")
        said = {name: row.get(name) or None for name in (*SAID, *BOUNDS)}
        inputs = {
            name: _value(row.get(name), kind, at)
            for name, kind in own.items()
            if name not in AMOUNTS
        }
        found.append(Case(spec, hashes[spec.name], said, inputs))
    return found


def legs(pieces: Iterable[bytes], known: list[Case]) -> Iterator[Leg]:
    """Give the lines of ``calc/legs.csv`` one by one.

    Raises
    ------
    TanluError
        TL721 for a column, a value or a case that has no place here; TL736 for too much work.
    """
    where = "calc/legs.csv"
    work = 0
    names = {"activity_id", "share_key", "case", "from"}
    for line, row in _rows(pieces, where, names | set(AMOUNTS), names - {"share_key"}):
        at = f"{where}:{line}"
        case = _whole(row["case"], at)
        if case is None or not 0 <= case < len(known) or row["from"] not in FROM:
            raise _wrong(at, "no such case, or no such source of amounts")
        work += len(known[case].spec.canonical)
        if work > MOST_WORK:
            raise TanluError("TL736", value=at, why="more than this checker recalculates")
        amounts = {name: _value(row.get(name), kind, at) for name, kind in AMOUNTS.items()}
        share = row.get("share_key") or None
        yield Leg(line - 1, row["activity_id"] or "", share, case, row["from"], amounts)


def shares(pieces: Iterable[bytes]) -> Iterator[tuple[int, list[tuple[str, int]]]]:
    """Give each total by the number of its leg, with who takes by which weight.

    Raises
    ------
    TanluError
        TL721 for a column or a value that has no place here, or legs out of order.
    """
    where = "calc/shares.csv"
    names = {"leg", "activity_id", "weight"}
    last, takers = -1, list[tuple[str, int]]()
    for line, row in _rows(pieces, where, names, names):
        at = f"{where}:{line}"
        leg, weight = _whole(row["leg"], at), _whole(row["weight"], at)
        if leg is None or leg < last or weight is None or weight < 0 or not row["activity_id"]:
            raise _wrong(at, "legs are out of order, or a weight is none")
        if leg != last and takers:
            yield last, takers
            takers = []
        last = leg
        takers.append((row["activity_id"], weight))
        if len(takers) > MOST_TAKERS:
            raise TanluError("TL736", value=at, why=f"more than {MOST_TAKERS} takers of one total")
    if takers:
        yield last, takers


def computed(leg: Leg, case: Case) -> Iterator[tuple[str, str, dict[str, Value]]]:
    """Give what a line gives: slot, identity and columns of each emission."""
    inputs = {**case.inputs, **leg.amounts}
    out = next(iter(interpret(case.spec, [inputs])))
    for slot in SLOTS:
        if case.inputs.get(f"{slot}_co2e_g") is not None and out[f"{slot}_upper_ug"] is None:
            return
    for slot in SLOTS:
        boundary = case.said[f"{slot}_boundary"]
        if boundary is None or out[f"{slot}_co2e_ug"] is None or out[f"{slot}_upper_ug"] is None:
            continue
        basis = case.said[f"{slot}_basis"]
        names = (leg.activity_id, case.said["profile"], boundary, basis, leg.share_key)
        row: dict[str, Value] = {name: out[f"{slot}_{name}"] for name in RESULTS}
        row["co2e_unsplit_ug"] = row.pop("unsplit_ug")
        row |= {name: out[name] for name in ("transport_kgm", "daf_ppm", "sigma_ln_ppm")}
        row |= {name: case.said[name] for name in SAID}
        row |= {"energy_j": out["energy_used_j"], "boundary": boundary, "basis": basis}
        yield slot, "|".join(each or "" for each in names), row


def largest_remainder(amount: int, takers: list[tuple[str, int]]) -> list[int]:
    """Give the share of each taker; the shares add up to the amount.

    Raises
    ------
    TanluError
        TL726 when all weights are nought.
    """
    whole = sum(weight for _, weight in takers)
    if not whole:
        raise TanluError("TL726", value=takers[0][0], why="all weights are nought")
    parts = [divmod(abs(amount) * weight, whole) for _, weight in takers]
    left = abs(amount) - sum(part for part, _ in parts)
    order = sorted(range(len(takers)), key=lambda at: (-parts[at][1], takers[at][0].encode()))
    more = set(order[:left])
    sign = -1 if amount < 0 else 1
    return [sign * (part + (at in more)) for at, (part, _) in enumerate(parts)]


def picked(leg: Leg, seed: str, share: float) -> bool:
    """Tell whether a line is in the sample of a pack: chance that nobody chooses."""
    digest = sha256(f"{seed}|{leg.activity_id}".encode()).digest()
    return int.from_bytes(digest[:6], "big") < share * 2**48


def _rows(
    pieces: Iterable[bytes], where: str, allowed: set[str], needed: set[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the lines of a table by the names of its first, counted from 1."""
    names: list[str] = []
    for number, raw in enumerate(cut(pieces, where, MOST_LINE, "TL721")):
        at = f"{where}:{number}"
        try:
            text = raw[:-1].decode()
            fields = next(csv.reader([text], strict=True)) if '"' in text else text.split(",")
        except (UnicodeDecodeError, csv.Error, StopIteration):
            raise _wrong(at, "it is no line of CSV") from None
        if not number:
            names = fields
            if len(set(names)) != len(names) or not needed <= set(names) <= allowed:
                strange = set(names) - allowed or needed - set(names)
                raise _wrong(at, f"columns: {', '.join(sorted(strange))[:100]}")
            continue
        if len(fields) != len(names):
            raise _wrong(at, f"{len(fields)} fields, not {len(names)}")
        yield number, dict(zip(names, fields, strict=True))


def _value(text: str | None, kind: str, at: str) -> Value:
    if not text:
        return None
    if kind == "string":
        return text
    if kind == "int64":
        return _whole(text, at)
    if not REAL.fullmatch(text):
        raise _wrong(at, f"{text[:40]} is no number")
    return float(text)


def _whole(text: str, at: str) -> int | None:
    if not text:
        return None
    found = int(text) if WHOLE.fullmatch(text) else 2**63
    if not -(2**63) <= found < 2**63:
        raise _wrong(at, f"{text[:40]} is no integer")
    return found


def _wrong(where: str, why: str) -> TanluError:
    return TanluError("TL721", value=where, why=why)
