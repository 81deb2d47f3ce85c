"""The grammar of a calculation specification.

A specification is JSON: inputs (columns and their types), and steps, each a named column with an
expression. An expression is a number as decimal text (``{"n": "0.5"}``), a text (``{"s": "ttw"}``),
the name of an input or an earlier step, or a list ``[operator, argument, …]``. All arithmetic is on
IEEE 754 doubles in the written order, so every engine gives the same bits; ``round`` is the only
way back to an integer. Nothing outside OPERATORS exists: no logarithm, no trigonometry.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from tanlu.errors import TanluError

# operator -> number of arguments, None for two or more
OPERATORS: dict[str, int | None] = {
    "add": None,  # left to right
    "sub": 2,
    "mul": None,  # left to right
    "div": 2,  # null when the divisor is 0
    "neg": 1,
    "sqrt": 1,  # null when negative
    "min": 2,  # if(a <= b, a, b)
    "max": 2,  # if(a >= b, a, b)
    "exp": 1,  # the fixed rational expansion of `expand_exp`, the same bits on every engine
    "if": 3,  # a null condition takes the third
    "coalesce": None,
    "is_null": 1,
    "eq": 2,
    "ne": 2,
    "lt": 2,
    "le": 2,
    "gt": 2,
    "ge": 2,
    "and": None,
    "or": None,
    "not": 1,
    "round": 1,  # sign(x) * floor(|x| + 0.5) as int64; null outside +-9.2e18
    "concat": None,  # texts
}
EXP_TERMS = 7
EXP_HALVINGS = 6

Expression = Any  # str | list | dict; JSON


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
    """Give the specification of a JSON text.

    Raises
    ------
    TanluError
        TL105 when it breaks the grammar.
    """
    try:
        raw = json.loads(text)
        name = raw["spec"]
    except (ValueError, KeyError, TypeError) as error:
        raise TanluError("TL105", value="?", why=str(error)) from error
    known: dict[str, str] = dict(raw["inputs"])
    steps = []
    for entry in raw["steps"]:
        step = Step(
            name=entry["name"],
            type=entry.get("type", "float64"),
            unit=entry.get("unit", ""),
            expression=entry["expression"],
            keep=bool(entry.get("keep", False)),
            meaning=entry.get("meaning", ""),
            meaning_zh=entry.get("含义", ""),
            reference=entry.get("reference", ""),
        )
        if step.name in known:
            raise TanluError("TL105", value=name, why=f"'{step.name}' is named twice")
        _check(step.expression, known, name)
        known[step.name] = step.type
        steps.append(step)
    inputs = tuple((key, str(kind)) for key, kind in raw["inputs"].items())
    return CalcSpec(name, raw["version"], inputs, tuple(steps), canonical_bytes(raw))


def load(text: bytes) -> CalcSpec:
    """Give the specification whose canonical bytes these are; refuse any other bytes.

    Raises
    ------
    TanluError
        TL105 when the bytes are not canonical or break the grammar.
    """
    spec = parse(text)
    if spec.canonical != text:
        raise TanluError("TL105", value=spec.name, why="bytes are not canonical")
    return spec


def _check(expression: Expression, known: dict[str, str], name: str) -> None:
    if isinstance(expression, str):
        if expression not in known:
            raise TanluError("TL105", value=name, why=f"'{expression}' is not known here")
    elif isinstance(expression, dict):
        if set(expression) not in ({"n"}, {"s"}):
            raise TanluError("TL105", value=name, why=f"{expression} is no literal")
        if "n" in expression:
            float(expression["n"])
    elif isinstance(expression, list) and expression and expression[0] in OPERATORS:
        operator, *arguments = expression
        wanted = OPERATORS[operator]
        if (wanted is None and len(arguments) < 2) or (
            wanted is not None and len(arguments) != wanted
        ):
            raise TanluError(
                "TL105", value=name, why=f"'{operator}' has {len(arguments)} arguments"
            )
        for argument in arguments:
            _check(argument, known, name)
    else:
        raise TanluError("TL105", value=name, why=f"{expression!r} is no expression")


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
