"""The exact interpreter: a specification evaluated row by row in pure Python.

It is the reference against which the fast engines are tested, and what an offline verifier uses;
it is not meant for large tables.
"""

from __future__ import annotations

import math
import operator as compare
from typing import TYPE_CHECKING, Any

from tanlu.terms.spec.grammar import EXP_HALVINGS, EXP_TERMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tanlu.terms.spec.grammar import CalcSpec, Expression

__all__ = ["evaluate", "interpret"]

INT64_LIMIT = 9.2e18
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": compare.eq,
    "ne": compare.ne,
    "lt": compare.lt,
    "le": compare.le,
    "gt": compare.gt,
    "ge": compare.ge,
}
COMPARING = {*COMPARISONS, "min", "max"}

Value = float | int | str | bool | None


def interpret(
    spec: CalcSpec, rows: Iterable[Mapping[str, Value]], *, trace: bool = False
) -> Iterator[dict[str, Value]]:
    """Give for each row the kept columns, or with ``trace`` every step."""
    for row in rows:
        scope: dict[str, Value] = {name: _finite(row.get(name)) for name, _ in spec.inputs}
        for step in spec.steps:
            value = _finite(evaluate(step.expression, scope))
            if step.type == "float64" and value is not None:
                value = float(value)
            scope[step.name] = value
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
    if operator in COMPARING:
        values = [_finite(value) for value in values]
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
    if operator in COMPARISONS:
        return bool(COMPARISONS[operator](*_alike(*values)))
    return _arithmetic(operator, [float(value) for value in values])


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    # Python compares an int with a float exactly; every engine converts the int first
    if isinstance(left, float) or isinstance(right, float):
        return float(left), float(right)
    return left, right


def _finite(value: Value) -> Value:
    return None if isinstance(value, float) and not math.isfinite(value) else value


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
