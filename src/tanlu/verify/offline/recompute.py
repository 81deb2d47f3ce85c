"""A calculation sheet done again from its own JSON, with the exact interpreter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tanlu.errors import TanluError
from tanlu.terms.spec import CalcSpec, interpret, load

__all__ = ["Difference", "recompute"]

TYPES = {"int64": int, "float64": float, "string": str}


@dataclass(frozen=True, slots=True)
class Difference:
    """A value on a sheet that its own inputs and formulas do not give."""

    leg: str
    name: str
    stated: str
    recomputed: str


def recompute(facts: Mapping[str, Any]) -> tuple[int, tuple[Difference, ...]]:
    """Give how many values of a sheet were compared, and those that differ.

    Parameters
    ----------
    facts
        What ``tanlu why SUBJECT --json`` prints: ``specs`` (canonical formulas by SHA-256) and
        ``legs`` with inputs, recorded values and the hash of their formulas.

    Raises
    ------
    TanluError
        TL701 when formulas do not have the hash under which they are filed, or are not there.
    """
    specs = {name: _spec(name, text) for name, text in facts["specs"].items()}
    compared = 0
    found: list[Difference] = []
    for leg in facts["legs"]:
        for sheet in leg.get("sheets", ()):
            wanted = sheet["spec_sha256"]
            if wanted not in specs:
                raise TanluError("TL701", value=str(leg["leg"]), why=f"formulas {wanted} absent")
            count, differing = _compare(str(leg["leg"]), specs[wanted], sheet)
            compared += count
            found += differing
    found += _total(facts)
    return compared, tuple(found)


def _spec(name: str, text: str) -> CalcSpec:
    spec = load(text.encode())
    if spec.sha256 != name:
        raise TanluError("TL701", value=spec.name, why=f"its hash is {spec.sha256}, not {name}")
    return spec


def _compare(
    leg: str, spec: CalcSpec, sheet: Mapping[str, Any]
) -> tuple[int, Iterator[Difference]]:
    stated = {name: entry["value"] for name, entry in sheet["inputs"].items()}
    inputs = {
        name: None if stated.get(name) is None else TYPES[kind](stated[name])
        for name, kind in spec.inputs
    }
    again = next(iter(interpret(spec, [inputs], trace=True)))
    recorded = {name: value for name, value in sheet["recorded"].items() if name in again}
    differing = (
        Difference(leg, name, str(value), str(again[name]))
        for name, value in recorded.items()
        if again[name] != value
    )
    return len(recorded), differing


def _total(facts: Mapping[str, Any]) -> Iterator[Difference]:
    """Give the total if it is not the sum of its legs, in whole micrograms."""
    stated = int(facts["total"]["co2e_ug"])
    added = sum(int(leg["co2e_ug"]) for leg in facts["legs"])
    if stated != added:
        yield Difference("total", "co2e_ug", str(stated), str(added))
