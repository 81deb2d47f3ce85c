"""A specification as nested Python functions: for one row at a time, in tens of microseconds.

It gives what `tanlu.terms.spec.interpret` gives, value for value; a property test holds it to that.
"""

from __future__ import annotations

import math
import operator as ops
from functools import cache
from typing import TYPE_CHECKING, Any

from tanlu.terms.spec import evaluate, expand_exp, load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tanlu.terms.spec import CalcSpec

__all__ = ["compiled"]

Scope = dict[str, Any]
Part = "Callable[[Scope], Any]"
COMPARE = {"eq": ops.eq, "ne": ops.ne, "lt": ops.lt, "le": ops.le, "gt": ops.gt, "ge": ops.ge}
LIMIT = 9.2e18


def compiled(spec: CalcSpec) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Give the function from a row to the kept columns of a specification, made once for each."""
    return _compiled(spec.canonical)


@cache
def _compiled(canonical: bytes) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    spec = load(canonical)
    names = [name for name, _ in spec.inputs]
    steps = [
        (step.name, _part(step.expression), step.type == "float64") for step in spec.steps
    ]
    kept = spec.outputs

    def row(given: Mapping[str, Any]) -> dict[str, Any]:
        scope: Scope = {name: _finite(given.get(name)) for name in names}
        for name, part, double in steps:
            value = part(scope)
            if value is not None and double:
                value = float(value)
                if not math.isfinite(value):
                    value = None
            scope[name] = value
        return {name: scope[name] for name in kept}

    return row


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _part(node: Any) -> Callable[[Scope], Any]:
    if isinstance(node, str):
        return ops.itemgetter(node)
    if isinstance(node, dict):
        constant = float(node["n"]) if "n" in node else str(node["s"])
        return lambda _: constant
    operator, *arguments = node
    if operator == "exp":
        return _exp(_part(arguments[0]))
    parts = [_part(argument) for argument in arguments]
    if operator in COMPARE:
        return _compare(COMPARE[operator], *parts)
    if operator in ("add", "sub", "mul", "div") and len(parts) == 2:
        return _binary(operator, *parts)
    match operator:
        case "if":
            return lambda s: parts[1](s) if parts[0](s) else parts[2](s)
        case "coalesce":
            return _coalesce(parts)
        case "is_null":
            return lambda s: parts[0](s) is None
        case "round":
            return _round(parts[0])
    return _other(operator, parts)


def _compare(holds: Any, left: Any, right: Any) -> Callable[[Scope], Any]:
    def compare(scope: Scope) -> Any:
        a, b = _finite(left(scope)), _finite(right(scope))
        if a is None or b is None:
            return None
        if isinstance(a, int) != isinstance(b, int):
            a, b = float(a), float(b)
        return holds(a, b)

    return compare


def _binary(operator: str, left: Any, right: Any) -> Callable[[Scope], Any]:
    apply = {"add": ops.add, "sub": ops.sub, "mul": ops.mul, "div": ops.truediv}[operator]
    divides = operator == "div"

    def binary(scope: Scope) -> Any:
        a, b = left(scope), right(scope)
        if a is None or b is None or (divides and b == 0):
            return None
        return apply(float(a), float(b))

    return binary


def _coalesce(parts: list[Any]) -> Callable[[Scope], Any]:
    def coalesce(scope: Scope) -> Any:
        for part in parts:
            value = part(scope)
            if value is not None:
                return value
        return None

    return coalesce


def _round(part: Any) -> Callable[[Scope], Any]:
    def rounded(scope: Scope) -> Any:
        x = part(scope)
        if x is None or not abs(x) <= LIMIT:
            return None
        whole = math.floor(abs(x) + 0.5)
        return -whole if x < 0 else whole

    return rounded


def _exp(part: Any) -> Callable[[Scope], Any]:
    expanded = _part(expand_exp("x"))

    def exp(scope: Scope) -> Any:
        x = part(scope)
        if x is None:
            return None
        p = expanded({"x": float(x)})
        for _ in range(6):
            p = p * p
        return p

    return exp


def _other(operator: str, parts: list[Any]) -> Callable[[Scope], Any]:
    # rare operators: evaluate the arguments here and the operator by the reference
    names = [f"a{number}" for number in range(len(parts))]
    node = [operator, *names]
    return lambda scope: evaluate(
        node, {name: part(scope) for name, part in zip(names, parts, strict=True)}
    )
