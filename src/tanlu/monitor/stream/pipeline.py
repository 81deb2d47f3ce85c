"""The pipeline: bodies are decoded, looked at, told apart from what came before, and logged."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from tanlu.monitor.stream import refused, rows, state
from tanlu.monitor.stream.bodies import CORRECTS, EVENT, POSITION, READING, Body, Receipt
from tanlu.monitor.stream.counting.kernels import NEW
from tanlu.monitor.stream.decoding.reading import Read, read
from tanlu.monitor.stream.feeds import Feed, Room
from tanlu.monitor.stream.mending import Claim, retractions
from tanlu.monitor.stream.validate import trusted, validate
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.monitor.devices import Registry
    from tanlu.store.stream import Place, StreamLog

__all__ = ["Pipeline"]

UNDECODABLE, STRANGE, FULL = "TL352", "TL354", "TL360"
# how much is read again after a death at most: some seconds of work
KEEP_BYTES = 512 << 20
REFRESH_S = 1.0
# streams that nobody defined; those that are defined are no matter of room
MOST_STREAMS = 10_000
Array = np.ndarray[Any, Any]


class _Judged(NamedTuple):
    """What became of the rows of one stream: a reason (0 for none) and a verdict of its window."""

    reasons: Array
    verdict: Array
    received: Array

    def among(self, span: slice) -> _Judged:
        """Give that of some rows."""
        return _Judged(self.reasons[span], self.verdict[span], self.received[span])


class _Group:
    """What one group adds to the log."""

    def __init__(self, count: int) -> None:
        self.tables: dict[str, list[pl.DataFrame]] = {}
        self.mended: list[Claim] = []
        self.proofs: list[pl.DataFrame] = []
        self.proven: list[pl.Series] = []
        self.receipts: list[Receipt | None] = [None] * count

    def add(self, name: str, table: pl.DataFrame) -> None:
        if table.height:
            self.tables.setdefault(name, []).append(table)

    def frame(self, registry: Registry) -> dict[str, pl.DataFrame]:
        there = {name: _stacked(each) for name, each in self.tables.items()}
        mended = retractions(self.mended, registry)
        return there if mended is None else {**there, "retraction": mended}


class Pipeline:
    """Takes bodies; what it gave a receipt for is durable and in the windows once.

    One thread calls `take` and `refuse`. When one of them raises, the windows may be ahead of the
    log: the process must end, and the next one reads the log again.

    Raises
    ------
    TanluError
        TL660, TL663, TL664 for a log that cannot be read; TL002 without the extra ``serve``.
    """

    def __init__(self, log: StreamLog, registry: Registry, *, keep_bytes: int = KEEP_BYTES) -> None:
        self.log = log
        self.registry = registry
        self.zone = registry.workspace.zone
        self.feeds: dict[str, Feed] = {}
        self.room = Room()
        self.remembered = refused.Remembered()
        self.proven = refused.Remembered()
        self.fsync_s = 0.0
        self.groups = 0
        self._keep_bytes = keep_bytes
        self._looked = time.monotonic()
        self._kept_at: Place | None = None
        self._since_kept = 0
        self._recover()

    # ── coming back ──

    def _recover(self) -> None:
        """Make the windows again: what was kept, then the groups behind it.

        A ledger that was restored has rows and no windows: they are made of its rows.
        """
        kept = self.log.kept()
        told = state.restore(kept[1]) if kept is not None else None
        if told is None:
            self._of_ledger()
        elif kept is not None:
            self._kept_at = kept[0]
            ids, feeds = told
            self.remembered = refused.Remembered(ids)
            for name, held in feeds.items():
                feed = self._feed(name, held.table)
                feed.add(held.names)
                feed.windows.adopt(held.arrays)
        for _, tables in self.log.replay(self._kept_at):
            self._again(tables)

    def _of_ledger(self) -> None:
        workspace = self.registry.workspace
        for of in (READING, POSITION, EVENT):
            for part in workspace.parts(of):
                there = workspace.scan(of, only=[part], raw=True).collect()
                # events of files have no number, and no window
                self._again({of: rows.of_streams(there, of)})

    def _again(self, tables: dict[str, pl.DataFrame]) -> None:
        for of, stream, part in rows.of_frame(tables):
            feed = self._feed(stream, of)
            fresh = part["device"].unique(maintain_order=True)
            feed.add(fresh.filter(pl.Series(feed.names.numbers(fresh) < 0)))
            reasons, arrays = np.zeros(part.height, np.int8), _arrays(part, of)
            channels = feed.names.numbers(part["device"])
            feed.windows.unnumbered(np.unique(channels[rows.numbered_here(part, of)]))
            feed.judge(part, channels, arrays, reasons, rows.received(part, arrays["at"]))
        if "quarantine" in tables:
            for each in tables["quarantine"]["quarantine_id"].to_list():
                self.remembered.note(each)
        if "retraction" in tables:
            self.remembered.drop(tables["retraction"]["id"].to_list())

    def _feed(self, name: str, of: str | None = None) -> Feed:
        """Give a stream's feed, made when it is first named."""
        feed = self.feeds.get(name)
        if feed is None:
            definition = self.registry.stream(name)
            if definition is None or (of is not None and definition.table != of):
                definition = state.bare(name, of or "reading")
            feed = self.feeds[name] = Feed(definition, self.room)
        return feed

    # ── taking ──

    def take(self, bodies: Sequence[Body]) -> list[Receipt]:
        """Give a receipt for each body, in order, once all of it is durable.

        Raises
        ------
        TanluError
            TL661, TL662 when the disk refuses; then the process must end.
        """
        self.look(every_s=REFRESH_S)
        group = _Group(len(bodies))
        by_stream: dict[str, list[int]] = {}
        for place, body in enumerate(bodies):
            by_stream.setdefault(body.stream, []).append(place)
        for stream, places in by_stream.items():
            if self.registry.stream(stream) is None:
                self._strange(group, bodies, places, stream, STRANGE)
            elif self._full(stream):
                self._strange(group, bodies, places, stream, FULL)
            else:
                self._stream(group, self._feed(stream), bodies, places)
        self._commit(group)
        assert all(each is not None for each in group.receipts)
        return [each for each in group.receipts if each is not None]

    def refuse(self, stream: str, raw: bytes, code: str, why: str, received_us: int) -> Receipt:
        """Keep bytes that nobody can decode as one quarantined row.

        Raises
        ------
        TanluError
            TL661, TL662 when the disk refuses; then the process must end.
        """
        group = _Group(1)
        self._keep(group, refused.whole(raw, stream, code, why))
        if not self._full(stream):
            feed = self._feed(stream)
            feed.refused({code: 1}, 1)
            feed.counts.received_us = received_us
        self._commit(group)
        return Receipt(1, 0, 0, 1, {code: 1})

    def look(self, *, every_s: float = 0.0) -> None:
        """Read what was enrolled and defined since the last look, if that was so long ago [s]."""
        now = time.monotonic()
        if now - self._looked < every_s:
            return
        self._looked = now
        if self.registry.refresh():
            for name, feed in self.feeds.items():
                feed.forget()
                definition = self.registry.stream(name)
                if definition is not None and definition.table == feed.definition.table:
                    feed.definition = definition

    def _strange(
        self, group: _Group, bodies: Sequence[Body], places: list[int], stream: str, code: str
    ) -> None:  # fmt: skip
        """Keep bodies of a stream that is not defined: nobody knows what their rows would be."""
        for place in places:
            self._keep(group, refused.whole(_raw(bodies[place]), stream, code, stream))
            group.receipts[place] = Receipt(1, 0, 0, 1, {code: 1})

    def _full(self, stream: str) -> bool:
        """Tell whether a stream is one too many of those that anybody may name."""
        many = len(self.feeds) >= MOST_STREAMS and stream not in self.feeds
        return many and not self.registry.streams_closed

    def _stream(self, group: _Group, feed: Feed, bodies: Sequence[Body], places: list[int]) -> None:
        """Take the bodies of one stream."""
        of = feed.definition.table
        mine = [bodies[place] for place in places]
        group.proofs += [body.evidence for body in mine if body.evidence is not None]
        found = read(mine, of)
        times = np.array([body.received_us for body in mine], np.int64)
        received = np.repeat(times, found.sizes)
        judged = _Judged(np.zeros(0, np.int8), np.zeros(0, np.int8), received)
        ends = np.cumsum(found.sizes).tolist()
        spans = [
            slice(end - size, end) for end, size in zip(ends, found.sizes.tolist(), strict=True)
        ]
        if found.table.height:
            judged = self._judge(feed, found, mine, spans, received)
            # a row that is known already mends what it corrects just as well
            group.mended += _claims(feed, found.table, mine, spans, judged.reasons == 0)
            self._accept(group, feed, found.table, judged)
        for number, place in enumerate(places):
            part = judged.among(spans[number])
            codes = self._refuse(group, feed, found, mine[number], number, reasons=part.reasons)
            bad = sum(codes.values())
            fine = part.reasons == 0
            new = int((fine & (part.verdict == NEW)).sum())
            known = int(fine.sum()) - new
            group.receipts[place] = Receipt(new + known + bad, new, known, bad, codes)

    def _judge(
        self, feed: Feed, found: Read, bodies: list[Body], spans: list[slice], received: Array
    ) -> _Judged:
        table, of = found.table, feed.definition.table
        reasons, arrays = validate(table, of, feed.definition, received)
        channels = feed.channels(table["device"], reasons, self.registry)
        for body, span in zip(bodies, spans, strict=True):
            if body.sender is not None:
                feed.scope(body.sender, channels[span], reasons[span])
            if of != EVENT and not (body.sender is not None and body.sender.keeper):
                feed.unsigned(table[span], channels[span], reasons[span], self.registry)
        verdict = feed.judge(table, channels, arrays, reasons, received)
        found.table = rows.numbered(table, arrays["seq"], reasons == 0)
        feed.count(verdict, reasons, arrays["at"], int(received.max()))
        return _Judged(reasons, verdict, received)

    def _accept(self, group: _Group, feed: Feed, table: pl.DataFrame, judged: _Judged) -> None:
        fine, of = judged.reasons == 0, feed.definition.table
        new, received = fine & (judged.verdict == NEW), judged.received
        if not new.all():
            table, received = table.filter(pl.Series(new)), received[new]
        if not table.height:
            return
        if "evidence" in table.columns:
            group.proven.append(table["evidence"].drop_nulls().unique())
        if of != EVENT:
            quality = table["quality"] if "quality" in table.columns else None
            marked = trusted(quality, table["at"].to_numpy(), received)
            if marked is not None and marked is not quality:
                table = table.with_columns(marked.alias("quality"))
        group.add(of, rows.stored(table, of, feed.definition.stream, received, self.zone))

    def _refuse(
        self, group: _Group, feed: Feed, found: Read, body: Body, number: int, *, reasons: Array
    ) -> dict[str, int]:
        """Keep what of a body is not taken, and count it by code."""
        stream, codes = feed.definition.stream, dict[str, int]()
        if number in found.undecodable:
            self._keep(
                group, refused.whole(_raw(body), stream, UNDECODABLE, found.undecodable[number])
            )
            codes = {UNDECODABLE: 1}
            feed.refused(codes, 1)
            return codes
        cells = found.refused.get(number)
        if not cells and not reasons.any():
            return codes
        source = refused.source_of(body)
        if cells:
            self._keep(group, refused.rows_of_cells(cells, stream, source))
            codes[refused.UNREAD] = len(cells)
            feed.refused(codes, len(cells))
        if reasons.any():
            lines = found.lines.get(number, np.arange(1, reasons.size + 1))
            end = int(found.sizes[: number + 1].sum())
            part = found.table[end - reasons.size : end]
            self._keep(group, refused.rows_of_table(part, reasons, lines, stream, source))
            counted = refused.counted(reasons)
            feed.refused(counted)
            codes |= counted
        return codes

    def _keep(self, group: _Group, quarantined: pl.DataFrame) -> None:
        group.add("quarantine", self.remembered.fresh(quarantined))

    def _prove(self, group: _Group) -> None:
        """Keep the signed batches of new rows, in the frame that has these rows."""
        if group.proofs and group.proven:
            told = pl.concat(group.proofs).unique("evidence", maintain_order=True)
            told = told.filter(pl.col("evidence").is_in(pl.concat(group.proven).implode()))
            # the rows of one batch are of several streams, and may come in several groups
            fresh = [self.proven.note(each) for each in told["evidence"].to_list()]
            group.add("evidence", told.filter(pl.Series(fresh, dtype=pl.Boolean)))

    def _commit(self, group: _Group) -> None:
        self._prove(group)
        frame = group.frame(self.registry)
        if not frame:
            # what is known already is acknowledged only by a log that is sound
            self.log.sync()
            return
        before = self.log.place
        after = self.log.append(frame)
        begun = time.perf_counter()
        self.log.sync()
        self.fsync_s += time.perf_counter() - begun
        self.groups += 1
        if "retraction" in frame:
            self.remembered.drop(frame["retraction"]["id"].to_list())
        same = after.segment == before.segment
        self._since_kept += after.offset - (before.offset if same else 0)
        if self._since_kept >= self._keep_bytes:
            self.keep()

    # ── asking ──

    def keep(self) -> None:
        """Keep the windows, so that the next start need not read all of the log."""
        self._kept_at = self.log.place
        self.log.keep(self._kept_at, state.snapshot(self.remembered.list(), self.feeds))
        self._since_kept = 0

    def gaps(self, stream: str | None = None) -> pl.DataFrame:
        """Give which numbers are missing, schema ``gap``: all between a device's first and last."""
        found = [
            _gaps(name, feed) for name, feed in sorted(self.feeds.items()) if stream in (None, name)
        ]
        return pl.concat([schema("gap").empty(), *found])

    def counters(self) -> dict[str, Any]:
        """Give what was counted since the start, by stream, and where the log stands."""
        lag = self.log.lag()
        streams = {}
        for name, feed in sorted(self.feeds.items()):
            ranges, missing = feed.windows.missing()
            counts = feed.counts
            streams[name] = {
                "rows_in": counts.rows_in, "rows_new": counts.rows_new,
                "rows_known": counts.rows_known, "known_unchecked": counts.known_unchecked,
                "rows_quarantined": counts.rows_quarantined, "codes": dict(counts.codes),
                "devices": len(feed.names), "gaps": ranges, "missing": missing,
                "watermark_us": counts.watermark_us, "received_us": counts.received_us,
            }  # fmt: skip
        return {
            "streams": streams, "open": not self.registry.closed,
            "lag_rows": lag.rows, "lag_bytes": lag.bytes, "lag_oldest_us": lag.oldest_us,
            "fsync_s": self.fsync_s, "groups": self.groups,
        }  # fmt: skip

    def close(self) -> None:
        """Keep the windows and let the log go."""
        self.keep()
        self.log.close()


def _raw(body: Body) -> bytes:
    """Give the bytes of a body, a table without any as lines of JSON."""
    if isinstance(body.data, bytes):
        return body.data
    return body.data.write_ndjson().encode() if body.raw is None else body.raw


def _claims(
    feed: Feed, table: pl.DataFrame, bodies: list[Body], spans: list[slice], fine: Array
) -> list[Claim]:
    """Give which quarantined rows those that were taken say they mend."""
    if CORRECTS not in table.columns:
        return []
    told = table.select(pl.col(CORRECTS).alias("id"), "device")
    kept = pl.Series(fine) & told["id"].is_not_null()
    return [
        Claim(told[span].filter(kept[span]), feed.definition.stream, body.sender)
        for body, span in zip(bodies, spans, strict=True)
    ]


def _stacked(tables: list[pl.DataFrame]) -> pl.DataFrame:
    return tables[0] if len(tables) == 1 else pl.concat(tables, how="diagonal")


def _arrays(part: pl.DataFrame, of: str) -> dict[str, Array]:
    names = {"reading": ("seq", "at", "value"), "position": ("seq", "at", "lat_e7", "lon_e7")}
    return {name: part[name].to_numpy() for name in names.get(of, ("seq", "at"))}


def _gaps(name: str, feed: Feed) -> pl.DataFrame:
    channel, first, last = feed.windows.gaps()
    return pl.DataFrame(
        {
            "stream": pl.Series([name], dtype=pl.String).new_from_index(0, channel.size),
            "device": feed.names.column.gather(channel),
            "first_seq": first,
            "last_seq": last,
            "count": last - first + 1,
        }
    )
