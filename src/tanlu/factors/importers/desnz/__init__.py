"""The flat file of the UK conversion factors: every level of ten editions to a leaf."""

from tanlu.factors.importers.desnz.edition import load

__all__ = ["load"]
