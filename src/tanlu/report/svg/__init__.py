"""Charts as static SVG: a `Chart` record in, a picture that needs nothing else out."""

from tanlu.report.svg.draw import picture
from tanlu.report.svg.frame import STYLE, tokens

__all__ = ["STYLE", "picture", "tokens"]
