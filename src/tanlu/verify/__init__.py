"""核查 Whether what is recorded holds: every calculation done again, and checks to carry away."""

from tanlu.verify.replay import replay
from tanlu.verify.reprice import reprice

__all__ = ["replay", "reprice"]
