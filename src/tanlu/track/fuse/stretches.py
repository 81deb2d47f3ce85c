"""A compiled loop over whole devices, several stretches of them abreast.

Devices do not meet, so stretches of them may run side by side. Each sees its own rows as views from
nought on: what the loop keeps besides is as large as its stretch, whatever there is in all. Threads
of Python carry them: loops that spread themselves take twice as long to compile, and one of numba's
own layers ends the process when two of its threads come at once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

__all__ = ["abreast", "compiled", "fixed"]

# rows of a stretch, about: what belongs to them stays near to a core
ROWS = 1 << 16


def compiled() -> bool:
    """Give whether the loops were compiled on this machine before; the first use takes longer."""
    from tanlu.track.fuse.passes import drive

    where = drive.stats.cache_path
    return where is not None and any(Path(where).glob("*.nbi"))


def fixed(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give values as a contiguous view that is not written to.

    Tables give arrays of both kinds, and a loop is compiled for each kind that it meets.
    """
    view = np.ascontiguousarray(values).view()
    view.flags.writeable = False
    return view


def abreast(
    loop: Callable[..., Any],
    starts: npt.NDArray[np.int64],
    told: Sequence[npt.NDArray[Any]],
    more: Any,
    made: Sequence[npt.NDArray[Any]],
) -> None:
    """Run ``loop(starts, *told, more, *made)`` over all devices.

    Parameters
    ----------
    loop
        Compiled, without the lock of Python; rows of one device depend on no others.
    starts
        Where each device begins, and the end.
    told
        What is read, by row.
    more
        Handed on as it is, if it is not null.
    made
        What is written, by row; contiguous.
    """
    if starts.size < 2:
        return
    fast = [fixed(each) for each in told]
    beside = () if more is None else (more,)

    def run(bounds: tuple[int, int]) -> None:
        first, last = bounds
        rows = slice(int(starts[first]), int(starts[last]))
        here = fixed(starts[first : last + 1] - rows.start)
        loop(here, *(each[rows] for each in fast), *beside, *(each[rows] for each in made))

    stretches = _stretches(starts)
    if len(stretches) == 1:
        run(stretches[0])
        return
    with ThreadPoolExecutor(min(pl.thread_pool_size(), len(stretches))) as pool:
        for _ in pool.map(run, stretches):
            pass


def _stretches(starts: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Give the first device of each stretch, and the first behind it."""
    edges = np.searchsorted(starts, np.arange(0, int(starts[-1]), ROWS), side="left")
    edges = np.unique(np.append(edges, [0, starts.size - 1]))
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
