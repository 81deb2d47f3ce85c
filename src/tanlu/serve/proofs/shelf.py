"""The rows of published proofs: made, found by their code, listed, taken back."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store import disclose
from tanlu.store.log import has_log, log_of
from tanlu.store.relational.tables import proofs as tables
from tanlu.terms.disclosed import Disclosure

if TYPE_CHECKING:
    from tanlu.store import Workspace
    from tanlu.store.relational import State

__all__ = ["Proof", "Shelf"]

# 128 bits: whoever has the code was given it
CODE_BYTES = 16
PROFILE = "iso14083"
ALL = ("result", "activity", "places", "parties")
MOST = 200


@dataclass(frozen=True, slots=True)
class Proof:
    """A published proof: the file as it was shown, and the words by which its log is known."""

    code: str
    subject: str
    groups: tuple[str, ...]
    content: bytes
    sha256: str
    policy: str
    keys: dict[str, bytes]
    created_us: int


class Shelf:
    """All published proofs of a server, in its relational state."""

    def __init__(self, state: State) -> None:
        self.state = state

    def publish(
        self, tenant: str, workspace: Workspace, subject: str, groups: Sequence[str], by: str
    ) -> str:
        """Publish what some groups of a subject's emissions say; give the code of the proof.

        Raises
        ------
        TanluError
            TL615 where the ledger has no log, TL855 when there is nothing to show, TL602 when
            another process writes the ledger.
        """
        if not has_log(workspace):
            raise TanluError("TL615", value=tenant)
        log = log_of(workspace)
        content = _shown(workspace, log, subject, groups)
        held = Disclosure.decode(content)
        known = log.registry.keys
        keys = {
            piece.statement.kid.hex(): known[piece.statement.kid].public for piece in held.pieces
        }
        code = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().rstrip("=").lower()
        row = {
            "code": code, "subject": held.subject, "groups": " ".join(groups),
            "content": base64.b64encode(content).decode(),
            "sha256": hashlib.sha256(content).hexdigest(), "policy": log.policy_text,
            "keys": json.dumps({kid: public.hex() for kid, public in keys.items()}),
            "by": by, "version": workspace.version, "created_us": _now_us(),
        }  # fmt: skip
        with self.state.of(tenant) as scoped:
            scoped.add(tables.PROOFS, row)
        return code

    def retract(self, tenant: str, code: str, by: str) -> None:
        """Take a proof back: its file is dropped; TL931 where the organisation has none of it."""
        with self.state.of(tenant) as scoped:
            values = {"content": None, "retracted_us": _now_us(), "retracted_by": by}
            standing = tables.PROOFS.c.retracted_us.is_(None)
            if not scoped.change(tables.PROOFS, values, tables.PROOFS.c.code == code, standing):
                raise TanluError("TL931", value=code[:80])

    def listed(self, tenant: str, limit: int = MOST) -> list[dict[str, Any]]:
        """Give the proofs of an organisation, the newest first, without their files."""
        shown = [column for column in tables.PROOFS.c if column.name not in ("content", "keys")]
        with self.state.of(tenant) as scoped:
            order = (tables.PROOFS.c.created_us.desc(),)
            return scoped.rows(tables.PROOFS, columns=shown, order=order, limit=limit)

    def of(self, tenant: str, subject: str) -> str | None:
        """Give the code of the newest proof of a subject that stands; None where there is none."""
        named, standing = tables.PROOFS.c.subject == subject, tables.PROOFS.c.retracted_us.is_(None)
        with self.state.of(tenant) as scoped:
            order = (tables.PROOFS.c.created_us.desc(),)
            found = scoped.rows(
                tables.PROOFS, named, standing,
                columns=(tables.PROOFS.c.code,), order=order, limit=1,
            )  # fmt: skip
        return found[0]["code"] if found else None

    def found(self, code: str) -> Proof:
        """Give a proof by its code, whoever asks.

        Raises
        ------
        TanluError
            TL931 where there is none, TL933 when it was taken back.
        """
        with self.state.everywhere() as state:
            row = state.one(tables.PROOFS, tables.PROOFS.c.code == code)
        if row is None:
            raise TanluError("TL931", value=code[:80])
        if row["content"] is None:
            raise TanluError("TL933")
        return Proof(
            row["code"], row["subject"], tuple(row["groups"].split()),
            base64.b64decode(row["content"]), row["sha256"], row["policy"],
            {kid: bytes.fromhex(public) for kid, public in json.loads(row["keys"]).items()},
            row["created_us"],
        )  # fmt: skip


def _shown(workspace: Workspace, log: Any, subject: str, groups: Sequence[str]) -> bytes:
    """Give the file, once the log has what it shows."""
    try:
        return disclose(workspace, log, subject, groups, profile=PROFILE)
    except TanluError as error:
        # unknown, erased or a group that there is not: the log cannot help
        if error.code not in ("TL855", "TL618") or set(groups) - set(ALL):
            raise
    for _ in log.catch_up():
        pass
    log.checkpoint()
    return disclose(workspace, log, subject, groups, profile=PROFILE)


def _now_us() -> int:
    return time.time_ns() // 1000
