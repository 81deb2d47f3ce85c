"""Types of expressions: what each operator takes and gives, and how large an expression may be."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OPERATORS", "Expression", "infer"]

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
MAX_DEPTH = 40
MAX_NODES = 2_000  # of one expression
MAX_TEXT = 1_000
DECIMAL = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?")
NUMBERS = ("int64", "float64")

Expression = Any  # str | list | dict; JSON


def infer(expression: Expression, known: Mapping[str, str]) -> str:
    """Give the type of an expression: int64, float64, string or bool.

    ``known`` maps the names that may stand in it to their types.

    Raises
    ------
    TypeError
        With the reason, when it breaks the grammar, mixes types or is too large.
    """
    return _Walk(known).type_of(expression, 0)


class _Walk:
    """One pass over an expression that counts its nodes."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self.known = known
        self.nodes = 0

    def type_of(self, expression: Expression, depth: int) -> str:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise TypeError(f"deeper than {MAX_DEPTH} or longer than {MAX_NODES} parts")
        if isinstance(expression, str):
            if expression not in self.known:
                raise TypeError(f"'{expression}' is not known here")
            return self.known[expression]
        if isinstance(expression, dict):
            return _literal(expression)
        if not isinstance(expression, list) or not expression:
            raise TypeError(f"{str(expression)[:80]!r} is no expression")
        operator, *arguments = expression
        if not isinstance(operator, str) or operator not in OPERATORS:
            raise TypeError(f"there is no operator {str(operator)[:80]!r}")
        wanted = OPERATORS[operator]
        if len(arguments) < 2 if wanted is None else len(arguments) != wanted:
            raise TypeError(f"'{operator}' has {len(arguments)} arguments")
        return _result(operator, [self.type_of(each, depth + 1) for each in arguments])


def _literal(expression: dict[str, Any]) -> str:
    number, text = expression.get("n"), expression.get("s")
    if len(expression) == 1 and isinstance(number, str) and DECIMAL.fullmatch(number):
        if not math.isfinite(float(number)):
            raise TypeError(f"'{number}' is beyond a double")
        return "float64"
    if len(expression) == 1 and isinstance(text, str) and len(text) <= MAX_TEXT:
        return "string"
    raise TypeError(f"{str(expression)[:80]} is no literal")


def _result(operator: str, types: list[str]) -> str:
    match operator:
        case "is_null":
            return "bool"
        case "and" | "or" | "not":
            return _all(operator, types, ("bool",), "bool")
        case "concat":
            return _all(operator, types, ("string",), "string")
        case "eq" | "ne":
            wanted = ("string",) if types[0] == "string" else NUMBERS
            return _all(operator, types, wanted, "bool")
        case "lt" | "le" | "gt" | "ge":
            return _all(operator, types, NUMBERS, "bool")
        case "round":
            return _all(operator, types, NUMBERS, "int64")
        case "if":
            _all(operator, types[:1], ("bool",), "bool")
            return _common(operator, types[1:])
        case "coalesce":
            return _common(operator, types)
    return _all(operator, types, NUMBERS, "float64")


def _all(operator: str, types: list[str], wanted: tuple[str, ...], gives: str) -> str:
    for found in types:
        if found not in wanted:
            raise TypeError(f"'{operator}' takes {' or '.join(wanted)} and not {found}")
    return gives


def _common(operator: str, types: list[str]) -> str:
    if all(found in NUMBERS for found in types):
        return "float64" if "float64" in types else "int64"
    if len(set(types)) > 1:
        raise TypeError(f"'{operator}' mixes {' and '.join(sorted(set(types)))}")
    return types[0]
