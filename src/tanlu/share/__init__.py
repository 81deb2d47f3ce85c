"""协同 Sharing with others: totals that show nobody's part, anchors with third parties."""

__all__: list[str] = []
