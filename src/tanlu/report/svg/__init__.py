"""Charts as static SVG: a `Chart` record in, a picture that needs nothing else out."""

from tanlu.report.svg.draw import drawn, picture
from tanlu.report.svg.frame import STYLE, Canvas, fit, tokens, wide

__all__ = ["STYLE", "Canvas", "drawn", "fit", "picture", "tokens", "wide"]
