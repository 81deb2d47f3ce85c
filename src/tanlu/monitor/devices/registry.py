"""Whose readings are taken: the devices and streams of a ledger as they hold now.

An empty registry is open, its first entry closes it: who tries Tanlu sends at once, who runs it
knows every sender. Revoking the last device does not open it again.
"""

from __future__ import annotations

import time
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.monitor.devices.definitions import StreamDef, named, shipped

if TYPE_CHECKING:
    from collections.abc import Collection

    from tanlu.store import Workspace

__all__ = ["Registry", "Sender", "now_us", "scope_of"]

ENROLLED = "enrolled"
TABLES = ("device", "stream", "retraction")


def now_us() -> int:
    """Give the time of this machine [us UTC]."""
    return time.time_ns() // 1000


class Sender(NamedTuple):
    """Who sends with a token: a device, and the devices for which it may send."""

    device: str
    scope: tuple[str, ...] = ()

    def may(self, device: str) -> bool:
        """Tell whether it may send for a device: itself, one of its scope, or one under a ``*``."""
        return device == self.device or any(
            device.startswith(each[:-1]) if each.endswith("*") else device == each
            for each in self.scope
        )

    @property
    def keeper(self) -> bool:
        """Whether it is the ledger's keeper at the machine itself, who has no token."""
        return not self.device

    def covers(self, devices: pl.Series) -> pl.Series:
        """Give for each device whether this sender may send for it; false where there is none."""
        there = _distinct(devices)
        return _among(devices, {each for each in there if self.may(each)}, len(there))


class _Held(NamedTuple):
    """What was read of a ledger at one time; replaced whole, so that threads see one or other."""

    parts: tuple[int, ...]
    until: int | None
    devices: pl.DataFrame
    streams: pl.DataFrame
    closed: bool
    streams_closed: bool
    enrolled: frozenset[str]
    tokens: dict[str, Sender]
    keys: dict[str, bytes]
    definitions: dict[str, StreamDef]


class Registry:
    """The devices and streams of a workspace, as of the last ``refresh``."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._version = -1
        self._held = _Held((-1,), None, *_nothing(), False, False, frozenset(), {}, {}, {})
        self.refresh()

    @classmethod
    def of(cls, workspace: Workspace) -> Registry:
        """Give the registry of a workspace as it holds now."""
        return cls(workspace)

    def refresh(self) -> bool:
        """Read what changed since, and tell whether anything did.

        Costs one look at the manifest while no device and no stream was written and no line that
        was told in advance has begun to hold.
        """
        version, held = self.workspace.version, self._held
        due = held.until is not None and held.until <= now_us()
        if version == self._version and not due:
            return False
        parts = tuple(len(self.workspace.parts(table)) for table in TABLES)
        changed = due or parts != held.parts
        if changed:
            self._held = _read(self.workspace, parts)
        self._version = version
        return changed

    @property
    def devices(self) -> pl.DataFrame:
        """The line of each device that holds now, schema ``device``, revoked ones among them."""
        return self._held.devices

    @property
    def streams(self) -> pl.DataFrame:
        """The definition of each stream that holds now, schema ``stream``, shipped ones too."""
        return self._held.streams

    @property
    def closed(self) -> bool:
        """Whether only enrolled devices may send: true from the first entry on, for ever."""
        return self._held.closed

    @property
    def streams_closed(self) -> bool:
        """Whether only streams that are defined are taken."""
        return self._held.streams_closed

    def stream(self, name: str) -> StreamDef | None:
        """Give the definition of a stream, or None when there is none and none is made up.

        While the ledger defines no stream, any name gets a bare gauge without unit and bounds.
        """
        held = self._held
        found = held.definitions.get(name)
        if found is None and not held.streams_closed and named(name):
            return StreamDef(name, 0, "gauge")
        return found

    def sender(self, token: str) -> Sender | None:
        """Give who sends with a token, or None when no enrolled device has it.

        Only the SHA-256 of tokens is kept, and it is looked up as a whole: how long that takes
        tells nothing of another's token.
        """
        return self._held.tokens.get(token_hash(token))

    def enrolled(self, devices: pl.Series) -> pl.Series:
        """Give for each device whether it is enrolled now; false where there is none."""
        known = self._held.enrolled
        there = _distinct(devices)
        return _among(devices, known.intersection(there), len(there))

    def signing(self, devices: pl.Series) -> pl.Series:
        """Give for each device whether it has a key; false where there is none."""
        keys = self._held.keys
        if not keys:
            return pl.Series(devices.name, [False], pl.Boolean).new_from_index(0, len(devices))
        there = _distinct(devices)
        return _among(devices, keys.keys() & set(there), len(there))

    def key(self, device: str) -> bytes | None:
        """Give the public key of an enrolled device (Ed25519, 32 bytes), None without one."""
        return self._held.keys.get(device)


def scope_of(text: str | None) -> tuple[str, ...]:
    """Give the patterns of a scope, which stand apart by blanks or semicolons."""
    return tuple((text or "").replace(";", " ").split())


def token_hash(token: str) -> str:
    """Give the hash by which a token is known, hexadecimal."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _distinct(devices: pl.Series) -> list[str]:
    return [each for each in devices.unique().cast(pl.String).to_list() if each is not None]


def _among(devices: pl.Series, known: Collection[str], count: int) -> pl.Series:
    """Give for each row whether its device is known; ``count`` devices are there."""
    if len(known) == count and not devices.null_count():
        return pl.Series(devices.name, [True], pl.Boolean).new_from_index(0, len(devices))
    wanted = pl.Series(sorted(known), dtype=pl.String).cast(devices.dtype)
    return devices.is_in(wanted.implode()).fill_null(value=False)


def _nothing() -> tuple[pl.DataFrame, pl.DataFrame]:
    from tanlu.terms import schema

    return schema("device").empty(), schema("stream").empty()


def _read(workspace: Workspace, parts: tuple[int, ...]) -> _Held:
    now = now_us()
    told = workspace.scan("device").collect()
    defined = workspace.scan("stream").collect()
    later = pl.concat([told["since"], defined["since"]])
    later = later.filter(later > now)
    devices = lines_at(told, "device", now)
    streams = pl.concat([shipped(), lines_at(defined, "stream", now)])
    streams = streams.unique("stream", keep="last", maintain_order=True).sort("stream")
    active = devices.filter(pl.col("state") == ENROLLED)
    return _Held(
        parts=parts,
        until=None if later.is_empty() else int(later.min()),  # type: ignore[arg-type]
        devices=devices,
        streams=streams,
        closed=told.height > 0,
        streams_closed=defined.height > 0,
        enrolled=frozenset(active["device"].to_list()),
        tokens=_tokens(active),
        keys=_keys(active),
        definitions={row["stream"]: StreamDef(**row) for row in streams.iter_rows(named=True)},
    )


def lines_at(told: pl.DataFrame, name: str, at: int) -> pl.DataFrame:
    """Give of each name the line that holds at a time [us UTC]: the latest, then last written."""
    return (
        told.filter(pl.col("since") <= at)
        .sort("since", maintain_order=True)
        .unique(name, keep="last", maintain_order=True)
        .sort(name)
    )


def _tokens(active: pl.DataFrame) -> dict[str, Sender]:
    rows = active.filter(pl.col("token_sha256").is_not_null()).select(
        "token_sha256", "device", "scope"
    )
    return {told: Sender(device, scope_of(scope)) for told, device, scope in rows.iter_rows()}


def _keys(active: pl.DataFrame) -> dict[str, bytes]:
    rows = active.filter(pl.col("key").is_not_null()).select("device", "key")
    return {device: bytes.fromhex(key) for device, key in rows.iter_rows()}
