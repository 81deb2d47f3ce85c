"""What may be published of numbers that belong to others: rules first, then noise."""

from tanlu.share.release.budget import LIMIT, noised, released_with_noise, spent
from tanlu.share.release.noise import discrete_laplace, margin
from tanlu.share.release.rules import Released, release

__all__ = [
    "LIMIT",
    "Released",
    "discrete_laplace",
    "margin",
    "noised",
    "release",
    "released_with_noise",
    "spent",
]
