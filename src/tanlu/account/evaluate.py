"""Evaluate a specification on Polars columns."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.terms.spec import expand_exp

if TYPE_CHECKING:
    from tanlu.terms.spec import CalcSpec


def run(spec: CalcSpec, frame: pl.DataFrame, *, engine: str = "polars") -> pl.DataFrame:
    types = {"float64": pl.Float64, "int64": pl.Int64, "string": pl.String, "bool": pl.Boolean}
    work = frame
    kept = []
    for step in spec.steps:
        value = _expr(step.expression)
        if step.type == "float64":
            value = value.cast(pl.Float64)
            value = pl.when(value.is_finite()).then(value)
        work = work.with_columns(value.alias("_step")).rename({"_step": step.name})
        work = work.with_columns(pl.col(step.name).cast(types[step.type]))
        if step.keep:
            kept.append(step.name)
    return work.select(*frame.columns, *kept)


def _expr(node: Any) -> pl.Expr:
    if isinstance(node, str):
        return pl.col(node)
    if isinstance(node, dict):
        return pl.lit(float(node["n"])) if "n" in node else pl.lit(node["s"])
    op, *rest = node
    if op == "exp":
        p = _expr(expand_exp(rest[0]))
        for _ in range(6):
            p = p * p
        return p
    args = [_expr(each) for each in rest]
    match op:
        case "add":
            return reduce(lambda a, b: a + b, args)
        case "mul":
            return reduce(lambda a, b: a * b, args)
        case "sub":
            return args[0] - args[1]
        case "div":
            d = args[1].cast(pl.Float64)
            return pl.when(d != 0).then(args[0].cast(pl.Float64) / d)
        case "sqrt":
            return pl.when(args[0] >= 0).then(args[0].sqrt())
        case "min":
            return pl.when(args[0] <= args[1]).then(args[0]).otherwise(args[1])
        case "max":
            return pl.when(args[0] >= args[1]).then(args[0]).otherwise(args[1])
        case "if":
            return pl.when(args[0]).then(args[1]).otherwise(args[2])
        case "coalesce":
            return pl.coalesce(args)
        case "is_null":
            return args[0].is_null()
        case "eq" | "ne" | "lt" | "le" | "gt" | "ge":
            return getattr(args[0], op)(args[1])
        case "and":
            return reduce(lambda a, b: a & b, args)
        case "or":
            return reduce(lambda a, b: a | b, args)
        case "round":
            x = args[0]
            whole = (x.abs() + 0.5).floor()
            signed = pl.when(x < 0).then(-whole).otherwise(whole)
            return pl.when(x.abs() <= 9.2e18).then(signed).cast(pl.Int64)
    raise ValueError(op)
