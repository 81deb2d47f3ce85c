"""A sealed part opened again: its batch, its tree, and the salt and bytes of each leaf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.store.groups import GROUPS, SALT, batch_key, group_columns, group_lines, leaves
from tanlu.store.ledger.parts import read_part
from tanlu.store.salting import Salts, salted_leaves
from tanlu.store.seal.sealing import sealed_parts
from tanlu.terms.disclosed import position
from tanlu.terms.proof import cbor, salts, tree

if TYPE_CHECKING:
    import polars as pl

    from tanlu.store.ledger.manifest import PartEntry
    from tanlu.store.workspace import Workspace

__all__ = ["Sealed", "open_sealed"]


class Sealed(NamedTuple):
    """A sealed part: ``payload`` is what was sealed, ``batch`` what it says."""

    payload: bytes
    batch: dict[str, Any]
    frame: pl.DataFrame
    levels: list[bytes]
    salts: Salts | bytes

    def place(self, record: int, group: int) -> int:
        """Give the place of a leaf."""
        return position(self.batch["type"], self.batch["n"], len(GROUPS), record, group)

    def salt(self, place: int) -> bytes:
        """Give the salt of a leaf.

        Raises
        ------
        TanluError
            TL855 when it is erased.
        """
        if isinstance(self.salts, bytes):
            return self.salts[SALT * place : SALT * place + SALT]
        if not self.salts.known([place]):
            raise TanluError("TL855", value=f"{self.batch['table']} {place}", why="it was erased")
        return self.salts.at(place)

    def data(self, record: int, group: int) -> bytes:
        """Give the bytes of a group of a record."""
        names = group_columns(self.batch["table"], self.frame.columns)[group]
        return group_lines(self.frame[record], names)[0]

    def node(self, level: int, place: int) -> bytes:
        """Give a node of the tree."""
        return self.levels[level][32 * place : 32 * place + 32]


def open_sealed(workspace: Workspace, entry: PartEntry) -> Sealed:
    """Give a sealed part with its tree.

    Raises
    ------
    TanluError
        TL611 when the part is not sealed yet, or has no salted leaves.
    """
    line = sealed_parts(workspace.manifest).get(entry.file)
    if line is None:
        raise TanluError("TL611", value=entry.file, why="it is not sealed yet")
    if "root" not in line:
        why = f"records of table {entry.table} are proved 64 at a time, not one by one"
        raise TanluError("TL611", value=entry.file, why=why)
    frame = read_part(workspace.path, entry)
    payload = (workspace.path / line["payload"]).read_bytes()
    held: Salts | bytes
    if "salts" in line:
        held = Salts.decode((workspace.path / line["salts"]).read_bytes(), frame.height)
        row = salted_leaves(entry.table, frame, held)
    else:
        key = batch_key(workspace.secret, entry.sha256)
        held = salts(key, frame.height * len(GROUPS))
        row = leaves(entry.table, frame, key)
    return Sealed(payload, cbor.decode(payload), frame, tree.levels(row), held)
