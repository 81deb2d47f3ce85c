"""Formulas as data: a calculation specification, its canonical bytes and its exact interpreter."""

from tanlu.terms.spec.grammar import CalcSpec, Step, load, parse
from tanlu.terms.spec.interpret import interpret

__all__ = ["CalcSpec", "Step", "interpret", "load", "parse"]
