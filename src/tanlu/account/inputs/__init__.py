"""依据 What stands behind emissions: the inputs of their formulas, and what shares their totals."""

from tanlu.account.inputs.formulas import Inputs, by_formula, joined
from tanlu.account.inputs.mates import mates
from tanlu.account.shares import shared

__all__ = ["Inputs", "by_formula", "joined", "mates", "shared"]
