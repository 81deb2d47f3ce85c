"""Polars, the engine of the house: each layer of a plan is one ``with_columns``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.store.engine.plan import MARK, Node, Plan
from tanlu.store.engine.split import LITERALS, columns_of, folded, split

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl

__all__ = ["by_case", "expression", "folded_rows", "run_cases", "run_polars", "type_of"]

LIMIT = 9.2e18
MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
# so many rows stay in the cache of a core while the layers pass over them
PIECE = 131_072


def run_polars(plan: Plan, frame: pl.LazyFrame, names: list[str]) -> pl.LazyFrame:
    """Give the named columns of the frame and the kept columns of the plan."""
    import polars as pl

    for layer in plan.layers:
        frame = frame.with_columns(expression(node).alias(name) for name, node in layer.items())
    kept = plan.outputs
    passed = [name for name in names if name not in kept]
    return frame.select([*passed, *(pl.col(MARK + name).alias(name) for name in kept)])


def run_cases(
    plan: Plan,
    frame: pl.DataFrame,
    table: pl.DataFrame,
    cases: pl.Series,
    kept: Collection[str] | None = None,
) -> pl.DataFrame:
    """Give the kept columns of the plan for rows of which each is a case of the table.

    Parameters
    ----------
    plan
        What to compute.
    frame
        Inputs that differ from row to row.
    table
        Inputs that the rows of a case share.
    cases
        For each row of the frame its row in the table.
    kept
        Those of the kept columns that are asked for, all by default.
    """
    import polars as pl

    names = list(plan.outputs if kept is None else kept)

    parts = split(plan, set(table.columns))
    table = by_case(parts.cases, table)
    layers, same = folded_rows(parts.rows, frame, table, plan.kinds)
    wanted = {MARK + name: _resolved(MARK + name, same) for name in names}
    layers, needed = _living(layers, wanted)
    shared = [name for name in table.columns if name in needed]
    given = [name for name in frame.columns if name in needed]
    out = [expression(node).alias(name.removeprefix(MARK)) for name, node in wanted.items()]
    pieces = []
    for start in range(0, max(frame.height, 1), PIECE):
        at = cases.slice(start, PIECE)
        piece = at.to_frame(MARK).hstack(frame.select(given).slice(start, PIECE).get_columns())
        if shared:  # of one case all columns are folded, and a table without columns has no rows
            piece = piece.hstack(table.select(shared)[at].get_columns())
        for layer in layers:
            piece = piece.with_columns(expression(node).alias(name) for name, node in layer.items())
        pieces.append(piece.with_columns(out).select(names))
    return pl.concat(pieces)


def by_case(layers: list[dict[str, Node]], table: pl.DataFrame) -> pl.DataFrame:
    """Give the table of cases with what is computed once for each."""
    for layer in layers:
        table = table.with_columns(expression(node).alias(name) for name, node in layer.items())
    return table


def folded_rows(
    layers: list[dict[str, Node]], frame: pl.DataFrame, table: pl.DataFrame, kinds: dict[str, str]
) -> tuple[list[dict[str, Node]], dict[str, Node]]:
    """Give the layers of the rows without what is the same in all of them."""
    import polars as pl

    same = {
        name: _literal(table[name]) for name in table.columns if table[name].n_unique() == 1
    } | {
        name: Node("null", kinds[name])
        for name in frame.columns
        if name in kinds and frame.height and frame[name].null_count() == frame.height
    }
    found = []
    for layer in layers:
        left = {}
        for name, node in layer.items():
            made = folded(node, same)
            if made.operator not in LITERALS and not columns_of(made):
                made = _literal(pl.select(expression(made)).to_series())
            if made.operator in LITERALS or made.operator == "column":
                same[name] = made
            else:
                left[name] = made
        found.append(left)
    return found, same


def _literal(column: pl.Series) -> Node:
    value = column[0]
    kind = {"Float64": "float64", "Int64": "int64", "Boolean": "bool"}.get(
        str(column.dtype), "string"
    )
    if value is None:
        return Node("null", kind)
    if kind == "bool":
        return Node("flag", kind, value=value)
    odd = kind == "float64" and value != value  # noqa: PLR0124 what is no number
    return Node("text" if kind == "string" else "number", kind, value=value, may_be_odd=odd)


def _resolved(name: str, same: dict[str, Node]) -> Node:
    return same.get(name) or Node("column", "", value=name)


def _living(
    layers: list[dict[str, Node]], wanted: dict[str, Node]
) -> tuple[list[dict[str, Node]], set[str]]:
    """Give the layers without columns that nothing needs, and the names of those needed."""
    needed = {name for node in wanted.values() for name in columns_of(node)}
    found = []
    for layer in reversed(layers):
        alive = {name: node for name, node in layer.items() if name in needed}
        needed |= {name for node in alive.values() for name in columns_of(node)}
        if alive:
            found.append(alive)
    return found[::-1], needed


def expression(node: Node) -> pl.Expr:
    """Give the Polars expression of a node."""
    import polars as pl

    if node.operator == "column":
        return pl.col(node.value)
    if node.operator in LITERALS:
        return pl.lit(node.value, type_of(node.kind))
    arguments = [expression(argument) for argument in node.arguments]
    if node.operator in ("lt", "le", "gt", "ge", "eq", "ne"):
        return _compare(node.operator, node.arguments, arguments)
    return _apply(node, arguments)


def _apply(node: Node, a: list[pl.Expr]) -> pl.Expr:
    import polars as pl

    if node.operator in ("add", "sub"):
        a = _zeros(node.arguments, a)
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
            taken = _compare("le" if node.operator == "min" else "ge", node.arguments, a)
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
    # half away from zero: the cast cuts towards zero what is half a unit further from it
    further = a[0] + 0.5 * a[0].sign()
    return pl.when(a[0].abs() <= LIMIT).then(further).cast(pl.Int64, strict=False)


def _divide(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    """Divide truly: Polars multiplies by the reciprocal of a divisor that is one value for all.

    A divisor as long as the dividend is divided element by element, which rounds once as
    IEEE 754 says; so it is given a choice that depends on the dividend.
    """
    import polars as pl

    return a / (a.is_not_null().cast(pl.Float64) * b)


def _zeros(nodes: tuple[Node, ...], a: list[pl.Expr]) -> list[pl.Expr]:
    """Give terms of which Polars passes over none.

    It adds no zero that is one value for all and negates what is taken from such, which gives the
    other sign of zero than IEEE 754 says; so a zero is made as long as another term.
    """
    import polars as pl

    longs = [term for node, term in zip(nodes, a, strict=True) if node.operator not in LITERALS]
    if not longs:
        return a
    one = longs[0].is_not_null().cast(pl.Float64)
    return [
        one * term if node.operator == "number" and node.value == 0 else term
        for node, term in zip(nodes, a, strict=True)
    ]


def _chain(a: list[pl.Expr], operation: Any) -> pl.Expr:
    found = a[0]
    for argument in a[1:]:
        found = operation(found, argument)
    return found


def _compare(operator: str, nodes: tuple[Node, ...], a: list[pl.Expr]) -> pl.Expr:
    import polars as pl

    operations = {
        "eq": pl.Expr.eq, "ne": pl.Expr.ne, "lt": pl.Expr.lt,
        "le": pl.Expr.le, "gt": pl.Expr.gt, "ge": pl.Expr.ge,
    }  # fmt: skip
    if columns_of(nodes[1]) and not columns_of(nodes[0]):
        # Polars gives one row for a constant against a column that is null throughout
        return operations[MIRRORED.get(operator, operator)](a[1], a[0])
    return operations[operator](a[0], a[1])


def type_of(kind: str) -> Any:
    """Give the Polars type of a plan's type."""
    import polars as pl

    return {
        "int64": pl.Int64,
        "float64": pl.Float64,
        "string": pl.String,
        "bool": pl.Boolean,
    }[kind]
