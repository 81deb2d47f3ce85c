"""因子包 Packs: hashed sets of factors with their sources, read, kept and compared."""

from tanlu.factors.packs.load import Library, Pack, Row, canonical, classes, library, load, made_of

__all__ = ["Library", "Pack", "Row", "canonical", "classes", "library", "load", "made_of"]
