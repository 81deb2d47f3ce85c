"""公式 Formulas as data: a specification, its canonical bytes and its exact interpreter."""

from tanlu.terms.spec.grammar import CalcSpec, Step, expand_exp, load, parse
from tanlu.terms.spec.infer import OPERATORS, Expression, infer
from tanlu.terms.spec.interpret import evaluate, interpret
from tanlu.terms.spec.show import show, units_of

__all__ = [
    "OPERATORS",
    "CalcSpec",
    "Expression",
    "Step",
    "evaluate",
    "expand_exp",
    "infer",
    "interpret",
    "load",
    "parse",
    "show",
    "units_of",
]
