"""Warming: what the first asker would wait for is built before he asks."""

from __future__ import annotations

from tanlu.serve.api import Home
from tanlu.store import Workspace
from tanlu.store.index import extend

__all__ = ["indexed", "warm"]


def warm(home: Home) -> None:
    """Bring the index of each organisation's ledger up to date; for a thread beside the server."""
    for row in home.organisations():
        indexed(home.workspace(str(row["slug"])))


def indexed(workspace: Workspace) -> None:
    """Bring the index of a ledger up to date: who wrote waits for it, not who reads next."""
    for _ in extend(workspace):
        pass
