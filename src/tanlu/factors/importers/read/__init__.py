"""Foreign files opened with a bound on all that they can ask for: bytes, depth, rows, entries."""

from tanlu.factors.importers.read.archive import Archive
from tanlu.factors.importers.read.bounds import checked, guarded, within
from tanlu.factors.importers.read.json_file import document, documents
from tanlu.factors.importers.read.table import table
from tanlu.factors.importers.read.workbook import Sheet, sheet_names, sheet_of
from tanlu.factors.importers.read.xml_file import tree

__all__ = [
    "Archive",
    "Sheet",
    "checked",
    "document",
    "documents",
    "guarded",
    "sheet_names",
    "sheet_of",
    "table",
    "tree",
    "within",
]
