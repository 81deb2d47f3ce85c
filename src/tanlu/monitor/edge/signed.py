"""Signed batches into columns: verified one by one, decoded many at once."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
import polars as pl

from tanlu.monitor.edge import kernel
from tanlu.monitor.edge.chains import Chains, Link
from tanlu.monitor.edge.layouts import Layout, layouts
from tanlu.monitor.edge.signing import MOST_BYTES
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = ["Frame", "Keys", "Refused", "SignedBatches", "Taken"]

FIELD = {name: place for place, name in enumerate(kernel.FIELDS)}
AHEAD_US = 300 * 1_000_000
BEHIND_US = 31 * 86_400 * 1_000_000
# a clock that was off by more when it was last compared is not trusted
TRUSTED_MS = 1_000
CLOCK_NOT_TRUSTED = 2
MOST_KEYS = 200_000
POSITION = "position"


class Frame(NamedTuple):
    """What came in: the bytes, when [us UTC], and the device that the topic names, if any."""

    data: bytes
    received_us: int
    device: str | None = None


class Refused(NamedTuple):
    """A frame that was not accepted: it becomes one quarantined row."""

    raw: bytes
    code: str
    why: str
    device: str
    received_us: int


class Taken(NamedTuple):
    """What frames gave: tables of the schemas of these names, and the frames refused.

    ``evidence`` has the bytes of each verified batch, once: what an auditor verifies again. They
    are kept with the first new row of the batch.
    """

    reading: pl.DataFrame
    position: pl.DataFrame
    evidence: pl.DataFrame
    refused: list[Refused]


class Keys(Protocol):
    """The part of the registry that is asked."""

    @property
    def closed(self) -> bool:
        """Whether any device is enrolled; until then all may send."""
        ...

    def key(self, device: str) -> bytes | None:
        """Give a device's public key; None when it has none or was revoked."""
        ...


class _Good(NamedTuple):
    batch: int
    device: str
    layout: str
    evidence: str | None


class _Wrong(Exception):
    def __init__(self, code: str, why: str, device: str = "") -> None:
        super().__init__(code, why, device)
        self.code, self.why, self.device = code, why, device


class SignedBatches:
    """The verifier: keys from the registry, chains in memory.

    Parameters
    ----------
    keys
        The registry of devices. While it is open (no device enrolled) a batch without a known key
        is taken without evidence: nothing was verified.
    ahead_us, behind_us
        How far the readings may lie after and before the server's time [us].
    """

    def __init__(self, keys: Keys, *, ahead_us: int = AHEAD_US, behind_us: int = BEHIND_US) -> None:
        self._keys = keys
        self._ahead_us, self._behind_us = ahead_us, behind_us
        self._held: dict[bytes, Callable[[bytes, bytes], None]] = {}
        self.chains = Chains()
        self.batches = 0
        self.unverified = 0
        # compiled now, not while the first device waits
        self.take(())

    def take(self, frames: Sequence[Frame]) -> Taken:
        """Give the rows of frames; nothing raises, what is wrong is refused with its code.

        TL370 form, TL371 device, key or signature, TL372 chain, TL373 clock.
        """
        small = [frame if len(frame.data) <= MOST_BYTES else None for frame in frames]
        joined = b"".join(frame.data for frame in small if frame)
        data = np.frombuffer(joined, np.uint8)
        ends = np.cumsum([len(frame.data) if frame else 0 for frame in small], dtype=np.int64)
        fields = np.zeros((len(frames), len(kernel.FIELDS)), np.int64)
        wrong = np.zeros(len(frames), np.int64)
        values = np.empty(len(data), np.int64)
        kernel.decode(data, ends, fields, wrong, values)
        good: list[_Good] = []
        refused: list[Refused] = []
        reasons, rows = wrong.tolist(), fields.tolist()
        for place, frame in enumerate(frames):
            why = kernel.WHY[reasons[place]]
            if small[place] is None:
                why = f"a batch has at most {MOST_BYTES} bytes"
            if why:
                refused.append(_refused(frame, _Wrong("TL370", why)))
                continue
            try:
                good.append(self._judged(place, frame, rows[place], joined))
            except _Wrong as error:
                refused.append(_refused(frame, error))
        self.batches += len(good)
        reading, position = _tables(good, fields, values, frames)
        return Taken(reading, position, _evidence(good, fields, frames), refused)

    def _judged(self, place: int, frame: Frame, row: list[int], joined: bytes) -> _Good:
        device = _text(joined, row[FIELD["kid_at"]], row[FIELD["kid_bytes"]])
        name = _text(joined, row[FIELD["layout_at"]], row[FIELD["layout_bytes"]])
        layout = layouts().get(name)
        if layout is None or len(layout.columns) != row[FIELD["columns"]]:
            raise _Wrong("TL370", f"layout {name} is not known with so many columns", device)
        if frame.device not in (None, device):
            raise _Wrong("TL371", f"the topic names {frame.device}", device)
        verified = self._verified(device, row, joined)
        self._in_time(device, row, frame.received_us)
        if not verified:
            self.unverified += 1
            return _Good(place, device, name, None)
        digest = sha256(frame.data)
        seq, at = row[FIELD["seq"]], row[FIELD["previous_at"]]
        link = Link(
            seq, seq + row[FIELD["samples"]], digest.digest(), joined[at : at + 32],
            row[FIELD["boot"]],
        )  # fmt: skip
        why = self.chains.judge(device, link)
        if why:
            raise _Wrong("TL372", why, device)
        return _Good(place, device, name, digest.hexdigest())

    def _verified(self, device: str, row: list[int], joined: bytes) -> bool:
        from cryptography.exceptions import InvalidSignature

        public = self._keys.key(device)
        if public is None:
            if self._keys.closed:
                raise _Wrong("TL371", "no key is enrolled, or it was revoked", device)
            return False
        verify = self._held.get(public) or self._hold(public, device)
        protected = joined[row[FIELD["protected_at"]] : row[FIELD["protected_end"]]]
        payload = joined[row[FIELD["payload_at"]] : row[FIELD["payload_end"]]]
        at = row[FIELD["signature_at"]]
        try:
            # ["Signature1", protected, h'', payload] (RFC 9052 section 4.4)
            verify(joined[at : at + 64], b"\x84\x6aSignature1" + protected + b"\x40" + payload)
        except InvalidSignature as error:
            raise _Wrong("TL371", "the signature does not hold", device) from error
        return True

    def _hold(self, public: bytes, device: str) -> Callable[[bytes, bytes], None]:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        if len(self._held) >= MOST_KEYS:
            self._held.clear()
        try:
            verify = Ed25519PublicKey.from_public_bytes(public).verify
        except ValueError as error:
            raise _Wrong("TL371", "the enrolled key is no Ed25519 key", device) from error
        self._held[public] = verify
        return verify

    def _in_time(self, device: str, row: list[int], received_us: int) -> None:
        start_ms = row[FIELD["start"]]
        end_ms = start_ms + (row[FIELD["samples"]] - 1) * row[FIELD["step"]]
        if end_ms * 1_000 > received_us + self._ahead_us:
            ahead_s = (end_ms * 1_000 - received_us) // 1_000_000
            raise _Wrong("TL373", f"its clock is {ahead_s} s ahead of ours", device)
        if start_ms * 1_000 < received_us - self._behind_us:
            behind_s = (received_us - start_ms * 1_000) // 1_000_000
            raise _Wrong("TL373", f"its readings are {behind_s} s old", device)


def _text(joined: bytes, at: int, count: int) -> str:
    try:
        text = joined[at : at + count].decode()
    except UnicodeDecodeError as error:
        raise _Wrong("TL370", "a name is no UTF-8") from error
    if not text.isprintable():
        raise _Wrong("TL370", "a name with control characters")
    return text


def _refused(frame: Frame, error: _Wrong) -> Refused:
    device = error.device or frame.device or ""
    return Refused(frame.data, error.code, error.why, device, frame.received_us)


def _tables(
    good: list[_Good], fields: NDArray[np.int64], values: NDArray[np.int64],
    frames: Sequence[Frame],
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """Give readings and positions, layout by layout."""
    parts: dict[str, list[pl.DataFrame]] = {"reading": [], POSITION: []}
    for name in dict.fromkeys(one.layout for one in good):
        mine = [one for one in good if one.layout == name]
        for table, rows in _of_layout(layouts()[name], mine, fields, values, frames):
            parts[table].append(rows)
    made = {
        table: pl.concat(found) if found else schema(table).empty()
        for table, found in parts.items()
    }
    return made["reading"], made[POSITION]


def _of_layout(
    layout: Layout, good: list[_Good], fields: NDArray[np.int64], values: NDArray[np.int64],
    frames: Sequence[Frame],
) -> list[tuple[str, pl.DataFrame]]:  # fmt: skip
    batches = np.fromiter((one.batch for one in good), np.int64, len(good))
    mine = fields[batches]
    samples = mine[:, FIELD["samples"]]
    batch = np.repeat(np.arange(len(good)), samples)
    begin = np.cumsum(samples) - samples
    within = np.arange(len(batch)) - begin[batch]
    places = mine[batch, FIELD["values_at"]] + within
    at_us = (mine[batch, FIELD["start"]] + within * mine[batch, FIELD["step"]]) * 1_000
    clock = mine[:, FIELD["clock"]]
    # the least number has no opposite: null is told apart first
    doubted = (clock == kernel.NULL) | (clock > TRUSTED_MS) | (clock < -TRUSTED_MS)
    received = np.fromiter((frames[one.batch].received_us for one in good), np.int64, len(good))
    same: dict[str, Any] = {
        "device": pl.Series([one.device for one in good], dtype=pl.String).gather(batch),
        "seq": mine[batch, FIELD["seq"]] + within,
        "at": at_us,
        "quality": np.where(doubted, CLOCK_NOT_TRUSTED, 0)[batch],
        "received": received[batch],
        "evidence": pl.Series([one.evidence for one in good], dtype=pl.String).gather(batch),
    }
    per_column = samples[batch]
    found = []
    for number, column in layout.readings:
        raw = _column(values, places + number * per_column)
        value = (raw * column.times).cast(pl.Float64) / column.over
        rows = pl.DataFrame({**same, "value": value}).with_columns(stream=pl.lit(column.stream))
        found.append(("reading", schema("reading").fit(rows)))
    if layout.positions:
        moved = {
            column.target: _column(values, places + number * per_column) * column.times
            for number, column in layout.positions
        }
        rows = pl.DataFrame({**same, **moved}).with_columns(
            stream=pl.lit(POSITION), source=pl.lit("gnss")
        )
        # where there was no fix there is no position
        fixed = rows.filter(pl.col("lat_e7").is_not_null() & pl.col("lon_e7").is_not_null())
        found.append((POSITION, schema(POSITION).fit(fixed)))
    return found


def _column(values: NDArray[np.int64], places: NDArray[np.int64]) -> pl.Series:
    taken = values[places]
    absent = taken == kernel.NULL
    made = pl.Series(taken)
    return made.scatter(np.flatnonzero(absent), None) if absent.any() else made


def _evidence(
    good: list[_Good], fields: NDArray[np.int64], frames: Sequence[Frame]
) -> pl.DataFrame:
    # the same batch twice is kept once
    kept = list({one.evidence: one for one in good if one.evidence}.values())
    if not kept:
        return schema("evidence").empty()
    mine = fields[np.fromiter((one.batch for one in kept), np.int64, len(kept))]
    told = {
        "evidence": [one.evidence for one in kept],
        "device": [one.device for one in kept],
        "seq": mine[:, FIELD["seq"]],
        "count": mine[:, FIELD["samples"]],
        "layout": [one.layout for one in kept],
        "at": mine[:, FIELD["start"]] * 1_000,
        "received": [frames[one.batch].received_us for one in kept],
        "batch": [base64.b64encode(frames[one.batch].data).decode() for one in kept],
    }
    return schema("evidence").fit(pl.DataFrame(told))
