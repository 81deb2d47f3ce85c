"""The most that any stream log could take: groups of records appended and synced, nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["wal_ceiling"]

RECORD = 53  # bytes: device, number, time, kind, place and two values, packed
GROUP = 20_000


def wal_ceiling(folder: Path, seconds: float) -> float:
    """Give how many records of 53 bytes can be appended in groups of 20,000, each synced [1/s].

    No record is decoded, looked at or checked: what a group commit costs when all else is free.

    Parameters
    ----------
    folder
        On the disk that is to be measured; a file is made in it and taken away.
    seconds
        How long to append.
    """
    group = os.urandom(RECORD * GROUP)
    with TemporaryDirectory(dir=folder) as scratch:
        handle = os.open(Path(scratch) / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            groups, begun = 0, time.perf_counter()
            while (spent := time.perf_counter() - begun) < seconds:
                left = memoryview(group)
                while left:
                    left = left[os.write(handle, left) :]
                os.fdatasync(handle)
                groups += 1
        finally:
            os.close(handle)
    return groups * GROUP / spent
