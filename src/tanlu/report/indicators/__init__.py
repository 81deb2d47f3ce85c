"""指标 The indicators that the field asks for, each with numerator, denominator and known share."""

from tanlu.report.indicators.document import indicators

__all__ = ["indicators"]
