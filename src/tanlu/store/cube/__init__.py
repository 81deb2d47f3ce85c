"""方 Sums kept beside the truth: cells that new commits add to and what no longer holds leaves."""

from tanlu.store.cube.holding import cells, extend
from tanlu.store.cube.shape import Cube, Lack

__all__ = ["Cube", "Lack", "cells", "extend"]
