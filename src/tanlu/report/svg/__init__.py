"""Charts as static SVG: a `Chart` record in, a picture that needs nothing else out."""

from tanlu.report.svg.draw import drawn, picture
from tanlu.report.svg.frame import STYLE, Canvas, colour, fit, number, tokens, wide

__all__ = ["STYLE", "Canvas", "colour", "drawn", "fit", "number", "picture", "tokens", "wide"]
