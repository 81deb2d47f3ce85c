"""Disclosing a subject: some groups of its records, proved up to a checkpoint of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.store.groups import GROUPS
from tanlu.store.ledger.parts import identity
from tanlu.store.seal.sealed import open_sealed
from tanlu.terms.disclosed import Disclosure, Piece, collected, places
from tanlu.terms.proof import checkpoint, note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tanlu.store.ledger.manifest import PartEntry
    from tanlu.store.log import Stated, WorkspaceLog
    from tanlu.store.workspace import Workspace
    from tanlu.terms.proof import proofs

__all__ = ["disclose"]

NAMED = ("subject", "shipment", "consignment", "activity_id")


def disclose(
    workspace: Workspace,
    log: WorkspaceLog,
    subject: str,
    groups: Iterable[str] = ("result",),
    *,
    table: str = "emission",
    profile: str | None = None,
) -> bytes:
    """Give the file that shows a subject's records, of each some groups, to one who has a policy.

    Parameters
    ----------
    log
        The workspace's log; a checkpoint of it has the batches of the records.
    subject
        ``type:value``, or a shipment, consignment or activity by its name.
    groups
        Any of ``result``, ``activity``, ``places``, ``parties``.
    profile
        Only emissions of this profile.

    Raises
    ------
    TanluError
        TL855 when nothing holds of the subject, a group is unknown, it is not sealed and logged
        yet, or was erased.
    """
    shown = _groups(groups)
    pieces, found_in = [], []
    # rows that are quantified anew may give the same bytes as before
    stated = {
        (each.statement.content["version"], each.statement.content["part"].hex()): each
        for each in log.statements("batch")
    }
    for entry in workspace.parts(table):
        records = _records(workspace, table, entry, subject, profile)
        if not records:
            continue
        found = stated.get((entry.version, entry.sha256))
        if found is None:
            why = "it is not in the log yet: tanlu log checkpoint"
            raise TanluError("TL855", value=subject, why=why)
        found_in.append(log.proof(found.index))
        pieces.append(_piece(workspace, entry, found, records, shown))
    if not pieces:
        raise TanluError("TL855", value=subject, why="no record holds of it")
    pieces.sort(key=lambda piece: piece.entry)
    found_in.sort(key=lambda proof: proof.index)
    kept = note.Note.parse(found_in[0].checkpoint)
    head = checkpoint.Checkpoint.parse(kept.text)
    path = tuple(_joined(head.size, found_in))
    return Disclosure(
        subject, tuple(pieces), head.origin, head.size, head.root, kept.signatures, path
    ).encode()


def _groups(names: Iterable[str]) -> tuple[int, ...]:
    wanted = list(names)
    unknown = [name for name in wanted if name not in GROUPS]
    if unknown or not wanted:
        why = f"the groups are {', '.join(GROUPS)}"
        raise TanluError("TL855", value=", ".join(unknown), why=why)
    return tuple(sorted({GROUPS.index(name) for name in wanted}))


def _records(
    workspace: Workspace, table: str, entry: PartEntry, subject: str, profile: str | None
) -> list[int]:
    """Give which records of a part are of the subject and hold."""
    import polars as pl

    key = identity(table)
    value = subject.partition(":")[2]
    rows = workspace.scan(table, raw=True, only=[entry]).with_row_index("~record")
    there = set(rows.collect_schema().names())
    of = [pl.col(name) == subject for name in NAMED if name in there]
    if value:
        kind = subject.partition(":")[0]
        of += [pl.col(kind) == value] if kind in NAMED and kind in there else []
    found = rows.filter(pl.any_horizontal(of).fill_null(value=False))
    if profile is not None and "profile" in there:
        found = found.filter(pl.col("profile") == profile)
    mine = found.select("~record", key).collect()
    if mine.is_empty():
        return []
    now = workspace.scan(table, only=[entry], columns=[key]).collect()[key]
    return mine.filter(pl.col(key).is_in(now.implode()))["~record"].to_list()


def _piece(
    workspace: Workspace,
    entry: PartEntry,
    stated: Stated,
    records: Sequence[int],
    groups: tuple[int, ...],
) -> Piece:
    sealed = open_sealed(workspace, entry)
    if stated.statement.payload != sealed.payload:
        raise TanluError("TL855", value=entry.file, why="the log says something else of it")
    leaves = [(record, group) for record in records for group in groups]
    found = [sealed.place(*leaf) for leaf in leaves]
    size = sealed.batch["n"] * len(GROUPS)
    return Piece(
        stated.statement,
        stated.index,
        tuple(records),
        groups,
        tuple(map(sealed.salt, found)),
        tuple(sealed.data(*leaf) for leaf in leaves),
        tuple(collected(size, found, sealed.node)),
    )


def _joined(size: int, singles: Sequence[proofs.TlogProof]) -> list[bytes]:
    """Give one path for all entries, from the path of each."""
    known: dict[tuple[int, int], bytes] = {}
    for proof in singles:
        known |= zip(places(size, [proof.index]), proof.path, strict=True)
    return [known[place] for place in places(size, [proof.index for proof in singles])]
