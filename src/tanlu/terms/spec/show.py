"""A step as a line that people read: its formula with the numbers of one row filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.terms.schemas import schema
from tanlu.terms.spec.interpret import evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanlu.terms.spec.grammar import CalcSpec, Expression, Step
    from tanlu.terms.spec.interpret import Value

__all__ = ["show", "units_of"]

SIGNS = {"add": " + ", "sub": " − ", "mul": " × ", "div": " / "}
COMPARISONS = {"eq": "=", "ne": "≠", "lt": "<", "le": "≤", "gt": ">", "ge": "≥"}
RANKS = {"add": 1, "sub": 1, "mul": 2, "div": 2, "neg": 3}
ATOM = 4
WORDS = {
    "en": {"null": "unknown", "round": "round", "min": "min", "max": "max", "is_null": "unknown"},
    "zh": {"null": "未知", "round": "取整", "min": "较小", "max": "较大", "is_null": "未知"},
}
LOGIC = {"en": {"and": " and ", "or": " or ", "not": "not "}}
LOGIC["zh"] = {"and": " 且 ", "or": " 或 ", "not": "非 "}
# schemas whose columns feed a calculation, in the order in which a name is looked up
FEEDING = ("resolved", "activity", "emission")


def show(
    step: Step,
    scope: Mapping[str, Value],
    language: str = "en",
    *,
    units: Mapping[str, str] | None = None,
) -> str:
    """Give ``co2e_g = 12.3 t·km × 61.2 g/t·km × 1.05 = 790.398 g``.

    ``scope`` holds the row's inputs and the steps before this one, as `interpret` traces them;
    ``units`` gives the unit of each name, as `units_of` does. Of an ``if`` or ``coalesce`` only
    the branch taken is shown. Numbers are shown with seven digits, calculated with all.
    """
    tongue = "zh" if language.startswith("zh") else "en"
    line = _Line(scope, units or {}, tongue)
    formula, _ = line.of(step.expression)
    value = scope[step.name] if step.name in scope else evaluate(step.expression, scope)
    result = line.value(value, line.units.get(step.name, step.unit))
    return f"{step.name} = {result}" if formula == result else f"{step.name} = {formula} = {result}"


def units_of(spec: CalcSpec) -> dict[str, str]:
    """Give the unit of every input, by the schemas of the house, and of every step."""
    found = {}
    for name, _ in spec.inputs:
        columns = (schema(table) for table in FEEDING)
        unit = next((table[name].unit for table in columns if name in table.names), "")
        found[name] = unit
    return found | {step.name: step.unit for step in spec.steps}


class _Line:
    """What one line needs to know: the values, their units and the tongue."""

    def __init__(self, scope: Mapping[str, Value], units: Mapping[str, str], tongue: str) -> None:
        self.scope = scope
        self.units = units
        self.words = WORDS[tongue]
        self.logic = LOGIC[tongue]

    def value(self, value: Value, unit: str) -> str:
        if value is None:
            return self.words["null"]
        if isinstance(value, bool):
            return "✓" if value else "✗"
        if isinstance(value, str):
            return f"“{value}”"
        shown = _number(value)
        unit = "" if unit == "1" else unit.replace("t.km", "t·km").replace("kg.m", "kg·m")
        return f"{shown} {unit}".rstrip()

    def of(self, expression: Expression) -> tuple[str, int]:
        """Give the text of an expression and how tightly it binds."""
        if isinstance(expression, str):
            value = self.scope.get(expression)
            negative = isinstance(value, int | float) and value < 0
            return self.value(value, self.units.get(expression, "")), 3 if negative else ATOM
        if isinstance(expression, dict):
            text = _number(float(expression["n"])) if "n" in expression else f"“{expression['s']}”"
            return text, 3 if text.startswith("−") else ATOM
        operator, *arguments = expression
        if operator == "if":
            return self.of(arguments[1 if evaluate(arguments[0], self.scope) else 2])
        if operator == "coalesce":
            present = (each for each in arguments if evaluate(each, self.scope) is not None)
            return self.of(next(present, arguments[-1]))
        return self._operation(operator, arguments)

    def _operation(self, operator: str, arguments: list[Expression]) -> tuple[str, int]:
        if operator in RANKS:
            return self._sum(operator, arguments), RANKS[operator]
        parts = [self.of(each)[0] for each in arguments]
        if operator in COMPARISONS:
            return f"({parts[0]} {COMPARISONS[operator]} {parts[1]})", ATOM
        if operator in ("and", "or"):
            return f"({self.logic[operator].join(parts)})", ATOM
        if operator == "not":
            return f"({self.logic['not']}{parts[0]})", ATOM
        if operator == "is_null":
            return f"({parts[0]} = {self.words['is_null']})", ATOM
        if operator == "sqrt":
            return f"√({parts[0]})", ATOM
        return f"{self.words.get(operator, operator)}({', '.join(parts)})", ATOM

    def _sum(self, operator: str, arguments: list[Expression]) -> str:
        rank = RANKS[operator]
        texts = []
        for position, argument in enumerate(arguments):
            text, inner = self.of(argument)
            # what stands behind − and / needs brackets at the same rank, and a sign always does
            loose = inner < rank or (position and inner == rank and operator in ("sub", "div"))
            texts.append(f"({text})" if loose or (position and inner == 3) else text)
        return f"−{texts[0]}" if operator == "neg" else SIGNS[operator].join(texts)


def _number(value: float) -> str:
    """Give seven digits with a true minus and powers of ten written out."""
    shown = str(value) if isinstance(value, int) else f"{value:.7g}"
    mantissa, exponent, power = shown.partition("e")
    return mantissa.replace("-", "−") + (f"×10^{int(power)}" if exponent else "")
