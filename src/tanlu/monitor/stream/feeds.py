"""One stream while the server runs: the devices in it, their windows, and what was counted."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanlu.monitor.stream import reasons as why
from tanlu.monitor.stream.bodies import EVENT
from tanlu.monitor.stream.counting.kernels import KNOWN, NEW, UNCHECKED
from tanlu.monitor.stream.counting.names import Names, marks
from tanlu.monitor.stream.counting.windows import Windows, fingerprints
from tanlu.monitor.stream.validate import DOUBTED_US, LONGEST, bad_texts

if TYPE_CHECKING:
    from tanlu.monitor.devices import Registry, Sender, StreamDef

__all__ = ["Counts", "Feed", "Room"]

Array = np.ndarray[Any, Any]
# devices, each counted in each of its streams, and senders whose scopes are remembered
MOST_NAMES = 4_000_000
MOST_SENDERS = 1_024
TOLD = ("type", "action", "subject", "parent", "step", "place")


@dataclass
class Counts:
    """What came of a stream since the start."""

    rows_in: int = 0
    rows_new: int = 0
    rows_known: int = 0
    known_unchecked: int = 0
    rows_quarantined: int = 0
    rows_unenrolled: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    watermark_us: int | None = None
    received_us: int | None = None
    began: float = field(default_factory=time.monotonic)


class Room:
    """How many names of devices all streams together may still take up."""

    def __init__(self) -> None:
        self.left = MOST_NAMES


class Feed:
    """A stream with its devices and windows."""

    def __init__(self, definition: StreamDef, room: Room | None = None) -> None:
        self.room = room or Room()
        self.definition = definition
        self.names = Names()
        self.windows = Windows()
        self.counts = Counts()
        self._enrolled = np.zeros(0, bool)
        self._signing = np.zeros(0, bool)
        self._scopes: dict[Sender, Array] = {}

    def forget(self) -> None:
        """Ask the registry anew: it has changed."""
        self._enrolled = np.zeros(0, bool)
        self._signing = np.zeros(0, bool)
        self._scopes = {}

    def channels(self, devices: pl.Series, reasons: Array, registry: Registry) -> Array:
        """Give the channel of each row; devices that may send get one, others a reason."""
        long = devices.str.len_bytes() > LONGEST
        if long.any():
            # a dictionary may name one long text a million times
            devices = devices.set(long, None)
        found = self.names.numbers(devices)
        strange = found < 0
        if strange.any():
            self._meet(devices, strange, reasons, registry)
            found = self.names.numbers(devices)
        if registry.closed:
            there = self._may(registry)
            if there.size:
                why.refuse(reasons, (found >= 0) & ~there[found], why.UNKNOWN)
        return found

    def _meet(self, devices: pl.Series, strange: Array, reasons: Array, registry: Registry) -> None:
        """Take up names that are seen for the first time."""
        column = devices.filter(pl.Series(strange))
        wrong = bad_texts(column)
        if registry.closed:
            unknown = ~registry.enrolled(column)
        else:
            unknown = pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(column))
        places = np.flatnonzero(strange)
        for mask, reason in ((wrong, why.NAME), (unknown, why.UNKNOWN)):
            told = np.zeros(strange.size, bool)
            told[places] = mask.to_numpy()
            why.refuse(reasons, told, reason)
        fresh = column.filter(~wrong & ~unknown).unique(maintain_order=True)
        room = max(self.room.left, 0)
        self.add(fresh.head(room))
        if len(fresh) > room:
            why.refuse(reasons, self.names.numbers(devices) < 0, why.FULL)

    def add(self, names: pl.Series) -> None:
        """Take up names, each once, that are not there."""
        self.names.add(names)
        self.room.left -= len(names)

    def _may(self, registry: Registry) -> Array:
        if self._enrolled.size < len(self.names):
            self._enrolled = registry.enrolled(self.names.column).to_numpy()
        return self._enrolled

    def scope(self, sender: Sender, channels: Array, reasons: Array) -> None:
        """Refuse rows of devices for which their sender may not send."""
        there = self._scopes.get(sender)
        if there is None or there.size < len(self.names):
            if len(self._scopes) >= MOST_SENDERS:
                self._scopes.clear()
            there = self._scopes[sender] = sender.covers(self.names.column).to_numpy()
        if there.size:
            why.refuse(reasons, (channels >= 0) & ~there[channels], why.UNKNOWN)

    def unsigned(
        self, table: pl.DataFrame, channels: Array, reasons: Array, registry: Registry
    ) -> None:
        """Refuse rows of devices that sign, which came in no signed batch."""
        if self._signing.size < len(self.names):
            self._signing = registry.signing(self.names.column).to_numpy()
        if self._signing.any():
            bare = (channels >= 0) & self._signing[channels]
            if "evidence" in table.columns:
                bare &= table["evidence"].is_null().to_numpy()
            why.refuse(reasons, bare, why.UNSIGNED)

    def judge(
        self, table: pl.DataFrame, channels: Array, arrays: dict[str, Array], reasons: Array,
        received: Array,
    ) -> Array:  # fmt: skip
        """Give the verdict of each row by its window; what is refused gets its reason."""
        seq, at = _own(arrays["seq"]), _own(arrays["at"])
        content = fingerprints(self._content(table, arrays), table.height)
        taking = np.where(reasons == 0, channels, -1).astype(np.int32)
        sure = np.where(at > received + DOUBTED_US, received, at)
        verdict = self.windows.take(taking, seq, at, content, sure)
        if verdict.any():
            for said, reason in why.BY_VERDICT.items():
                why.refuse(reasons, verdict == said, reason)
        return verdict

    def _content(self, table: pl.DataFrame, arrays: dict[str, Array]) -> list[Array]:
        """Give what makes a reading itself; flags are not: a device may send it again flagged."""
        columns = [_own(array) for name, array in arrays.items() if name != "seq"]
        if self.definition.table == EVENT:
            # the log has all columns, a body only some: both have one fingerprint
            there = [
                pl.col(name).fill_null("") if name in table.columns else pl.lit("") for name in TOLD
            ]
            joined = table.select(pl.concat_str(there, separator="\x1f")).to_series()
            columns.append(marks(joined))
        return columns

    def count(self, verdict: Array, reasons: Array, at: Array, received: int) -> None:
        """Count what came of rows."""
        counts, fine = self.counts, reasons == 0
        new = fine & (verdict == NEW)
        unchecked = int((fine & (verdict == UNCHECKED)).sum())
        counts.rows_in += verdict.size
        counts.rows_new += int(new.sum())
        counts.rows_known += int((fine & (verdict == KNOWN)).sum()) + unchecked
        counts.known_unchecked += unchecked
        counts.received_us = received
        if new.any():
            newest = int(at[new].max()) - (self.definition.lateness_us or 0)
            counts.watermark_us = max(counts.watermark_us or newest, newest)

    def refused(self, codes: dict[str, int], rows_in: int = 0) -> None:
        """Count quarantined rows; ``rows_in`` of them were counted nowhere else."""
        self.counts.rows_in += rows_in
        for code, count in codes.items():
            self.counts.rows_quarantined += count
            self.counts.codes[code] = self.counts.codes.get(code, 0) + count


def _own(array: Array) -> Array:
    """Give an array that may be written: the loops are compiled for one kind of array only."""
    return array if array.flags.writeable else array.copy()
