"""监看 Watching a log of others: does it only grow, and tell everybody the same."""

from tanlu.verify.watch.equivocation import Equivocation, Judged
from tanlu.verify.watch.watching import Watch, watch

__all__ = ["Equivocation", "Judged", "Watch", "watch"]
