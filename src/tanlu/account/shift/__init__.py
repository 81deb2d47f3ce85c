"""转移 What a change really saves: all six stages before and after, with what it sets off."""

from tanlu.account.shift.compare import STAGES, Shift, Summary, compare
from tanlu.account.shift.decompose import Effects, decompose
from tanlu.account.shift.induce import Elasticity, elasticities

__all__ = [
    "STAGES",
    "Effects",
    "Elasticity",
    "Shift",
    "Summary",
    "compare",
    "decompose",
    "elasticities",
]
