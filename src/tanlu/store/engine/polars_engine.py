"""Polars, the engine of the house: each layer of a plan is one ``with_columns``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.store.engine.plan import MARK, Node, Plan

if TYPE_CHECKING:
    import polars as pl

__all__ = ["expression", "run_polars", "type_of"]

LIMIT = 9.2e18


def run_polars(plan: Plan, frame: pl.LazyFrame, names: list[str]) -> pl.LazyFrame:
    """Give the named columns of the frame and the kept columns of the plan."""
    import polars as pl

    for layer in plan.layers:
        frame = frame.with_columns(expression(node).alias(name) for name, node in layer.items())
    kept = plan.outputs
    passed = [name for name in names if name not in kept]
    return frame.select([*passed, *(pl.col(MARK + name).alias(name) for name in kept)])


def expression(node: Node) -> pl.Expr:
    """Give the Polars expression of a node."""
    import polars as pl

    if node.operator == "column":
        return pl.col(node.value)
    if node.operator in ("number", "text"):
        return pl.lit(node.value, type_of(node.kind))
    arguments = [expression(argument) for argument in node.arguments]
    if node.operator in ("lt", "le", "gt", "ge", "eq", "ne"):
        return _compare(node.operator, arguments)
    return _apply(node, arguments)


def _apply(node: Node, a: list[pl.Expr]) -> pl.Expr:
    import polars as pl

    match node.operator:
        case "cast":
            return a[0].cast(type_of(node.kind))
        case "if":
            return pl.when(a[0]).then(a[1]).otherwise(a[2])
        case "coalesce":
            return pl.coalesce(a)
        case "is_null":
            return a[0].is_null()
        case "and":
            return pl.Expr.and_(*a)
        case "or":
            return pl.Expr.or_(*a)
        case "not":
            return ~a[0]
        case "concat":
            return pl.concat_str(a, ignore_nulls=False)
        case "add":
            return _chain(a, pl.Expr.__add__)
        case "mul":
            return _chain(a, pl.Expr.__mul__)
        case "min" | "max":
            taken = _compare("le" if node.operator == "min" else "ge", a)
            return pl.when(taken).then(a[0]).otherwise(a[1])
    return _number(node.operator, a)


def _number(operator: str, a: list[pl.Expr]) -> pl.Expr:
    import polars as pl

    match operator:
        case "sub":
            return a[0] - a[1]
        case "neg":
            return -a[0]
        case "finite":
            return pl.when(a[0].is_finite()).then(a[0])
        case "square":
            return a[0] * a[0]
        case "quotient":
            return _divide(a[0], a[1])
        case "div":
            return pl.when(a[1] != 0.0).then(_divide(a[0], a[1]))
        case "sqrt":
            return pl.when(a[0] >= 0.0).then(a[0].sqrt())
    whole = (a[0].abs() + 0.5).floor()
    signed = pl.when(a[0] < 0.0).then(-whole).otherwise(whole)
    return pl.when(a[0].abs() <= LIMIT).then(signed).cast(pl.Int64, strict=False)


def _divide(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    """Divide truly: Polars multiplies by the reciprocal of a divisor that is one value for all.

    A divisor as long as the dividend is divided element by element, which rounds once as
    IEEE 754 says; so it is given a choice that depends on the dividend.
    """
    import polars as pl

    return a / (a.is_not_null().cast(pl.Float64) * b)


def _chain(a: list[pl.Expr], operation: Any) -> pl.Expr:
    found = a[0]
    for argument in a[1:]:
        found = operation(found, argument)
    return found


def _compare(operator: str, a: list[pl.Expr]) -> pl.Expr:
    import polars as pl

    operations = {
        "eq": pl.Expr.eq, "ne": pl.Expr.ne, "lt": pl.Expr.lt,
        "le": pl.Expr.le, "gt": pl.Expr.gt, "ge": pl.Expr.ge,
    }  # fmt: skip
    return operations[operator](a[0], a[1])


def type_of(kind: str) -> Any:
    """Give the Polars type of a plan's type."""
    import polars as pl

    return {"int64": pl.Int64, "float64": pl.Float64, "string": pl.String, "bool": pl.Boolean}[kind]
