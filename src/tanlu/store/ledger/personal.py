"""Personal data: apart from the activities, each part with its own key, and erasable.

The manifest commits to a personal part only through that key (a keyed hash of the file, a salted
tree of its records). When part and key are gone, nothing that remains tells a value or confirms
a guess, while the root still shows that something was there.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from tanlu.store.groups import salted_root
from tanlu.store.ledger.digest import schema_hash
from tanlu.store.ledger.files import owned_folder, place, remove, replace, sync_folder
from tanlu.store.ledger.manifest import PartEntry
from tanlu.store.ledger.parts import write_file
from tanlu.terms import schema

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

__all__ = ["drop", "key_of", "keyed_digest", "pseudonyms", "write_personal"]

KEY_BYTES = 32
PSEUDONYM_BYTES = 16


def write_personal(folder: Path, frame: pl.DataFrame, version: int) -> PartEntry:
    """Write the personal values of a commit and their key."""
    fitted = schema("personal").check(frame)
    name = f"personal/{version:08d}.parquet"
    key = secrets.token_bytes(KEY_BYTES)
    owned_folder(folder / "personal")
    replace(_key_path(folder, name), key, private=True)
    with place(folder / name, private=True) as draft:
        write_file(fitted, draft)
        size, keyed = draft.stat().st_size, keyed_digest(draft, key)
    sync_folder(folder / "personal")
    return PartEntry(
        version=version,
        table="personal",
        file=name,
        rows=fitted.height,
        bytes=size,
        sha256=keyed,
        root=salted_root("personal", fitted, key).hex(),
        schema=schema_hash("personal"),
        personal=True,
    )


def keyed_digest(path: Path, key: bytes) -> str:
    """Give HMAC-SHA-256 of a file under a part's own key."""
    with path.open("rb") as file:
        return hmac.new(key, file.read(), sha256).hexdigest()


def key_of(folder: Path, name: str) -> bytes | None:
    """Give the key of a personal part, or None once it is erased."""
    path = _key_path(folder, name)
    return path.read_bytes() if path.exists() else None


def drop(folder: Path, name: str) -> None:
    """Erase a personal part, first its key, then its values; or an original, which has no key."""
    if (key := _key_path(folder, name)).exists():
        remove(key)
    remove(folder / name)


def pseudonyms(values: pl.Series, secret: bytes) -> pl.Series:
    """Give a keyed pseudonym for each text: the same text has the same one in this workspace."""
    import polars as pl

    distinct = values.drop_nulls().unique()
    keyed = [
        "p:"
        + hmac.new(secret, b"pseudonym" + text.encode(), sha256).digest()[:PSEUDONYM_BYTES].hex()
        for text in distinct
    ]
    return values.replace_strict(distinct, pl.Series(keyed, dtype=pl.String), default=None)


def _key_path(folder: Path, name: str) -> Path:
    return folder / "keys" / (name.replace("/", "-") + ".key")
