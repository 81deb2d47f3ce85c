"""The fused kernel: all numeric columns of a plan in one pass over the rows, compiled by numba.

Texts stay with Polars: what a condition asks of texts becomes a column before the kernel, what
gives a text is made after it. The kernel is written as source from the plan, one local variable
and one flag (known or null) for each node, without re-association and without fused operations.
"""

from __future__ import annotations

import math
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from tanlu.errors import TanluError
from tanlu.store.engine.plan import MARK, Node, Plan
from tanlu.store.engine.polars_engine import by_case, expression, folded_rows, type_of
from tanlu.store.engine.split import LITERALS, Split, columns_of, split

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl

__all__ = ["run_fast", "source_of"]

LIMIT = "9.2e18"
SIGNS = {
    "add": "+", "sub": "-", "mul": "*", "quotient": "/", "eq": "==", "ne": "!=",
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
# masks of the row number, without sign so that no index is tested for being negative
EACH, NONE = np.uint64(2**64 - 1), np.uint64(0)
DTYPES = {"float64": np.float64, "int64": np.int64, "bool": np.uint8}
# what stands for null in a column that cannot hold it: nothing kept is not finite, and nothing
# rounded is that far from zero
NO_NUMBER, NO_WHOLE = "math.nan", "-9223372036854775808"

_kernels: dict[tuple[str, frozenset[str], tuple[str, ...]], _Kernel] = {}


class _Kernel:
    """Source and compiled form of the numeric part of a plan."""

    def __init__(
        self, plan: Plan, shared: frozenset[str] = frozenset(), kept: Collection[str] | None = None
    ) -> None:
        self.kept = list(plan.outputs if kept is None else kept)
        self.parts = split(plan, shared) if shared else Split([], plan.layers)
        # columns that are read by the number of a case and not by the number of a row
        self.by_case = shared | {name for layer in self.parts.cases for name in layer}
        self.asked: dict[str, Node] = {}  # columns that Polars makes before
        self.reads: dict[str, str] = {}  # columns that the kernel reads, with their types
        self.packed: list[str] = []  # columns of the cases that lie side by side, null as NaN
        self.lines: list[str] = []
        self.known: dict[str, tuple[str, str]] = {}
        self.late: list[tuple[str, Node]] = []  # columns that Polars makes after
        self.count = 0
        self.plan = plan
        self.nodes = {name: node for layer in self.parts.rows for name, node in layer.items()}
        for layer in self.parts.rows:
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
            return any(name in late or name in self.known for name in columns_of(node))
        return any(self._needs_late(argument) for argument in node.arguments)

    def _wanted(self) -> dict[str, str]:
        """Give the kernel's columns that are kept or that a later text needs."""
        used = {name for _, node in self.late for name in columns_of(node)}
        names = [*(MARK + name for name in self.kept), *sorted(used)]
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
        if name in self.by_case and kind != "int64":
            return self._read_packed(name, kind)
        if name not in self.reads:
            self.reads[name] = kind
            number = len(self.reads) - 1
            test = " != 0" if kind == "bool" else ""
            at = "c" if name in self.by_case else "k"
            self.lines.append(f"q{number} = ok{number}[{at} & g{number}] != 0")
            null = f" if q{number} else {NO_NUMBER}" if kind == "float64" else ""
            self.lines.append(f"r{number} = in{number}[{at} & m{number}]{test}{null}")
        number = list(self.reads).index(name)
        return f"r{number}", f"q{number}"

    def _read_packed(self, name: str, kind: str) -> tuple[str, str]:
        """Read a number or a yes of a case: all of one case lie side by side."""
        if name not in self.packed:
            number = len(self.packed)
            self.packed.append(name)
            self.lines.append(f"c{number} = packed[c, {number}]")
            self.lines.append(f"p{number} = c{number} == c{number}")
            if kind == "bool":
                self.lines.append(f"b{number} = c{number} == 1.0")
        number = self.packed.index(name)
        return f"{'b' if kind == 'bool' else 'c'}{number}", f"p{number}"

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
        return FunctionType(body, {"math": math, "np": np}, "kernel")

    def flagless(self, name: str) -> str | None:
        """Give what stands for null in a written column, or nothing when it needs flags."""
        if self.writes[name] == "float64":
            return NO_NUMBER
        return NO_WHOLE if self.nodes[name].operator == "round" else None

    def _source(self) -> str:
        names = ["n", "cases", "packed", "missing"]
        names += [f"in{n}, ok{n}, m{n}, g{n}" for n in range(len(self.reads))]
        names += [f"out{n}, good{n}, w{n}" for n in range(len(self.writes))]
        lines = list(self.lines)
        for number, name in enumerate(self.writes):
            value, flag = self.known[name]
            lines.append(f"out{number}[k & w{number}] = {value}")
            told = f"missing[{number}] += not {flag}"
            lines.append(told if self.flagless(name) else f"good{number}[k] = {flag}")
        return "\n".join(
            [
                f"def kernel({', '.join(names)}):",
                "    for k in range(n):",
                *(["        c = np.uint64(cases[k])"] if self.by_case else []),
                *(f"        {line}" for line in lines),
                "",
            ]
        )


def run_fast(
    plan: Plan,
    frame: pl.DataFrame,
    shared: tuple[pl.DataFrame, pl.Series] | None = None,
    kept: Collection[str] | None = None,
) -> pl.DataFrame:
    """Give the kept columns of the plan, or those of them that are asked for.

    Raises
    ------
    TanluError
        TL613 for a number that is not finite.
    """
    import polars as pl

    there = frozenset(shared[0].columns) if shared else frozenset()
    wanted = tuple(plan.outputs if kept is None else kept)
    key = (plan.spec.sha256, there, wanted)
    if key not in _kernels:
        _kernels[key] = _Kernel(plan, there, wanted)
    made = _kernels[key]
    table, cases = shared or (pl.DataFrame(), pl.Series([], dtype=pl.UInt32))
    table = by_case(made.parts.cases, table)
    same = folded_rows(made.parts.rows, frame, table, plan.kinds)[1] if shared else {}
    frame = _lent(made, frame, table, cases)
    frame = frame.with_columns(expression(node).alias(name) for name, node in made.asked.items())
    columns = _called(made, frame, table, cases, same)
    written = {column.name for column in columns}
    columns += [
        table[MARK + name].gather(cases)
        for name in wanted
        if MARK + name in table.columns and MARK + name not in written
    ]
    found = pl.DataFrame([*frame.get_columns(), *columns])
    for name, node in made.late:
        found = found.with_columns(expression(node).alias(name))
    return found.select(pl.col(MARK + name).alias(name) for name in wanted)


def _called(
    made: _Kernel, frame: pl.DataFrame, table: pl.DataFrame, cases: pl.Series, same: dict[str, Node]
) -> list[pl.Series]:
    """Run the kernel over the rows and give the columns that it writes."""
    size = cases.len() if made.by_case else frame.height
    arrays: list[Any] = []
    for name, kind in made.reads.items():
        arrays += _arrays(table[name] if name in made.by_case else frame[name], kind)
    packed = _packed(made, table)
    for array in (packed, *arrays):
        # one type for all, so that no batch makes the kernel be compiled anew
        if isinstance(array, np.ndarray):
            array.flags.writeable = False
    outs: list[Any] = []
    constants = {name: node for name, node in same.items() if node.operator in LITERALS}
    for name, kind in made.writes.items():
        # what is the same in all rows is written to one place
        alone = name in constants
        good = np.empty(1 if made.flagless(name) else size, np.uint8)
        outs += [np.empty(1 if alone else size, DTYPES[kind]), good, NONE if alone else EACH]
    missing = np.zeros(len(made.writes), np.int64)
    if size:
        made.call(np.uint64(size), cases.to_numpy(), packed, missing, *arrays, *outs)
    columns = []
    for number, (name, kind) in enumerate(made.writes.items()):
        if name in constants:
            columns.append(_repeated(name, constants[name], kind, size))
        else:
            flags = None if made.flagless(name) else outs[3 * number + 1]
            columns.append(_series(name, outs[3 * number], flags, kind, int(missing[number])))
    return columns


def _repeated(name: str, node: Node, kind: str, size: int) -> pl.Series:
    import polars as pl

    return pl.repeat(node.value, size, dtype=type_of(kind), eager=True).alias(name)


def _lent(
    made: _Kernel, frame: pl.DataFrame, table: pl.DataFrame, cases: pl.Series
) -> pl.DataFrame:
    """Give the frame with the columns of the cases that texts of rows are asked beside."""
    nodes = [*made.asked.values(), *(node for _, node in made.late)]
    needed = {name for node in nodes for name in columns_of(node)} - set(made.writes)
    wanted = [name for name in table.columns if name in needed and name not in frame.columns]
    return frame.hstack(table.select(wanted)[cases].get_columns()) if wanted else frame


def _arrays(column: pl.Series, kind: str) -> list[Any]:
    """Give values and flags of a column, and masks of the row number: 0 where one does for all."""
    import polars as pl

    missing = column.null_count()
    one = np.ones(1, np.uint8)
    if missing == column.len():
        return [np.zeros(1, DTYPES[kind]), np.zeros(1, np.uint8), NONE, NONE]
    if not missing:
        values = column.cast(pl.UInt8) if kind == "bool" else column
        return [values.to_numpy(), one, EACH, NONE]
    filled = column.to_frame().select(
        _filled(column.name, kind), column.is_not_null().cast(pl.UInt8).alias(MARK)
    )
    return [filled[column.name].to_numpy(), filled[MARK].to_numpy(), EACH, EACH]


def _packed(made: _Kernel, table: pl.DataFrame) -> Any:
    """Give the columns of the cases that the kernel reads side by side, a null as NaN."""
    import polars as pl

    if not made.packed:
        return np.zeros((1, 1))
    numbers = (pl.col(name).cast(pl.Float64).fill_null(math.nan) for name in made.packed)
    return table.select(numbers).to_numpy(order="c")


def _series(name: str, values: Any, flags: Any, kind: str, missing: int) -> pl.Series:
    """Give a written column, with its nulls where the flags or the values tell them."""
    import polars as pl

    found = pl.Series(name, values)
    if missing or flags is not None:
        null = math.nan if kind == "float64" else int(NO_WHOLE)
        there = pl.col(name) != null if flags is None else pl.lit(pl.Series(flags) == 1)
        found = found.to_frame().select(pl.when(there).then(pl.col(name)))[name]
    return found.cast(type_of(kind))


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
    """Give the lines of a node whose null does not simply follow from its arguments' nulls.

    A number that is null is NaN, a rounded one the least whole number: so what nobody asks
    of a flag need not be computed.
    """
    match node.operator:
        case "cast":
            to = {"float64": "float", "int64": "int", "bool": "bool"}[node.kind]
            null = f" if {ok[0]} else {NO_NUMBER}" if node.kind == "float64" else ""
            return [f"{flag} = {ok[0]}", f"{value} = {to}({v[0]}){null}"]
        case "if":
            return _branch(f"{ok[0]} and {v[0]}", (v[1], ok[1]), (v[2], ok[2]), value, flag)
        case "min" | "max":
            sign = "<=" if node.operator == "min" else ">="
            test = f"{ok[0]} and {ok[1]} and {v[0]} {sign} {v[1]}"
            return _branch(test, (v[0], ok[0]), (v[1], ok[1]), value, flag)
        case "coalesce":
            return _first(v, ok, value, flag)
        case "is_null":
            return [f"{flag} = True", f"{value} = not {ok[0]}"]
        case "and" | "or":
            return _logic(node.operator, v, ok, value, flag)
        case "div" | "quotient":
            # a division is dear: where its argument is null it is passed by
            return [
                f"{flag} = {' and '.join(ok)} and {v[1]} != 0.0",
                f"{value} = {v[0]} / {v[1]} if {flag} else {NO_NUMBER}",
            ]
        case "finite":
            made = f"{v[0]} if math.isfinite({v[0]}) else {NO_NUMBER}"
            return [f"{value} = {made}", f"{flag} = {value} == {value}"]
        case "sqrt":
            made = f"math.sqrt({v[0]}) if {v[0]} >= 0.0 else {NO_NUMBER}"
            return [f"{value} = {made}", f"{flag} = {value} == {value}"]
        case "round":
            further = f"({v[0]} + 0.5 if {v[0]} >= 0.0 else {v[0]} - 0.5)"
            return [
                f"{flag} = abs({v[0]}) <= {LIMIT}",
                f"{value} = int({further}) if {flag} else {NO_WHOLE}",
            ]
    return None


def _branch(
    test: str, yes: tuple[str, str], no: tuple[str, str], value: str, flag: str
) -> list[str]:
    return [
        f"{value}t = {test}",
        f"{value} = {yes[0]} if {value}t else {no[0]}",
        f"{flag} = {yes[1]} if {value}t else {no[1]}",
    ]


def _first(v: list[str], ok: list[str], value: str, flag: str) -> list[str]:
    made = v[-1]
    for text, good in zip(reversed(v[:-1]), reversed(ok[:-1]), strict=True):
        made = f"({text} if {good} else {made})"
    return [f"{value} = {made}", f"{flag} = {' or '.join(ok)}"]


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
