"""分摊 Who bears what of the totals of a ledger, why, and what another key would have given."""

from tanlu.report.allocation.sheet import allocation

__all__ = ["allocation"]
