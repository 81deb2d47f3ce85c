"""见证 Witnesses: what one remembers, how one is asked, what a watcher keeps of a log."""

from tanlu.store.witness.asking import Asked, Cosigned, collect, witnessed, witnesses_of
from tanlu.store.witness.seeds import seed_at
from tanlu.store.witness.state import Fork, Seen, WitnessState
from tanlu.store.witness.watched import Watched
from tanlu.store.witness.web import fetch

__all__ = [
    "Asked",
    "Cosigned",
    "Fork",
    "Seen",
    "Watched",
    "WitnessState",
    "collect",
    "fetch",
    "seed_at",
    "witnessed",
    "witnesses_of",
]
