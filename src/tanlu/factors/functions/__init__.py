"""函数因子 Factors that are functions: at a load, an hour, a speed, a temperature."""

from tanlu.factors.functions.evaluate import AXES, evaluate, points
from tanlu.factors.functions.hours import WHOLE_DAY, slot

__all__ = ["AXES", "WHOLE_DAY", "evaluate", "points", "slot"]
