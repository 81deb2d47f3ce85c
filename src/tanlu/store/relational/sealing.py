"""Secrets that must be known again, sealed: whoever has the database alone has none of them.

Each stands under AES-256-GCM with a key of a file beside the state, bound to its organisation,
table and column, so that it opens nowhere else. Secrets that are only compared are kept as hashes
and need no key.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Table

__all__ = ["Seals", "sealed"]

MARK = "sealed"
KEY_BYTES, NONCE_BYTES, OTHERS = 32, 12, 0o077
# the newest, and the one before it for what is written while keys change
KEPT = 2

Keys = dict[str, bytes]


def sealed(table: Table) -> tuple[str, ...]:
    """Give the names of a table's columns that hold secrets."""
    return tuple(column.name for column in table.c if column.info.get(MARK))


class Seals:
    """The keys of a state, made when the first secret is kept; None for a state without a file."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._turn = threading.Lock()
        self._read: tuple[tuple[int, int], Keys] | None = None

    def close(self, table: Table, tenant: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Give a row as it is kept: its secrets sealed."""
        names = [name for name in sealed(table) if row.get(name) is not None]
        return {**row, **{name: self._close(table, tenant, name, str(row[name])) for name in names}}

    def open(self, table: Table, tenant: str, row: dict[str, Any]) -> dict[str, Any]:
        """Give a row as it was written.

        Raises
        ------
        TanluError
            TL673 for a secret whose key is not there, or that stood elsewhere.
        """
        for name in sealed(table):
            text = row.get(name)
            # what was kept before there were seals stands as it is until keys change
            if isinstance(text, str) and text.startswith(f"{MARK}:"):
                row[name] = self._open(table, tenant, name, text)
        return row

    def renew(self) -> None:
        """Make a new key; those before it still open."""
        with self._turn:
            new = {secrets.token_hex(4): secrets.token_bytes(KEY_BYTES)}
            self._write({**new, **self._keys()})

    def forget(self) -> None:
        """Let go of keys under which nothing is sealed any more."""
        with self._turn:
            self._write(dict(list(self._keys().items())[:KEPT]))

    def _close(self, table: Table, tenant: str, name: str, text: str) -> str:
        with self._turn:
            keys = self._keys()
            if not keys:
                self._write({secrets.token_hex(4): secrets.token_bytes(KEY_BYTES)})
                keys = self._keys()
        known, key = next(iter(keys.items()))
        nonce = secrets.token_bytes(NONCE_BYTES)
        closed = nonce + _cipher(key).encrypt(nonce, text.encode(), _about(table, tenant, name))
        return f"{MARK}:{known}:{base64.b64encode(closed).decode()}"

    def _open(self, table: Table, tenant: str, name: str, text: str) -> str:
        from cryptography.exceptions import InvalidTag

        _, known, held = text.split(":", 2)
        with self._turn:
            key = self._keys().get(known)
        if key is None:
            raise TanluError("TL673", value=known[:16], why="the key is not there")
        try:
            raw = base64.b64decode(held, validate=True)
            nonce, closed = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
            return str(_cipher(key).decrypt(nonce, closed, _about(table, tenant, name)).decode())
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise TanluError("TL673", value=known, why="it is not what was sealed here") from error

    def _keys(self) -> Keys:
        """Give the keys by name, the newest first; read anew when the file is another."""
        if self.path is None:
            raise TanluError("TL673", value="-", why="this state has no file of keys")
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return {}
        if os.name == "posix" and found.st_mode & OTHERS:
            raise TanluError("TL673", value=self.path.name, why="others may read it; chmod 600")
        this = found.st_ino, found.st_mtime_ns
        if self._read is None or self._read[0] != this:
            told = json.loads(self.path.read_text("utf-8"))
            keys = {each["id"]: base64.b64decode(each["key"]) for each in told["keys"]}
            self._read = this, keys
        return self._read[1]

    def _write(self, keys: Keys) -> None:
        """Write the file at once and whole; the first of several processes makes it."""
        assert self.path is not None
        told = [{"id": name, "key": base64.b64encode(key).decode()} for name, key in keys.items()]
        beside = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"keys": told}, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            if len(keys) == 1:
                self.path.hardlink_to(beside)
            else:
                beside.replace(self.path)
        except FileExistsError:
            pass  # another process was first: its key holds
        finally:
            beside.unlink(missing_ok=True)


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _about(table: Table, tenant: str, name: str) -> bytes:
    return json.dumps([tenant, table.name, name]).encode()
