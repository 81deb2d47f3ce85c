"""协同 Sharing with others: totals that show nobody's part, release rules, anchors."""

from tanlu.share.differences import isolated

__all__ = ["isolated"]
