"""A plan in two parts: what many rows share is computed once for a table of cases, the rest by row.

The rows of a batch outnumber the kinds of rows in it by a thousand to one. So every node that needs
nothing but columns of the table of cases is evaluated there; what is the same in all cases is then
a constant, and branches that no case takes are never computed. The bits stay the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tanlu.store.engine.plan import MARK, Node

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from tanlu.store.engine.plan import Plan

__all__ = ["Split", "columns_of", "folded", "split"]

LITERALS = {"number", "text", "flag", "null"}
# a null argument makes the whole null
STRICT = {
    *(
        "add",
        "sub",
        "mul",
        "div",
        "neg",
        "square",
        "quotient",
        "sqrt",
        "round",
        "cast",
        "not",
        "finite",
    ),
    *("eq", "ne", "lt", "le", "gt", "ge", "concat"),
}


class Split(NamedTuple):
    """Layers for the table of cases, and layers for the rows that use columns of both."""

    cases: list[dict[str, Node]]
    rows: list[dict[str, Node]]


def split(plan: Plan, there: AbstractSet[str]) -> Split:
    """Give the two parts of a plan when these input columns stand in the table of cases."""
    known = set(there)
    found = Split([], [])
    for layer in plan.layers:
        ours, theirs = {}, {}
        lifted: dict[Node, str] = {}
        for name, node in layer.items():
            if columns_of(node) <= known:
                ours[name] = node
            else:
                theirs[name] = _lifted(node, known, lifted, len(found.cases))
        ours |= {name: node for node, name in lifted.items()}
        known |= ours.keys()
        found.cases.append(ours)
        found.rows.append(theirs)
    return found


def _lifted(node: Node, known: set[str], lifted: dict[Node, str], layer: int) -> Node:
    """Give a node whose parts that cases share are columns of their table."""
    if node.operator in LITERALS or node.operator == "column":
        return node
    if columns_of(node) <= known:
        name = lifted.setdefault(node, f"{MARK}{MARK}c{layer}.{len(lifted)}")
        return Node("column", node.kind, value=name, may_be_odd=node.may_be_odd)
    parts = tuple(_lifted(argument, known, lifted, layer) for argument in node.arguments)
    return replace(node, arguments=parts)


def columns_of(node: Node) -> set[str]:
    """Give the columns that a node needs."""
    if node.operator == "column":
        return {node.value}
    return {name for argument in node.arguments for name in columns_of(argument)}


def folded(node: Node, constants: Mapping[str, Node]) -> Node:
    """Give the node with constant columns put in and what follows from them left out."""
    if node.operator == "column":
        return constants.get(node.value, node)
    if node.operator in LITERALS:
        return node
    a = tuple(folded(argument, constants) for argument in node.arguments)
    made = replace(node, arguments=a)
    nulls = [argument.operator == "null" for argument in a]
    match node.operator:
        case "if" if a[0].operator in LITERALS:
            return a[1] if a[0].value else a[2]
        case "if" if a[1].operator in LITERALS and repr(a[1]) == repr(a[2]):  # 0.0 is not -0.0
            return a[1]
        case "coalesce":
            return _coalesced(made)
        case "is_null" if a[0].operator in LITERALS:
            return Node("flag", node.kind, value=nulls[0])
        case "mul" if len(a) == 2 and any(_is_one(argument) for argument in a) and not any(nulls):
            return a[1] if _is_one(a[0]) else a[0]
        case "and" | "or":
            return _decided(made)
    return Node("null", node.kind) if node.operator in STRICT and any(nulls) else made


def _coalesced(node: Node) -> Node:
    left = []
    for argument in node.arguments:
        if argument.operator != "null":
            left.append(argument)
        if argument.operator in LITERALS - {"null"}:
            break
    if len(left) < 2:
        return left[0] if left else Node("null", node.kind)
    return replace(node, arguments=tuple(left))


def _decided(node: Node) -> Node:
    deciding = node.operator == "or"
    left = [a for a in node.arguments if a.operator != "flag" or a.value is deciding]
    if any(a.operator == "flag" for a in left):
        return Node("flag", node.kind, value=deciding)
    if len(left) < 2:
        return left[0] if left else Node("flag", node.kind, value=not deciding)
    return replace(node, arguments=tuple(left))


def _is_one(node: Node) -> bool:
    return node.operator == "number" and node.value == 1.0 and isinstance(node.value, float)
