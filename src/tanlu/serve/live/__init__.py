"""实时 What happens now: one hub follows the streams, and all who watch get the same bytes."""

from tanlu.serve.live.days import Day, day_of, lately
from tanlu.serve.live.hub import Hub
from tanlu.serve.live.looking import followed, known_parks, look
from tanlu.serve.live.routes import router, streamed

__all__ = [
    "Day",
    "Hub",
    "day_of",
    "followed",
    "known_parks",
    "lately",
    "look",
    "router",
    "streamed",
]
