"""大屏链接 Wall links: a display shows chosen parks without a login, and nothing else."""

from tanlu.serve.walls.keeping import MOST_DAYS, MOST_PARKS, Wall, ended, invited, listed
from tanlu.serve.walls.opening import DARK, address, opened, opened_as, stream
from tanlu.serve.walls.routes import router

__all__ = [
    "DARK", "MOST_DAYS", "MOST_PARKS", "Wall", "address", "ended", "invited", "listed", "opened",
    "opened_as", "router", "stream",
]  # fmt: skip
