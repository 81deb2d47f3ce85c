"""Searching shipments: an index derived from the ledger, carried forward behind it."""

from tanlu.serve.searching.asked import page
from tanlu.serve.searching.following import Searching
from tanlu.serve.searching.routes import router

__all__ = ["Searching", "page", "router"]
