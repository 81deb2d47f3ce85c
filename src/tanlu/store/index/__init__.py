"""索引 Where the rows of a key are: derived files beside the truth, built again when in doubt."""

from tanlu.store.index.finding import extend, find, near, seek
from tanlu.store.index.keys import COLUMNS

__all__ = ["COLUMNS", "extend", "find", "near", "seek"]
