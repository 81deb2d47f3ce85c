"""协同 Sharing with others: totals that show nobody's part, and rules for what may be published."""

from tanlu.share.differences import isolated

__all__ = ["isolated"]
