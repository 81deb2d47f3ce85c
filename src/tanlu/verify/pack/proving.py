"""Proofs of single entries: that what the ledger says of a subject stands in its log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms.proof import cose, policy, proofs, tree
from tanlu.verify.pack.making import batches

if TYPE_CHECKING:
    from pathlib import Path

    from tanlu.store import PartEntry, Workspace

__all__ = ["check_proof", "prove"]

HEADER = b"c2sp.org/tlog-proof@v1\n"
TABLES = ("emission", "activity")


def prove(workspace: Workspace, subject: str, path: Path) -> list[dict[str, Any]]:
    """Write a proof for each entry of the log that holds rows of a subject, and say what each is.

    Parameters
    ----------
    workspace
        A ledger with a log; what it holds must be stated there (``tanlu log checkpoint``).
    subject
        A subject (``waybill:T1``), the identity of an activity, or that of a statement.
    path
        File of the first proof (C2SP tlog-proof, with the statement as extra data); further ones
        have a number before the suffix.

    Returns
    -------
    list of dict
        ``path``, ``index``, ``type`` and ``subject`` of the statement, ``table`` and ``rows`` where
        it is a batch.

    Raises
    ------
    TanluError
        TL744 when nothing of the subject is in the log, TL6xx when there is no log.
    """
    from tanlu.store.log import log_of

    log = log_of(workspace)
    log.checkpoint()
    stated: dict[int, tuple[Any, dict[str, Any]]] = {
        each.index: (each, {}) for each in log.statements() if each.statement.subject == subject
    }
    known = batches(log)
    for part, rows in _holding(workspace, subject):
        each = known.get((part.version, part.sha256))
        if each is not None:
            stated[each.index] = (each, {"table": part.table, "rows": rows})
    if not stated:
        raise TanluError("TL744", value=subject)
    found = []
    for number, index in enumerate(sorted(stated), 1):
        each, about = stated[index]
        target = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        made = log.proof(index)
        with_statement = proofs.TlogProof(
            index, made.path, made.checkpoint, each.statement.encode()
        )
        target.write_bytes(with_statement.encode())
        told = {"type": each.statement.type, "subject": each.statement.subject}
        found.append({"path": str(target), "index": index, **told, **about})
    return found


def check_proof(
    data: bytes, policy_text: str, *, max_age_s: int | None = None, now_s: int | None = None
) -> dict[str, Any]:
    """Give what a proof with its statement shows under a policy.

    Returns
    -------
    dict
        ``origin``, ``size``, ``index``, ``cosigned`` (witness → unix s), and of the statement
        ``type``, ``subject``, ``issuer``, ``kid``; of a batch ``table``, ``rows`` and ``part``.
        Whether its key was enrolled only the log or a pack tells.

    Raises
    ------
    TanluError
        TL123 for bytes that are no proof, TL130 without a statement, TL715 when the path leads
        elsewhere, TL125 to TL128 when the policy does not accept the checkpoint.
    """
    made = proofs.TlogProof.decode(data)
    statement = cose.Statement.decode(made.extra or b"")
    head = policy.Policy.parse(policy_text).check(made.checkpoint, max_age_s=max_age_s, now_s=now_s)
    hashed = tree.leaf(statement.encode())
    if not tree.verify_inclusion(made.index, head.size, hashed, made.path, head.root):
        why = "the path does not lead to the root of the checkpoint"
        raise TanluError("TL715", value=f"entry {made.index}", why=why)
    told: dict[str, Any] = {
        "origin": head.origin, "size": head.size, "index": made.index,
        "cosigned": dict(head.cosigned), "type": statement.type, "subject": statement.subject,
        "issuer": statement.issuer, "kid": statement.kid.hex(),
    }  # fmt: skip
    if statement.type == "batch":
        content = statement.content
        told |= {"table": content["table"], "rows": content["n"], "part": content["part"].hex()}
    return told


def _holding(workspace: Workspace, subject: str) -> list[tuple[PartEntry, int]]:
    """Give the parts that hold rows of a subject or an activity, and how many."""
    import polars as pl

    named = pl.any_horizontal(pl.col("subject", "activity_id") == subject)
    found = []
    for table in TABLES:
        for part in workspace.parts(table):
            rows = workspace.scan(table, only=[part], columns=["subject", "activity_id"])
            count = rows.filter(named).select(pl.len()).collect(engine="streaming").item()
            if count:
                found.append((part, int(count)))
    return found
