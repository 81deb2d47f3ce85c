"""Charts as static SVG: a `Chart` record in, a picture that needs nothing else out."""

from tanlu.report.svg.draw import drawn, picture
from tanlu.report.svg.frame import STYLE, Canvas, colour, fit, number, tokens, wide
from tanlu.report.svg.tiles import GRID, compact, step

__all__ = [
    "GRID",
    "STYLE",
    "Canvas",
    "colour",
    "compact",
    "drawn",
    "fit",
    "number",
    "picture",
    "step",
    "tokens",
    "wide",
]
