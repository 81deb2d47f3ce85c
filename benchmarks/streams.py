"""Streams and what bounds them: a group commit of bytes alone, and the way on to the ledger."""

from __future__ import annotations

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["drain_rate", "wal_ceiling"]

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


def drain_rate(folder: Path, rows: int) -> float:
    """Give how many readings a drain moves from the log into the ledger [1/CPU-s].

    Readings of 100,000 meters in groups of 20,000; the log is filled before the clock runs.

    Parameters
    ----------
    folder
        On the disk that is to be measured; a ledger is made in it and taken away.
    rows
        How many readings.
    """
    import polars as pl

    from tanlu.store import open_workspace
    from tanlu.store.stream import drain, open_stream_log

    number = pl.int_range(GROUP, eager=True, dtype=pl.Int64)
    with TemporaryDirectory(dir=folder) as scratch:
        workspace = open_workspace(Path(scratch) / "ledger", create=True)
        log = open_stream_log(workspace)
        for first in range(0, rows, GROUP):
            at = number + first
            group = pl.DataFrame({"seq": at // 100_000, "n": at}).select(
                pl.format("meter-{}", pl.col("n") % 100_000).alias("device"),
                "seq",
                (pl.col("seq") * 60_000_000 + pl.col("n").hash(1) % 1_000_000).alias("at"),
                pl.lit("energy_wh").alias("stream"),
                (pl.col("n").hash(2) % 10_000).cast(pl.Float64).alias("value"),
            )
            log.append({"reading": group.cast({"at": pl.Int64})})
        log.close()
        begun = time.process_time()
        for _ in drain(workspace):
            pass
        return rows / (time.process_time() - begun)
