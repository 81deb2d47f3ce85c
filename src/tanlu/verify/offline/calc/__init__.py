"""复算 Recalculation from the tables of a pack: what each line gives, held against signed rows."""

from tanlu.verify.offline.calc.factors import bound, rows_of
from tanlu.verify.offline.calc.rerun import Recalculation
from tanlu.verify.offline.calc.table import Case, Leg, cases, legs, shares, specs

__all__ = ["Case", "Leg", "Recalculation", "bound", "cases", "legs", "rows_of", "shares", "specs"]
