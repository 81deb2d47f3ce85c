"""The latest of every device in every stream, in columns: what is new goes in, nothing is walked.

A *channel* is a device in a stream. Its number is its line in all arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

__all__ = ["MOST", "Channels"]

KEY = ("stream", "device")
# what is beyond is counted and not remembered: names come from senders
MOST = 500_000
FIELDS = {
    "at": np.int64, "received": np.int64, "value": np.float64, "rate": np.float64,
    "first": np.int64, "last": np.int64, "count": np.int64,
}  # fmt: skip
S_US = 1_000_000
Array = np.ndarray[Any, Any]


class Channels:
    """Latest reading, change a second, and numbers seen, by channel.

    ``at`` and ``received`` are of the latest reading [us UTC], ``value`` is its value, ``rate``
    how much it changed a second since the one before; ``first`` and ``last`` are the numbers seen,
    ``count`` how many of them came.
    """

    def __init__(self) -> None:
        self.names = pl.DataFrame(schema={"stream": pl.String, "device": pl.String})
        self.beyond = 0
        self._index = self._indexed()
        self._room = {name: np.zeros(0, kind) for name, kind in FIELDS.items()}

    def __len__(self) -> int:
        return self.names.height

    def __getitem__(self, field: str) -> Array:
        return self._room[field][: len(self)]

    def take(self, rows: pl.DataFrame) -> Array:
        """Take rows of schema ``reading`` and give the channels whose latest value is another."""
        told = self._told(rows)
        where = told["n"].to_numpy()
        seq, at = told["seq"].to_numpy(), told["at"].to_numpy()
        room = self._room
        counted = seq >= room["first"][where]
        np.add.at(room["count"], where[counted], 1)
        np.maximum.at(room["last"], where, seq)
        # by time, and of the same time the one that came last
        order = np.lexsort((at, where))
        where, at = where[order], at[order]
        last = np.flatnonzero(np.append(where[1:] != where[:-1], where.size > 0))
        newer = at[last] > room["at"][where[last]]
        chosen, last = where[last][newer], last[newer]
        values = told["value"].to_numpy()[order]
        self._rates(chosen, last, where, at, values)
        room["at"][chosen] = at[last]
        room["value"][chosen] = values[last]
        room["received"][chosen] = told["received"].to_numpy()[order][last]
        return np.asarray(chosen)

    def latest(self, chosen: Array | None = None) -> pl.DataFrame:
        """Give ``stream, device, at, received, value`` of channels, of all if not said."""
        which = np.arange(len(self)) if chosen is None else chosen
        figures = {name: self[name][which] for name in ("at", "received", "value")}
        return self.names[which].with_columns(**{n: pl.Series(v) for n, v in figures.items()})

    def missing(self) -> pl.DataFrame:
        """Give by stream how many devices there are, and how many of their numbers are missing."""
        lost = np.maximum(self["last"] - self["first"] + 1 - self["count"], 0)
        told = self.names.select("stream").with_columns(
            missing=pl.Series(lost), at=pl.Series(self["at"]), received=pl.Series(self["received"])
        )
        return (
            told.group_by("stream")
            .agg(
                pl.len().alias("devices"), pl.col("missing").sum(), pl.col("at").max(),
                pl.col("received").max(),
            )
            .sort("stream")
        )  # fmt: skip

    def _rates(self, chosen: Array, last: Array, where: Array, at: Array, values: Array) -> None:
        """Keep how much each value changed a second, against the reading just before it."""
        room = self._room
        twice = (last > 0) & (where[last - 1] == chosen)
        before_at = np.where(twice, at[last - 1], room["at"][chosen])
        before = np.where(twice, values[last - 1], room["value"][chosen])
        passed = (at[last] - before_at) / S_US
        known = (before_at > 0) & (passed > 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            rate = (values[last] - before) / passed
        room["rate"][chosen] = np.where(known, rate, np.nan)

    def _told(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give rows with the number ``n`` of their channel; those that are new get one."""
        told = rows.select(*KEY, "seq", "at", "value", "received").join(
            self._index, on=KEY, how="left", maintain_order="left"
        )
        if told["n"].null_count():
            self._add(told.filter(pl.col("n").is_null()))
            told = told.drop("n").join(self._index, on=KEY, how="left", maintain_order="left")
            if beyond := told["n"].null_count():
                self.beyond += beyond
                told = told.filter(pl.col("n").is_not_null())
        return told.with_columns(pl.col("received").fill_null(pl.col("at")))

    def _add(self, rows: pl.DataFrame) -> None:
        fresh = rows.group_by(*KEY, maintain_order=True).agg(pl.col("seq").min())
        fresh = fresh.head(max(0, MOST - len(self)))
        held = len(self)
        self.names = pl.concat([self.names, fresh.select(KEY)])
        self._index = self._indexed()
        if self.names.height > self._room["at"].size:
            size = max(1024, 2 * self.names.height)
            for name, kind in FIELDS.items():
                wider = np.zeros(size, kind)
                wider[:held] = self._room[name][:held]
                self._room[name] = wider
        here = slice(held, self.names.height)
        self._room["first"][here] = fresh["seq"].to_numpy()
        self._room["rate"][here] = np.nan

    def _indexed(self) -> pl.DataFrame:
        return self.names.with_row_index("n").with_columns(pl.col("n").cast(pl.Int64))
