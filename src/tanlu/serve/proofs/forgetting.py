"""Proofs that show an erased person, or a parcel of his: found by the keeper and taken back."""

from __future__ import annotations

import base64
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tanlu.serve.access import acts
from tanlu.serve.proofs.shelf import Shelf
from tanlu.store.relational.tables import TENANTS
from tanlu.store.relational.tables import proofs as tables
from tanlu.terms.disclosed import Disclosure

if TYPE_CHECKING:
    from tanlu.store import Workspace
    from tanlu.store.relational import State

__all__ = ["Named", "forgotten"]

# who is one of these has sent, gets or pays for the parcel; who drove it has not
PARTIES = ("consignor", "consignee", "payer")
NAMES = ("subject", "shipment", "consignment", "activity_id")
# shorter than this a value stands in many a text that means nobody [bytes]
LEAST = 4


class Named(NamedTuple):
    """A proof that was taken back: of which organisation, its code, of what it was."""

    organisation: str
    code: str
    subject: str


def forgotten(
    state: State, workspace: Workspace, pseudonym: str, values: Collection[str], by: str
) -> list[Named] | None:
    """Take back the proofs of a ledger that show a person or are of a parcel of his.

    Parameters
    ----------
    values
        What was erased of him: plate, telephone number, name.
    by
        Who did it, for the record of acts.

    Returns
    -------
    list
        What was taken back; None where the ledger is of no organisation of this server.
    """
    place = Path(workspace.path).resolve()
    with state.everywhere() as everywhere:
        owners = [
            str(row["slug"]) for row in everywhere.rows(TENANTS)
            if Path(row["folder"]).resolve() == place
        ]  # fmt: skip
    if not owners:
        return None
    found, shelf, parcels = [], Shelf(state), _parcels(workspace, pseudonym)
    told = [each for each in (pseudonym, *values) if len(each.encode()) >= LEAST]
    for owner in owners:
        standing = tables.PROOFS.c.retracted_us.is_(None)
        columns = (tables.PROOFS.c.code, tables.PROOFS.c.subject)
        with state.of(owner) as scoped:
            rows = scoped.rows(tables.PROOFS, standing, columns=columns)
        for code, subject in ((row["code"], row["subject"]) for row in rows):
            his = subject in parcels or subject.partition(":")[2] in (*parcels, *values)
            if his or _shows(state, owner, code, told):
                shelf.retract(owner, code, by)
                act = acts.Act(by, "keeper", "", "proof retract", code, 200, "", "", "")
                with state.of(owner) as scoped:
                    acts.append(scoped, act)
                found.append(Named(owner, code, subject))
    return found


def _parcels(workspace: Workspace, pseudonym: str) -> set[str]:
    """Give under which names the parcels stand that somebody sent, got or paid for."""
    import polars as pl

    his = pl.any_horizontal(pl.col(name) == pseudonym for name in PARTIES)
    rows = workspace.scan("activity").filter(his).select(NAMES).collect(engine="streaming")
    return {text for name in NAMES for text in rows[name].drop_nulls()}


def _shows(state: State, owner: str, code: str, told: list[str]) -> bool:
    """Tell whether one of some texts stands in the name or in the file of a proof."""
    with state.of(owner) as scoped:
        row = scoped.one(tables.PROOFS, tables.PROOFS.c.code == code)
    if row is None or row["content"] is None:
        return False
    held = Disclosure.decode(base64.b64decode(row["content"]))
    # a record is shown as CBOR, in which a text stands as it is
    shown = b"\0".join(data for piece in held.pieces for data in piece.data)
    return any(each in row["subject"] or each.encode() in shown for each in told)
