"""From a specification to layers of small columns that every engine can evaluate.

What is not finite is null: of an input, of a step, and of what is compared. The node ``finite``
says so where it may happen.

An operator that needs an argument twice (a guarded division, rounding, the expansion of exp)
gets it as a column of its own, so that no expression ever grows with the depth of the formula.
Columns that do not need each other share a layer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from tanlu.errors import TanluError
from tanlu.terms.spec import CalcSpec

__all__ = ["MARK", "Node", "Plan", "kind_of", "plan"]

EXP_TERMS = 7
EXP_HALVINGS = 6
MARK = "~"

TEXT, BOOLEAN, INTEGER, FLOAT, NOTHING = "string", "bool", "int64", "float64", "null"
COMPARISONS = {"eq", "ne", "lt", "le", "gt", "ge"}
LOGIC = {"and", "or", "not", "is_null"}
# operators that an engine writes with an argument standing more than once
TWICE = {"div", "sqrt", "round", "exp", "square"}
CHOICES = {"min", "max"}


@dataclass(frozen=True, slots=True)
class Node:
    """An expression with its type and whether it may be something not finite.

    ``operator`` is one of the grammar's, or ``column``, ``number``, ``text``, ``square``,
    ``quotient`` (a division whose divisor is a number other than 0), ``finite`` (null for what
    is not finite).
    """

    operator: str
    kind: str
    arguments: tuple[Node, ...] = ()
    value: Any = None
    may_be_odd: bool = False


@dataclass(slots=True)
class Plan:
    """Layers of named nodes; each uses inputs and columns of the layers before it.

    Every column that a plan makes is named with MARK first, so that none meets a column of the
    frame.
    """

    spec: CalcSpec
    kinds: dict[str, str]
    layers: list[dict[str, Node]] = field(default_factory=list)

    @property
    def outputs(self) -> dict[str, str]:
        """The kept columns with their types."""
        return {name: self.kinds[MARK + name] for name in self.spec.outputs}

    @property
    def inputs(self) -> dict[str, str]:
        """The columns that the frame gives, with their types."""
        return {name: self.kinds[name] for name, _ in self.spec.inputs}


def kind_of(name: str) -> str:
    """Give the type of a declared column as this room calls it."""
    return {"int64": INTEGER, "float64": FLOAT, "string": TEXT, "bool": BOOLEAN}.get(name, NOTHING)


def plan(spec: CalcSpec) -> Plan:
    """Give the layers of a specification.

    Raises
    ------
    TanluError
        TL613 for an input or step of a type that no engine knows.
    """
    return _Planner(spec).run()


class _Planner:
    def __init__(self, spec: CalcSpec) -> None:
        self.plan = Plan(spec, {})
        self.level: dict[str, int] = {}
        self.odd: dict[str, bool] = {}
        self.names: dict[str, str] = {}
        self.shared: dict[Node, Node] = {}
        self.count = 0

    def run(self) -> Plan:
        spec = self.plan.spec
        for name, kind in spec.inputs:
            self._know(name, kind_of(kind), level=0, odd=kind_of(kind) == FLOAT)
        for step in spec.steps:
            node = self._node(step.expression)
            if node.kind == INTEGER and step.type == FLOAT:
                node = self._as(node, FLOAT)
            elif node.operator == "number" and step.type == INTEGER:
                node = self._as(node, INTEGER)
            name = MARK + step.name
            self._put(name, self._finite(node), node.kind)
            self.names[step.name] = name
        return self.plan

    def _know(self, name: str, kind: str, *, level: int, odd: bool) -> None:
        if kind == NOTHING:
            raise TanluError(
                "TL613", value=self.plan.spec.name, engine="*", why=f"'{name}' has no known type"
            )
        self.plan.kinds[name] = kind
        self.level[name] = level
        self.odd[name] = odd

    def _put(self, name: str, node: Node, kind: str) -> None:
        level = 1 + self._depth(node)
        while len(self.plan.layers) < level:
            self.plan.layers.append({})
        self.plan.layers[level - 1][name] = node
        self._know(name, kind, level=level, odd=node.may_be_odd)

    def _depth(self, node: Node) -> int:
        if node.operator == "column":
            return self.level[node.value]
        return max((self._depth(argument) for argument in node.arguments), default=0)

    def _node(self, expression: Any) -> Node:
        if isinstance(expression, str):
            return self._column(expression)
        if isinstance(expression, dict):
            if "s" in expression:
                return Node("text", TEXT, value=str(expression["s"]))
            number = float(expression["n"])
            return Node("number", FLOAT, value=number, may_be_odd=math.isnan(number))
        operator, *rest = expression
        arguments = [self._node(argument) for argument in rest]
        if operator in ("if", "coalesce"):
            return self._choice(operator, arguments)
        return self._operation(operator, arguments)

    def _column(self, name: str) -> Node:
        name = self.names.get(name, name)
        column = Node("column", self.plan.kinds[name], value=name, may_be_odd=self.odd[name])
        if name in self.plan.inputs and column.may_be_odd:
            return self._once(self._finite(column))
        return column

    def _choice(self, operator: str, arguments: list[Node]) -> Node:
        """Give if or coalesce with branches of one type, as the grammar infers it."""
        head, branches = (arguments[:1], arguments[1:]) if operator == "if" else ([], arguments)
        kinds = {branch.kind for branch in branches}
        kind = kinds.pop() if len(kinds) == 1 else FLOAT
        made = [self._as(branch, kind) for branch in branches]
        odd = any(branch.may_be_odd for branch in made)
        return Node(operator, kind, (*head, *made), may_be_odd=odd)

    def _operation(self, operator: str, arguments: list[Node]) -> Node:
        if operator in COMPARISONS:
            return Node(operator, BOOLEAN, self._comparable(arguments))
        if operator in LOGIC:
            return Node(operator, BOOLEAN, tuple(arguments))
        if operator == "concat":
            return Node(operator, TEXT, tuple(arguments))
        numbers = tuple(self._as(node, FLOAT) for node in arguments)
        if operator == "exp":
            return self._exp(numbers[0])
        if operator == "div" and numbers[1].operator == "number" and numbers[1].value != 0:
            return Node("quotient", FLOAT, numbers, may_be_odd=True)
        if operator in CHOICES:
            return Node(operator, FLOAT, tuple(self._once(self._finite(node)) for node in numbers))
        if operator in TWICE:
            numbers = tuple(self._once(node) for node in numbers)
        kind = INTEGER if operator == "round" else FLOAT
        odd = kind == FLOAT and not (
            operator in ("neg", "sqrt") and not any(node.may_be_odd for node in numbers)
        )
        return Node(operator, kind, numbers, may_be_odd=odd)

    def _comparable(self, arguments: list[Node]) -> tuple[Node, ...]:
        """Give texts and pairs of whole numbers as they are, else finite doubles."""
        if any(node.kind == TEXT for node in arguments) or all(
            node.kind == INTEGER for node in arguments
        ):
            return tuple(arguments)
        return tuple(self._finite(self._as(node, FLOAT)) for node in arguments)

    def _finite(self, node: Node) -> Node:
        """Give the node with null for what is not finite."""
        if not node.may_be_odd:
            return node
        return Node("finite", FLOAT, (self._once(node),))

    def _exp(self, x: Node) -> Node:
        """Give the fixed expansion of the grammar, each of its powers a column of its own."""
        scale = Node("number", FLOAT, value=1.0 / 2**EXP_HALVINGS)
        one = Node("number", FLOAT, value=1.0)
        y = self._once(Node("mul", FLOAT, (x, scale), may_be_odd=True))
        p = one
        for k in range(EXP_TERMS, 0, -1):
            part = Node(
                "quotient", FLOAT, (y, Node("number", FLOAT, value=float(k))), may_be_odd=True
            )
            term = Node("mul", FLOAT, (part, p), may_be_odd=True)
            p = Node("add", FLOAT, (one, term), may_be_odd=True)
        for _ in range(EXP_HALVINGS):
            p = Node("square", FLOAT, (self._once(p),), may_be_odd=True)
        return p

    def _as(self, node: Node, kind: str) -> Node:
        if node.kind == kind:
            return node
        if node.operator == "number" and kind == INTEGER and _is_whole(node):
            return Node("number", INTEGER, value=int(node.value))
        return Node("cast", kind, (node,), may_be_odd=node.may_be_odd)

    def _once(self, node: Node) -> Node:
        """Give a column that holds the node, unless it costs nothing to write it twice."""
        if node.operator in ("column", "number", "text"):
            return node
        if node.operator == "cast" and node.arguments[0].operator == "column":
            return node
        if node not in self.shared:
            name = f"{MARK}{MARK}{self.count}"
            self.count += 1
            self._put(name, node, node.kind)
            self.shared[node] = self._column(name)
        return self.shared[node]


def _is_whole(node: Node) -> bool:
    return (
        node.operator == "number"
        and isinstance(node.value, float)
        and node.value.is_integer()
        and abs(node.value) < 2**53
    )
