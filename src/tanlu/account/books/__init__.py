"""账簿 The account of a whole ledger: what is covered, what is new, what it amounts to."""

from tanlu.account.books.coverage import Coverage, coverage
from tanlu.account.books.decisions import in_force, kept
from tanlu.account.books.run import quantify_all
from tanlu.account.books.summary import decimal, summary, unquantified

__all__ = [
    "Coverage",
    "coverage",
    "decimal",
    "in_force",
    "kept",
    "quantify_all",
    "summary",
    "unquantified",
]
