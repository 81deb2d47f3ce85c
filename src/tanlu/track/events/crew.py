"""The events of a document gathered here, or by several processes where there are many."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from functools import cache
from itertools import repeat
from multiprocessing import get_context

from tanlu.track.events.columns import Part, columned
from tanlu.track.events.gathering import Gathered, canonical_json
from tanlu.track.events.opening import Batch
from tanlu.track.events.words.spelling import URIS

__all__ = ["parts"]

# events that one process takes at a time
SHARE = 1 << 13


Piece = tuple[int, Batch]


def parts(batches: Sequence[Batch], recorded_us: int, workers: int) -> Iterable[Part]:
    """Give the events of a document as columns, in parts that follow each other."""
    pieces = list(_pieces(batches))
    if workers > 1 and len(pieces) > 1:
        try:
            # they are at work from here on
            return _shared(
                pieces, recorded_us, _pool(workers).map(_one, pieces, repeat(recorded_us))
            )
        except (BrokenExecutor, OSError):
            _pool.cache_clear()
    return [_gathered(pieces, recorded_us)]


def _shared(pieces: list[Piece], recorded_us: int, found: Iterator[Part]) -> Iterator[Part]:
    """Give the parts that others make; without them this process goes on where they ended."""
    done = 0
    try:
        for part in found:
            yield part
            done += 1
    except (BrokenExecutor, OSError):
        _pool.cache_clear()
        yield _gathered(pieces[done:], recorded_us)


@cache
def _pool(workers: int) -> ProcessPoolExecutor:
    # a new interpreter, not a copy of this one with its threads
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def _pieces(batches: Sequence[Batch]) -> Iterator[Piece]:
    """Give each batch in pieces, with the line of its first event."""
    line = 1
    for batch in batches:
        if batch.fault is not None:
            yield line, batch
            line += 1
        for start in range(0, len(batch.events), SHARE):
            share = batch.events[start : start + SHARE]
            yield line, Batch(batch.origin, share)
            line += len(share)


def _one(piece: Piece, recorded_us: int) -> Part:
    return _gathered([piece], recorded_us)


def _gathered(pieces: Sequence[Piece], recorded_us: int) -> Part:
    """Give pieces as one part."""
    URIS.shorten()
    gathered = Gathered()
    contexts: list[str | None] = []
    # so many small objects live until the end that looking for circles among them finds none
    collecting = gc.isenabled()
    gc.disable()
    try:
        for line, batch in pieces:
            before = len(gathered.events)
            if batch.fault is not None:
                gathered.refused.append((line, *batch.fault))
            for place, raw in enumerate(batch.events, line):
                gathered.take(place, raw, batch.origin)
            context = batch.origin.context
            kept = None if context is None else canonical_json(context)
            contexts += [kept] * (len(gathered.events) - before)
        return columned(gathered, contexts, recorded_us)
    finally:
        if collecting:
            gc.enable()
