"""核算 tanlu account: how a ledger's numbers were come by, and how sure they are."""

from tanlu.cli.accounts.listing import declare

__all__ = ["declare"]
