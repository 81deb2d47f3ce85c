"""The signed batch as a device makes it: deterministic CBOR in COSE_Sign1 (RFC 8949, RFC 9052)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.monitor.edge.layouts import layouts
from tanlu.terms.proof import cbor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.terms.proof import keys

__all__ = ["FIRST", "MOST_SAMPLES", "digest", "sign_batch"]

FIRST = bytes(32)
MOST_BYTES = 65_536
MOST_SAMPLES = 4_096
MOST_NAME = 64
# a value must be exact as a float64, for that is what a reading holds
MOST_VALUE = 1 << 53
EDDSA, ALGORITHM, KID = -8, 1, 4
(
    SEQ, START, STEP, PREVIOUS, COLUMNS, CLOCK, BOOT, FIRMWARE, ROOT, LAYOUT,
) = range(1, 11)  # fmt: skip


def sign_batch(
    key: keys.SigningKey,
    device: str,
    layout: str,
    columns: Sequence[Sequence[int | None]],
    *,
    seq: int,
    start_ms: int,
    step_ms: int,
    previous: bytes = FIRST,
    clock_ms: int | None = 0,
    boot: int = 0,
    firmware: bytes = FIRST,
    root: bytes | None = None,
) -> bytes:
    """Give a batch of readings, signed: the bytes that a device publishes.

    Parameters
    ----------
    columns
        One list for each column of the layout, all of one length; None where nothing was measured.
    seq
        Sequence number of the first reading; the others follow it.
    start_ms, step_ms
        Time of the first reading [ms UTC] and the time from reading to reading [ms].
    previous
        SHA-256 of the whole batch before (`digest`); 32 zero bytes for the first one of all.
    clock_ms
        By how much the device's clock was ahead when it was last compared [ms]; None if never.
    root
        Root of the latest checkpoint that the device has seen: the batch was made after it.

    Raises
    ------
    TanluError
        TL370 for what the verifier would refuse: an unknown layout, columns of other number or
        length, a value beyond 2^53.
    """
    name = device.encode()
    if not 0 < len(name) <= MOST_NAME:
        raise _wrong(device, f"a device's name has 1 to {MOST_NAME} bytes")
    payload: dict[int, object] = {
        SEQ: seq, START: start_ms, STEP: step_ms, PREVIOUS: previous,
        COLUMNS: _deltas(layout, columns), CLOCK: clock_ms, BOOT: boot, FIRMWARE: firmware,
        LAYOUT: layout,
    }  # fmt: skip
    if root is not None:
        payload[ROOT] = root
    protected = cbor.encode({ALGORITHM: EDDSA, KID: name})
    body = cbor.encode(payload)
    signature = key.sign(cbor.encode(["Signature1", protected, b"", body]))
    made = b"\xd2" + cbor.encode([protected, {}, body, signature])
    if len(made) > MOST_BYTES:
        raise _wrong(len(made), f"a batch has at most {MOST_BYTES} bytes")
    return made


def digest(batch: bytes) -> bytes:
    """Give what the next batch names as the one before it: the SHA-256 of the whole batch."""
    return sha256(batch).digest()


def _deltas(layout: str, columns: Sequence[Sequence[int | None]]) -> list[list[int | None]]:
    known = layouts().get(layout)
    if known is None:
        raise _wrong(layout, "no such layout")
    if len(columns) != len(known.columns):
        raise _wrong(len(columns), f"layout {layout} has {len(known.columns)} columns")
    lengths = set(map(len, columns))
    if len(lengths) != 1 or not 0 < next(iter(lengths)) <= MOST_SAMPLES:
        raise _wrong(sorted(lengths), f"the columns have one length of 1 to {MOST_SAMPLES}")
    return [_column(column) for column in columns]


def _column(values: Sequence[int | None]) -> list[int | None]:
    before, found = 0, list[int | None]()
    for value in values:
        if value is not None and abs(value) > MOST_VALUE:
            raise _wrong(value, "a value beyond 2^53")
        found.append(None if value is None else value - before)
        before = before if value is None else value
    return found


def _wrong(value: object, why: str) -> TanluError:
    return TanluError("TL370", value=value, why=why)
