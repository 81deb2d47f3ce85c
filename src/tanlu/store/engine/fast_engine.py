"""The fused kernel: all numeric columns of a plan in one pass over the rows, compiled by numba.

Texts stay with Polars: what a condition asks of texts becomes a column before the kernel, what
gives a text is made after it. The kernel is written as source from the plan, one local variable
and one flag (known or null) for each node, without re-association and without fused operations.
"""

from __future__ import annotations

import math
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

import numba
import numpy as np

from tanlu.errors import TanluError
from tanlu.store.engine.plan import MARK, Node, Plan
from tanlu.store.engine.polars_engine import expression, type_of

if TYPE_CHECKING:
    import polars as pl

__all__ = ["run_fast", "source_of"]

LIMIT = "9.2e18"
SIGNS = {
    "add": "+", "sub": "-", "mul": "*", "quotient": "/", "eq": "==", "ne": "!=",
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
DTYPES = {"float64": np.float64, "int64": np.int64, "bool": np.uint8}

_kernels: dict[str, _Kernel] = {}


class _Kernel:
    """Source and compiled form of the numeric part of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.asked: dict[str, Node] = {}  # columns that Polars makes before
        self.reads: dict[str, str] = {}  # columns that the kernel reads, with their types
        self.lines: list[str] = []
        self.known: dict[str, tuple[str, str]] = {}
        self.late: list[tuple[str, Node]] = []  # columns that Polars makes after
        self.count = 0
        self.plan = plan
        for layer in plan.layers:
            for name, node in layer.items():
                if _texts_only(node) or self._needs_late(node):
                    self.late.append((name, node))
                else:
                    self.known[name] = self._value(node)
        self.writes = self._wanted()
        self.source = self._source()
        self.call = numba.njit(nogil=True, error_model="numpy")(self._function())

    def _needs_late(self, node: Node) -> bool:
        late = {name for name, _ in self.late}
        if node.operator == "column":
            return node.value in late
        if _asks_texts(node):
            return any(name in late or name in self.known for name in _columns(node))
        return any(self._needs_late(argument) for argument in node.arguments)

    def _wanted(self) -> dict[str, str]:
        """Give the kernel's columns that are kept or that a later text needs."""
        used = {name for _, node in self.late for name in _columns(node)}
        names = [*(MARK + name for name in self.plan.outputs), *sorted(used)]
        return {name: self.plan.kinds[name] for name in dict.fromkeys(names) if name in self.known}

    def _value(self, node: Node) -> tuple[str, str]:
        """Write the lines that compute a node; give its variable and its flag."""
        if node.operator == "column":
            return self.known.get(node.value) or self._read(node.value, node.kind)
        if node.operator == "number":
            return (repr(node.value) if math.isfinite(node.value) else _refuse(node)), "True"
        if _asks_texts(node):
            name = f"{MARK}{MARK}t{len(self.asked)}"
            self.asked[name] = node
            return self._read(name, "bool")
        arguments = [self._value(argument) for argument in node.arguments]
        return self._write(node, arguments)

    def _read(self, name: str, kind: str) -> tuple[str, str]:
        if name not in self.reads:
            self.reads[name] = kind
            number = len(self.reads) - 1
            test = " != 0" if kind == "bool" else ""
            self.lines.append(f"r{number} = in{number}[k]{test}")
            self.lines.append(f"q{number} = ok{number}[k] != 0")
        number = list(self.reads).index(name)
        return f"r{number}", f"q{number}"

    def _write(self, node: Node, a: list[tuple[str, str]]) -> tuple[str, str]:
        value, flag = f"v{self.count}", f"o{self.count}"
        self.count += 1
        known = " and ".join(dict.fromkeys(ok for _, ok in a)) or "True"
        v = [text for text, _ in a]
        lines = _body(node, v, [ok for _, ok in a], value, flag)
        if lines is None:
            lines = [f"{flag} = {known}", f"{value} = {_plain(node, v)}"]
        self.lines += lines
        return value, flag

    def _function(self) -> FunctionType:
        module = compile(self.source, f"<{self.plan.spec.name}>", "exec")
        body = next(part for part in module.co_consts if isinstance(part, CodeType))
        return FunctionType(body, {"math": math}, "kernel")

    def _source(self) -> str:
        reads = range(len(self.reads))
        names = [f"in{n}, ok{n}" for n in reads]
        names += [f"out{n}, good{n}" for n in range(len(self.writes))]
        lines = list(self.lines)
        for number, name in enumerate(self.writes):
            value, flag = self.known[name]
            lines += [f"good{number}[k] = {flag}", f"if {flag}:", f"    out{number}[k] = {value}"]
        body = "\n".join(f"        {line}" for line in lines)
        return f"def kernel(n, {', '.join(names)}):\n    for k in range(n):\n{body}\n"


def run_fast(
    plan: Plan, frame: pl.DataFrame, shared: tuple[pl.DataFrame, pl.Series] | None = None
) -> pl.DataFrame:
    """Give the kept columns of the plan.

    Raises
    ------
    TanluError
        TL613 for a number that is not finite.
    """
    import polars as pl

    if shared is not None:
        frame = frame.hstack(shared[0][shared[1]].get_columns())
    key = plan.spec.sha256
    if key not in _kernels:
        _kernels[key] = _Kernel(plan)
    made = _kernels[key]
    asked = frame.with_columns(expression(node).alias(name) for name, node in made.asked.items())
    given = asked.select(
        column
        for name, kind in made.reads.items()
        for column in (
            _filled(name, kind),
            pl.col(name).is_not_null().cast(pl.UInt8).alias(f"?{name}"),
        )
    )
    arrays = [column.to_numpy() for column in given]
    outs = []
    for kind in made.writes.values():
        outs += [np.zeros(frame.height, DTYPES[kind]), np.zeros(frame.height, np.uint8)]
    if frame.height:
        made.call(frame.height, *arrays, *outs)
    columns = []
    for number, (name, kind) in enumerate(made.writes.items()):
        values, good = pl.Series(name, outs[2 * number]), pl.Series(outs[2 * number + 1])
        columns.append(
            values.to_frame().select(pl.when(good == 1).then(pl.col(name)).cast(type_of(kind)))
        )
    found = pl.concat([frame, *columns], how="horizontal")
    for name, node in made.late:
        found = found.with_columns(expression(node).alias(name))
    return found.select(pl.col(MARK + name).alias(name) for name in plan.outputs)


def source_of(plan: Plan) -> str:
    """Give the kernel's source, for those who want to read it."""
    return _Kernel(plan).source


def _filled(name: str, kind: str) -> pl.Expr:
    import polars as pl

    if kind == "bool":
        return pl.col(name).fill_null(value=False).cast(pl.UInt8)
    return pl.col(name).fill_null(0)


def _texts_only(node: Node) -> bool:
    return node.kind == "string"


def _asks_texts(node: Node) -> bool:
    return any(argument.kind == "string" for argument in node.arguments)


def _columns(node: Node) -> set[str]:
    if node.operator == "column":
        return {node.value}
    return {name for argument in node.arguments for name in _columns(argument)}


def _plain(node: Node, v: list[str]) -> str:
    if node.operator in ("add", "mul"):
        found = v[0]
        for other in v[1:]:
            found = f"({found} {SIGNS[node.operator]} {other})"
        return found
    if node.operator in SIGNS:
        return f"({v[0]} {SIGNS[node.operator]} {v[1]})"
    return {"square": f"({v[0]} * {v[0]})", "neg": f"(-{v[0]})", "not": f"(not {v[0]})"}[
        node.operator
    ]


def _body(node: Node, v: list[str], ok: list[str], value: str, flag: str) -> list[str] | None:
    """Give the lines of a node whose null does not simply follow from its arguments' nulls."""
    zero = {"float64": "0.0", "int64": "0", "bool": "False"}[node.kind]
    match node.operator:
        case "cast":
            to = {"float64": "float", "int64": "int", "bool": "bool"}[node.kind]
            return [f"{flag} = {ok[0]}", f"{value} = {to}({v[0]})"]
        case "if":
            return _branch(f"{ok[0]} and {v[0]}", (v[1], ok[1]), (v[2], ok[2]), value, flag)
        case "min" | "max":
            sign = "<=" if node.operator == "min" else ">="
            test = f"{ok[0]} and {ok[1]} and {v[0]} {sign} {v[1]}"
            return _branch(test, (v[0], ok[0]), (v[1], ok[1]), value, flag)
        case "coalesce":
            lines = [f"{flag} = False", f"{value} = {zero}"]
            for text, good in zip(reversed(v), reversed(ok), strict=True):
                lines += [f"if {good}:", f"    {flag} = True", f"    {value} = {text}"]
            return lines
        case "is_null":
            return [f"{flag} = True", f"{value} = not {ok[0]}"]
        case "and" | "or":
            return _logic(node.operator, v, ok, value, flag)
        case "div":
            return _guarded(
                f"{' and '.join(ok)} and {v[1]} != 0.0", f"{v[0]} / {v[1]}", zero, value, flag
            )
        case "finite":
            return _guarded(f"{ok[0]} and math.isfinite({v[0]})", v[0], zero, value, flag)
        case "sqrt":
            return _guarded(
                f"{ok[0]} and not {v[0]} < 0.0", f"math.sqrt({v[0]})", zero, value, flag
            )
        case "round":
            whole = f"int(math.floor(abs({v[0]}) + 0.5))"
            lines = _guarded(f"{ok[0]} and abs({v[0]}) <= {LIMIT}", whole, zero, value, flag)
            return [*lines, f"if {flag} and {v[0]} < 0.0:", f"    {value} = -{value}"]
    return None


def _branch(
    test: str, yes: tuple[str, str], no: tuple[str, str], value: str, flag: str
) -> list[str]:
    return [
        f"if {test}:",
        f"    {value} = {yes[0]}",
        f"    {flag} = {yes[1]}",
        "else:",
        f"    {value} = {no[0]}",
        f"    {flag} = {no[1]}",
    ]


def _guarded(test: str, made: str, zero: str, value: str, flag: str) -> list[str]:
    return [f"{flag} = {test}", f"{value} = {zero}", f"if {flag}:", f"    {value} = {made}"]


def _logic(operator: str, v: list[str], ok: list[str], value: str, flag: str) -> list[str]:
    # three-valued: one deciding operand decides, else a null leaves it open
    decisive = [
        f"({good} and {'' if operator == 'or' else 'not '}{text})"
        for text, good in zip(v, ok, strict=True)
    ]
    decided = " or ".join(decisive)
    outcome = decided if operator == "or" else f"not ({decided})"
    return [f"{value} = {outcome}", f"{flag} = ({decided}) or ({' and '.join(ok)})"]


def _refuse(node: Node) -> str:
    raise TanluError("TL613", value=node.value, engine="fast", why="the number is not finite")
