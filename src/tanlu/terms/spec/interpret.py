"""The exact interpreter: a specification evaluated row by row in pure Python.

It is the reference against which the fast engines are tested, and what an offline verifier uses;
it is not meant for large tables.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tanlu.terms.spec.grammar import EXP_HALVINGS, EXP_TERMS, CalcSpec, Expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

INT64_LIMIT = 9.2e18

Value = float | int | str | bool | None


def interpret(
    spec: CalcSpec, rows: Iterable[Mapping[str, Value]], *, trace: bool = False
) -> Iterator[dict[str, Value]]:
    """Give for each row the kept columns, or with ``trace`` every step."""
    for row in rows:
        scope: dict[str, Value] = {name: row.get(name) for name, _ in spec.inputs}
        for step in spec.steps:
            scope[step.name] = evaluate(step.expression, scope)
        names = [step.name for step in spec.steps] if trace else spec.outputs
        yield {name: scope[name] for name in names}


def evaluate(expression: Expression, scope: Mapping[str, Value]) -> Value:
    """Give the value of one expression; null is None."""
    if isinstance(expression, str):
        return scope[expression]
    if isinstance(expression, dict):
        return float(expression["n"]) if "n" in expression else str(expression["s"])
    operator, *arguments = expression
    if operator == "if":
        taken = arguments[1] if evaluate(arguments[0], scope) else arguments[2]
        return evaluate(taken, scope)
    values = [evaluate(argument, scope) for argument in arguments]
    if operator == "coalesce":
        return next((value for value in values if value is not None), None)
    if operator == "is_null":
        return values[0] is None
    if operator in ("and", "or"):
        return _logic(operator, values)
    if any(value is None for value in values):
        return _with_null(operator, values)
    return _apply(operator, values)


def _logic(operator: str, values: list[Value]) -> Value:
    # three-valued, as SQL: a null decides nothing unless another operand decides
    decisive = operator == "or"
    if any(value is decisive for value in values):
        return decisive
    return None if any(value is None for value in values) else not decisive


def _with_null(operator: str, values: list[Value]) -> Value:
    # min and max are if(a <= b, a, b): a null comparison takes b
    return values[1] if operator in ("min", "max") else None


def _apply(operator: str, values: list[Any]) -> Value:
    match operator:
        case "concat":
            return "".join(values)
        case "not":
            return not values[0]
        case "eq" | "ne":
            same = _plain(values[0]) == _plain(values[1])
            return same if operator == "eq" else not same
        case "lt":
            return bool(_plain(values[0]) < _plain(values[1]))
        case "le":
            return bool(_plain(values[0]) <= _plain(values[1]))
        case "gt":
            return bool(_plain(values[0]) > _plain(values[1]))
        case "ge":
            return bool(_plain(values[0]) >= _plain(values[1]))
    return _arithmetic(operator, [float(value) for value in values])


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else float(value)


def _arithmetic(operator: str, values: list[float]) -> Value:
    first = values[0]
    match operator:
        case "add":
            for value in values[1:]:
                first = first + value
        case "mul":
            for value in values[1:]:
                first = first * value
        case "sub":
            first = first - values[1]
        case "div":
            return None if values[1] == 0 else first / values[1]
        case "neg":
            first = -first
        case "sqrt":
            return None if first < 0 else math.sqrt(first)
        case "min":
            # not min(): beside what is no number the grammar takes the second
            first = first if first <= values[1] else values[1]  # noqa: FURB136
        case "max":
            first = first if first >= values[1] else values[1]  # noqa: FURB136
        case "exp":
            return _exp(first)
        case "round":
            return _round(first)
    return first


def _exp(x: float) -> float:
    y = x * (1.0 / 2**EXP_HALVINGS)
    p = 1.0
    for k in range(EXP_TERMS, 0, -1):
        p = 1.0 + (y / float(k)) * p
    for _ in range(EXP_HALVINGS):
        p = p * p
    return p


def _round(x: float) -> int | None:
    if not abs(x) <= INT64_LIMIT:  # also catches nan
        return None
    whole = math.floor(abs(x) + 0.5)
    return -whole if x < 0 else whole
