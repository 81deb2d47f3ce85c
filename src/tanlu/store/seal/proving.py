"""Proofs of single records: some groups of one record, and the way from them to the root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.groups import GROUPS, SALT, batch_key, group_columns, group_lines, leaves
from tanlu.store.ledger.parts import read_part
from tanlu.store.seal.sealing import sealed_parts
from tanlu.terms.proof import cbor, salts, tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tanlu.store.workspace import Workspace

__all__ = ["prove", "verify_proof"]

TYPE = "tanlu/disclosure/v1"


def prove(
    workspace: Workspace, table: str, version: int, row: int, groups: Iterable[str] | None
) -> dict[str, Any]:
    """Give the disclosure of a record: ``{type, payload, columns, leaves: [{…}]}``.

    ``row`` counts from 0 over all rows that the commit wrote into the table.

    Raises
    ------
    TanluError
        TL611 when there is no such row or its part is not sealed yet.
    """
    manifest = workspace.manifest
    parts = [entry for entry in manifest.parts(table) if entry.version == version]
    at = row
    for entry in parts:
        if at < entry.rows:
            break
        at -= entry.rows
    else:
        raise TanluError("TL611", value=f"{table} {version}:{row}", why="there is no such row")
    sealed = sealed_parts(manifest).get(entry.file)
    if sealed is None:
        raise TanluError("TL611", value=entry.file, why="it is not sealed yet")
    frame = read_part(workspace.path, entry)
    key = batch_key(workspace.secret, entry.sha256)
    levels = tree.levels(leaves(table, frame, key))
    salted = salts(key, frame.height * len(GROUPS))
    columns = dict(zip(GROUPS, group_columns(table, frame.columns), strict=True))
    wanted = set(groups if groups is not None else GROUPS)
    found = []
    for position, group in enumerate(GROUPS):
        if group in wanted:
            index = at * len(GROUPS) + position
            found.append(
                {
                    "leaf": index,
                    "group": group,
                    "salt": salted[SALT * index : SALT * (index + 1)],
                    "data": group_lines(frame[at], columns[group])[0],
                    "path": tree.inclusion(levels, index),
                }
            )
    return {
        "type": TYPE,
        "payload": (workspace.path / sealed["payload"]).read_bytes(),
        "columns": {group: list(columns[group]) for group in GROUPS if group in wanted},
        "leaves": found,
    }


def verify_proof(proof: dict[str, Any]) -> bool:
    """Tell whether every leaf of a disclosure stands under the root of its payload."""
    batch = cbor.decode(proof["payload"])
    size = batch["n"] * len(batch["groups"])
    return bool(proof["leaves"]) and all(
        batch["groups"][leaf["leaf"] % len(batch["groups"])] == leaf["group"]
        and len(leaf["salt"]) == SALT
        and tree.verify_inclusion(
            leaf["leaf"], size, tree.leaf(leaf["salt"] + leaf["data"]), leaf["path"], batch["root"]
        )
        for leaf in proof["leaves"]
    )
