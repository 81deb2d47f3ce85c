"""A plan as SQL: each layer a nested SELECT, for DuckDB and Spark alike."""

from __future__ import annotations

import math
import sys
from functools import reduce
from typing import TYPE_CHECKING

from sqlglot import exp

from tanlu.errors import TanluError
from tanlu.store.engine.plan import MARK, Node, Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["join_sql", "spec_sql"]

LIMIT = "9.2e18"
GREATEST = repr(sys.float_info.max)
TYPES = {"int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR", "bool": "BOOLEAN"}
BINARY: dict[str, type[exp.Binary]] = {
    "add": exp.Add, "sub": exp.Sub, "mul": exp.Mul, "eq": exp.EQ, "ne": exp.NEQ,
    "lt": exp.LT, "le": exp.LTE, "gt": exp.GT, "ge": exp.GTE, "and": exp.And, "or": exp.Or,
}  # fmt: skip


def spec_sql(plan: Plan, source: str, names: Sequence[str], dialect: str) -> str:
    """Give the query that adds a plan's kept columns to the named columns of a table.

    Parameters
    ----------
    plan
        What to compute.
    source
        Name of a table that has every input with its type.
    names
        Columns to pass through.
    dialect
        ``duckdb`` or ``spark``.
    """
    passed = [*dict.fromkeys((*names, *plan.inputs))]
    query = exp.select(*map(_column, passed)).from_(exp.to_table(source, dialect=dialect))
    made: list[str] = []
    for number, layer in enumerate(plan.layers):
        added = [exp.alias_(_sql(node), name, quoted=True) for name, node in layer.items()]
        columns = [_column(name) for name in (*passed, *made)]
        query = exp.select(*columns, *added).from_(query.subquery(f"layer{number}"))
        made += layer
    kept = [exp.alias_(_column(MARK + name), name, quoted=True) for name in plan.outputs]
    plain = [_column(name) for name in names if name not in plan.outputs]
    return exp.select(*plain, *kept).from_(query.subquery("layers")).sql(dialect=dialect)


def join_sql(
    tables: tuple[str, str],
    columns: tuple[Sequence[str], Sequence[str]],
    keys: Sequence[str],
    at: str,
    dialect: str,
) -> str:
    """Give the match join of two tables: every row of the first with its interval's columns.

    Parameters
    ----------
    tables
        Activities and resolved intervals.
    columns
        Columns to take of each.
    keys
        Compared, null equal to null.
    at
        The instant of an activity, in ``[valid_from, valid_to)``.
    """
    instant = exp.column(at, table="a", quoted=True)
    conditions: list[exp.Expression] = [
        exp.NullSafeEQ(
            this=exp.column(key, table="a", quoted=True),
            expression=exp.column(key, table="r", quoted=True),
        )
        for key in keys
    ]
    begin, end = (exp.column(name, table="r", quoted=True) for name in ("valid_from", "valid_to"))
    conditions += [exp.LTE(this=begin, expression=instant), exp.LT(this=instant, expression=end)]
    taken = [exp.column(name, table="a", quoted=True) for name in columns[0]]
    taken += [exp.column(name, table="r", quoted=True) for name in columns[1]]
    query = exp.select(*taken).from_(exp.alias_(exp.to_table(tables[0], dialect=dialect), "a"))
    right = exp.alias_(exp.to_table(tables[1], dialect=dialect), "r")
    return query.join(right, on=exp.and_(*conditions), join_type="left").sql(dialect=dialect)


def _column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)


def _sql(node: Node) -> exp.Expression:
    if node.operator == "column":
        return _column(node.value)
    if node.operator in ("number", "text"):
        return _literal(node)
    arguments = [_sql(argument) for argument in node.arguments]
    if node.operator in BINARY:
        kind = BINARY[node.operator]
        return reduce(
            lambda left, right: exp.Paren(this=kind(this=left, expression=right)), arguments
        )
    return _apply(node, arguments)


def _literal(node: Node) -> exp.Expression:
    if node.kind == "string":
        return exp.Literal.string(node.value)
    if node.kind == "int64":
        return exp.cast(exp.Literal.string(str(node.value)), "BIGINT")
    if not math.isfinite(node.value):
        raise TanluError("TL613", value=node.value, engine="sql", why="the number is not finite")
    return _number(repr(node.value))


def _number(text: str) -> exp.Expression:
    # a cast of a text: engines read bare decimals as DECIMAL
    return exp.cast(exp.Literal.string(text), "DOUBLE")


def _apply(node: Node, a: list[exp.Expression]) -> exp.Expression:
    match node.operator:
        case "cast":
            return _cast(node, a[0])
        case "if":
            return _choose(a[0], a[1], a[2])
        case "coalesce":
            return exp.Coalesce(this=a[0], expressions=a[1:])
        case "is_null":
            return exp.Paren(this=exp.Is(this=a[0], expression=exp.Null()))
        case "not":
            return exp.Not(this=exp.Paren(this=a[0]))
        case "concat":
            return reduce(lambda left, right: exp.DPipe(this=left, expression=right), a)
        case "neg":
            return exp.Paren(this=exp.Neg(this=a[0]))
        case "finite":
            # engines take what is no number as greater than any
            known = exp.LTE(this=exp.Abs(this=a[0]), expression=_number(GREATEST))
            return _choose(known, a[0].copy(), exp.Null())
        case "square":
            return exp.Paren(this=exp.Mul(this=a[0], expression=a[0].copy()))
        case "quotient":
            return _divide(a[0], a[1])
        case "div":
            zero = exp.EQ(this=a[1], expression=_number("0"))
            return _choose(zero, exp.Null(), _divide(a[0], a[1].copy()))
        case "sqrt":
            negative = exp.LT(this=a[0], expression=_number("0"))
            return _choose(negative, exp.Null(), exp.Sqrt(this=a[0].copy()))
        case "min" | "max":
            order = BINARY["le" if node.operator == "min" else "ge"]
            taken = exp.Paren(this=order(this=a[0], expression=a[1]))
            return _choose(taken, a[0].copy(), a[1].copy())
    return _round(a[0])


def _round(x: exp.Expression) -> exp.Expression:
    half = exp.Add(this=exp.Abs(this=x), expression=_number("0.5"))
    # tried, not cast: engines fold a constant before they ask whether it fits
    whole = exp.TryCast(
        this=exp.Floor(this=exp.Paren(this=half)), to=exp.DataType.build("BIGINT"), safe=True
    )
    signed = _choose(
        exp.LT(this=x.copy(), expression=_number("0")), exp.Neg(this=whole), whole.copy()
    )
    fits = exp.LTE(this=exp.Abs(this=x.copy()), expression=_number(LIMIT))
    return _choose(fits, signed, exp.Null())


def _cast(node: Node, a: exp.Expression) -> exp.Expression:
    if node.arguments[0].kind == "bool":
        return _choose(
            exp.Paren(this=exp.Is(this=a, expression=exp.Null())),
            exp.Null(),
            _choose(a.copy(), _number("1"), _number("0")),
        )
    return exp.cast(a, TYPES[node.kind])


def _divide(a: exp.Expression, b: exp.Expression) -> exp.Expression:
    return exp.Paren(this=exp.Div(this=a, expression=b, typed=False, safe=False))


def _choose(condition: exp.Expression, yes: exp.Expression, no: exp.Expression) -> exp.Expression:
    return exp.Paren(this=exp.Case(ifs=[exp.If(this=condition, true=yes)], default=no))
