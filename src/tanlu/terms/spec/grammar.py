"""The grammar of a calculation specification.

A specification is JSON: inputs (columns and their types), and steps, each a named column with an
expression. An expression is a number as decimal text (``{"n": "0.5"}``), a text (``{"s": "ttw"}``),
the name of an input or an earlier step, or a list ``[operator, argument, …]``. All arithmetic is on
IEEE 754 doubles in the written order, so every engine gives the same bits; ``round`` is the only
way back to an integer. Nothing outside OPERATORS exists: no logarithm, no trigonometry.

No NaN and no infinity leaves a step: an input, the result of a step, and a computed operand of a
comparison, ``min`` or ``max`` that is not finite counts as null. Two int64 compare as integers,
every other pair of numbers as doubles. A step declared float64 takes an int64 as double.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from tanlu.errors import TanluError
from tanlu.terms.spec.infer import OPERATORS, Expression, infer

__all__ = [
    "EXP_HALVINGS",
    "EXP_TERMS",
    "OPERATORS",
    "CalcSpec",
    "Expression",
    "Step",
    "canonical_bytes",
    "expand_exp",
    "load",
    "parse",
]

EXP_TERMS = 7
EXP_HALVINGS = 6

MAX_BYTES = 1 << 20
MAX_INPUTS = 500
MAX_STEPS = 500
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
INPUT_TYPES = ("float64", "int64", "string")
TOP = {"spec", "version", "inputs", "steps", "meaning", "含义", "reference"}
STEP = {"name", "type", "unit", "expression", "keep", "meaning", "含义", "reference"}


@dataclass(frozen=True, slots=True)
class Step:
    """One named column of a specification and the expression that gives it."""

    name: str
    type: str
    unit: str
    expression: Expression
    keep: bool
    meaning: str
    meaning_zh: str
    reference: str


@dataclass(frozen=True, slots=True)
class CalcSpec:
    """A calculation as data: inputs, steps in order, and the hash of its canonical bytes."""

    name: str
    version: str
    inputs: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    canonical: bytes

    @property
    def sha256(self) -> str:
        """The hash that an edition pins."""
        return hashlib.sha256(self.canonical).hexdigest()

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the columns that are kept."""
        return tuple(step.name for step in self.steps if step.keep)


def canonical_bytes(value: object) -> bytes:
    """Give JSON with sorted keys, no blanks, UTF-8: RFC 8785 for texts, integers and lists."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def parse(text: str | bytes) -> CalcSpec:
    """Give the specification of a JSON text, which may come from a stranger.

    Raises
    ------
    TanluError
        TL105 when it breaks the grammar, mixes types or exceeds a limit of this module.
    """
    if len(text) > MAX_BYTES:
        raise _wrong("?", f"longer than {MAX_BYTES} bytes")
    try:
        raw = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        canonical = canonical_bytes(raw)
    except (ValueError, RecursionError) as error:
        raise _wrong("?", str(error) or "nested too deep") from error
    if not isinstance(raw, dict) or not TOP >= set(raw) >= {"spec", "version", "inputs", "steps"}:
        raise _wrong("?", "it has spec, version, inputs, steps and nothing else")
    name, version, inputs, steps = raw["spec"], raw["version"], raw["inputs"], raw["steps"]
    if not all(isinstance(raw[key], str) for key in set(raw) - {"inputs", "steps"}):
        raise _wrong("?", "spec, version and meaning are texts")
    known = _inputs(name, inputs)
    if not isinstance(steps, list) or not 0 < len(steps) <= MAX_STEPS:
        raise _wrong(name, f"steps are a list of 1 to {MAX_STEPS}")
    found = []
    for entry in steps:
        step = _step(name, entry, known)
        known[step.name] = step.type
        found.append(step)
    return CalcSpec(name, version, tuple(inputs.items()), tuple(found), canonical)


def load(text: bytes) -> CalcSpec:
    """Give the specification whose canonical bytes these are; refuse any other bytes.

    Raises
    ------
    TanluError
        TL105 when the bytes are not canonical or break the grammar.
    """
    spec = parse(text)
    if spec.canonical != text:
        raise _wrong(spec.name, "bytes are not canonical")
    return spec


def _inputs(name: str, inputs: object) -> dict[str, str]:
    if not isinstance(inputs, dict) or len(inputs) > MAX_INPUTS:
        raise _wrong(name, f"inputs are a map of at most {MAX_INPUTS}")
    for column, kind in inputs.items():
        if not NAME.fullmatch(column) or kind not in INPUT_TYPES:
            raise _wrong(name, f"input '{column}' of type '{kind}'")
    return dict(inputs)


def _step(name: str, entry: object, known: dict[str, str]) -> Step:
    if not isinstance(entry, dict) or not STEP >= set(entry) >= {"name", "expression"}:
        raise _wrong(name, f"a step has {', '.join(sorted(STEP))} and nothing else")
    texts = {key: entry.get(key, "") for key in ("name", "unit", "meaning", "含义", "reference")}
    if not all(isinstance(each, str) for each in texts.values()):
        raise _wrong(name, "a step's name, unit and meaning are texts")
    label, keep = texts["name"], entry.get("keep", False)
    if not NAME.fullmatch(label) or label in known:
        raise _wrong(name, f"'{label}' is named twice or is no name")
    if not isinstance(keep, bool):
        raise _wrong(name, f"keep of '{label}' is true or false")
    try:
        inferred = infer(entry["expression"], known)
    except TypeError as error:
        raise _wrong(name, f"step '{label}': {error}") from error
    declared = entry.get("type", "float64")
    if declared != inferred and (declared, inferred) != ("float64", "int64"):
        raise _wrong(name, f"step '{label}' gives {inferred} but is declared {declared}")
    return Step(
        name=label,
        type=declared,
        unit=texts["unit"],
        expression=entry["expression"],
        keep=keep,
        meaning=texts["meaning"],
        meaning_zh=texts["含义"],
        reference=texts["reference"],
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON")


def _wrong(name: str, why: str) -> TanluError:
    return TanluError("TL105", value=name, why=why)


def expand_exp(argument: Expression) -> Expression:
    """Give exp(x) as additions, multiplications and divisions only.

    y = x / 2**6; p = 1 + y(1 + y/2(1 + … y/7)); then p squared six times. Relative error below
    1e-9 for |x| <= 8. Engines evaluate this expansion once per step, never their own exp.
    """
    y = ["mul", argument, {"n": repr(1.0 / 2**EXP_HALVINGS)}]
    poly: Expression = {"n": "1"}
    for k in range(EXP_TERMS, 0, -1):
        poly = ["add", {"n": "1"}, ["mul", ["div", y, {"n": str(k)}], poly]]
    return poly
