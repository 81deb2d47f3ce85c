"""地图 Boundaries that an operator supplies, with the number of their approval; none ships here."""

from tanlu.serve.maps.checking import Outline, outline
from tanlu.serve.maps.keeping import Kept, drop, keep, kept

__all__ = ["Kept", "Outline", "drop", "keep", "kept", "outline"]
