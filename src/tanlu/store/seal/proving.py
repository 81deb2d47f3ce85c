"""Proofs of single records: some groups of one record, and the way from them to the root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.groups import GROUPS, SALT, group_columns
from tanlu.store.seal.sealed import open_sealed
from tanlu.terms.disclosed import standing
from tanlu.terms.proof import cbor, tree

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
        TL611 when there is no such row or its part is not sealed yet, TL855 when what is asked for
        was erased.
    """
    parts = [entry for entry in workspace.manifest.parts(table) if entry.version == version]
    at = row
    for entry in parts:
        if at < entry.rows:
            break
        at -= entry.rows
    else:
        raise TanluError("TL611", value=f"{table} {version}:{row}", why="there is no such row")
    sealed = open_sealed(workspace, entry)
    columns = dict(zip(GROUPS, group_columns(table, sealed.frame.columns), strict=True))
    wanted = set(groups if groups is not None else GROUPS)
    found = []
    for position, group in enumerate(GROUPS):
        if group in wanted:
            index = sealed.place(at, position)
            found.append(
                {
                    "leaf": index,
                    "group": group,
                    "salt": sealed.salt(index),
                    "data": sealed.data(at, position),
                    "path": tree.inclusion(sealed.levels, index),
                }
            )
    return {
        "type": TYPE,
        "payload": sealed.payload,
        "columns": {group: list(columns[group]) for group in GROUPS if group in wanted},
        "leaves": found,
    }


def verify_proof(proof: dict[str, Any]) -> bool:
    """Tell whether every leaf of a disclosure stands under the root of its payload."""
    batch = cbor.decode(proof["payload"])
    return bool(proof["leaves"]) and all(_holds(batch, leaf) for leaf in proof["leaves"])


def _holds(batch: dict[str, Any], leaf: dict[str, Any]) -> bool:
    groups = batch["groups"]
    try:
        _, group = standing(batch["type"], batch["n"], len(groups), leaf["leaf"])
    except TanluError:
        return False
    hashed = tree.leaf(leaf["salt"] + leaf["data"])
    return (
        groups[group] == leaf["group"]
        and len(leaf["salt"]) == SALT
        and tree.verify_inclusion(
            leaf["leaf"], batch["n"] * len(groups), hashed, leaf["path"], batch["root"]
        )
    )
