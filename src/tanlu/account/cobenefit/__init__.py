"""协同效益 Books beside carbon: water, wood, plastic and air, each its own, none added to CO2e."""

from tanlu.account.cobenefit.books import BOOKS, Books, books
from tanlu.account.cobenefit.equivalent import Equivalence, Equivalent, equivalences, equivalents

__all__ = ["BOOKS", "Books", "Equivalence", "Equivalent", "books", "equivalences", "equivalents"]
