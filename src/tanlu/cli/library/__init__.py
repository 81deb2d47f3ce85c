"""因子库 tanlu factors: which factors there are, which one holds, and what others would change."""

from tanlu.cli.library.listing import declare

__all__ = ["declare"]
