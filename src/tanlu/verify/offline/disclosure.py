"""A disclosure checked with the words alone: who shows what, since when, and what is withheld."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms import schema
from tanlu.terms.disclosed import Disclosure, Piece, implied_root
from tanlu.terms.proof import policy as policies
from tanlu.terms.proof import tree

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Disclosed", "Shown", "check_disclosure"]

NAMED = ("shipment", "consignment")


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown of one part of a ledger, and holds.

    ``rows`` give the values of the shown columns as they were written, null for nothing;
    ``withheld`` names the columns that the rows have besides, by group.
    """

    table: str
    version: int
    entry: int
    issuer: str
    key: str
    issued_s: int
    rows: tuple[Mapping[str, Any], ...]
    groups: tuple[str, ...]
    withheld: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A disclosure that holds.

    ``subject`` is what the sender says; ``proved`` tells whether a shown value says it too.
    ``cosigned`` gives when each witness of the policy saw the log [unix s]: not later than then
    everything that is shown stood there.
    """

    subject: str
    proved: bool
    origin: str
    size: int
    cosigned: Mapping[str, int]
    shown: tuple[Shown, ...]

    @property
    def totals(self) -> dict[tuple[str, str, str], int]:
        """Sum of co2e_ug [ug] by profile, basis and boundary, of all shown emissions."""
        found: dict[tuple[str, str, str], int] = {}
        for part in self.shown:
            for row in part.rows:
                if part.table == "emission" and isinstance(row.get("co2e_ug"), int):
                    key = (str(row["profile"]), str(row["basis"]), str(row["boundary"]))
                    found[key] = found.get(key, 0) + row["co2e_ug"]
        return dict(sorted(found.items()))


def check_disclosure(
    data: bytes,
    policy: str,
    *,
    public: bytes | None = None,
    max_age_s: int | None = None,
    now_s: int | None = None,
) -> Disclosed:
    """Give what a disclosure shows, once everything about it holds.

    Parameters
    ----------
    data
        The file.
    policy
        Text of the receiver's own policy: which log, which witnesses.
    public
        Key of who prepares the numbers, 32 bytes, if the receiver knows it: then the statements'
        signatures are checked too. Without it the log stands for them.
    max_age_s, now_s
        As for a policy: how old cosignatures may be, and the time.

    Raises
    ------
    TanluError
        TL850 for bytes that are no disclosure, TL851 for a leaf of no record or group, TL852 when
        what is shown is not what was sealed, TL853 when a statement is not in the log, TL854 when
        another key signed it, TL121 to TL128 when the policy does not accept the log.
    """
    trust = policies.Policy.parse(policy)
    held = Disclosure.decode(data)
    for piece in held.pieces:
        batch = piece.statement.content
        size, leaves = piece.leaves()
        if implied_root(size, leaves, piece.path) != batch["root"]:
            raise TanluError("TL852", value=_named(piece))
        if public is not None and not piece.statement.verify(public):
            raise TanluError("TL854", value=_named(piece))
    entries = {piece.entry: tree.leaf(piece.statement.encode()) for piece in held.pieces}
    if implied_root(held.size, entries, held.path) != held.root:
        raise TanluError("TL853", value=", ".join(map(_named, held.pieces)))
    trusted = trust.check(held.note, max_age_s=max_age_s, now_s=now_s)
    shown = tuple(map(_shown, held.pieces))
    return Disclosed(
        held.subject,
        _says(held.subject, shown),
        trusted.origin,
        trusted.size,
        dict(trusted.cosigned),
        shown,
    )


def _named(piece: Piece) -> str:
    batch = piece.statement.content
    return f"{batch['table']} {batch['version']}"


def _shown(piece: Piece) -> Shown:
    said = piece.statement
    batch = said.content
    columns = dict(enumerate(zip(batch["groups"], batch["columns"], strict=True)))
    width = len(piece.groups)
    rows = []
    for place in range(len(piece.records)):
        row: dict[str, Any] = {}
        for group, data in zip(piece.groups, piece.data[place * width :], strict=False):
            row |= _values(batch["table"], columns[group][1], data)
        rows.append(row)
    return Shown(
        batch["table"], batch["version"], piece.entry, said.issuer, said.kid.hex(), said.issued_s,
        tuple(rows),
        tuple(columns[group][0] for group in piece.groups),
        {name: tuple(of) for at, (name, of) in columns.items() if at not in piece.groups},
    )  # fmt: skip


def _values(table: str, names: list[str], data: bytes) -> dict[str, Any]:
    """Give the values of a group's line; whole numbers of known columns as such."""
    whole = _whole(table)
    try:
        cells = next(csv.reader([data.decode()], strict=True), []) if names else []
        return {
            name: None if cell == "" else int(cell) if name in whole else cell
            for name, cell in zip(names, cells, strict=True)
        }
    except (csv.Error, ValueError) as error:
        raise TanluError("TL852", value=f"{table}: {', '.join(names)}"[:80]) from error


def _whole(table: str) -> frozenset[str]:
    try:
        return frozenset(each.name for each in schema(table).columns if each.type == "int64")
    except TanluError:
        return frozenset()  # a table of a newer version: its numbers stay as they are written


def _says(subject: str, shown: tuple[Shown, ...]) -> bool:
    """Tell whether every row itself says that it is of the subject."""
    kind, _, value = subject.partition(":")
    names = [kind] if kind in NAMED and value else NAMED if not value else []
    return all(
        row.get("subject") == subject or (value or subject) in [row.get(name) for name in names]
        for part in shown
        for row in part.rows
    )
