"""The library that a command speaks about: that of the ledger, or the built-in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from tanlu.factors import Library


def held(asked: argparse.Namespace) -> Library:
    """Give the library of the ledger, or the built-in one where there is no ledger."""
    from tanlu.factors import library
    from tanlu.factors.packs import library_of
    from tanlu.store import open_workspace

    if not (asked.ledger / "workspace.json").is_file():
        return library()
    return library_of(open_workspace(asked.ledger))
