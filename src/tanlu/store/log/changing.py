"""The preparer's key replaced by a fresh one: stated first, then put in its place.

The fresh seed is on the disk before the log tells of it, and takes its place after; whoever dies in
between leaves `preparer.next`, and the next one who asks for the key finishes what was begun. The
old seed is erased: its signatures stay verifiable by what the log tells, and nobody can steal it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.store.ledger.files import owned_folder, publish, replace, sync_folder, writing
from tanlu.terms.proof import keys, registry

if TYPE_CHECKING:
    from pathlib import Path

    from tanlu.store.log.stating import Stated, WorkspaceLog

__all__ = ["NEXT", "rotate", "settle"]

PREPARER, NEXT = "preparer", "preparer.next"


def rotate(log: WorkspaceLog, *, overlap: int = 0, reason: str | None = None) -> Stated:
    """Replace the preparer's key of a workspace and give the statement that tells it.

    Parameters
    ----------
    log
        What ``log_of`` gives.
    overlap
        Entries after that statement at which the old key still holds, for machines that have it.
    reason
        Why, for those who read the log.

    Raises
    ------
    TanluError
        TL119 when the key is gone, TL134 when it may not be replaced, TL614 when the disk refuses.
    """
    folder = owned_folder(log.workspace.path / "keys")
    with log.workspace.writer(), writing(folder):
        old = log.preparer
        new = _fresh(folder, log.registry)
        held = log.registry.key(keys.kid(old.public), log.size)
        content = {
            "step": "rotate", "replaces": keys.kid(old.public), "role": PREPARER, "name": held.name,
            "public": new.public, "kid": keys.kid(new.public),
            "until": log.size + 1 + max(0, overlap),
            "possession": registry.possession(new, PREPARER, held.name),
        }  # fmt: skip
        content |= {"reason": reason} if reason else {}
        stated = log.state("key", keys.kid(new.public).hex(), content, old)
        settle(folder, log.registry)
    return stated


def settle(folder: Path, told: registry.Registry) -> None:
    """Put the fresh key in its place if the log tells it; without a fresh one nothing is done."""
    following = folder / NEXT
    if not following.exists():
        return
    key = keys.SigningKey(following.read_bytes())
    found = told.keys.get(keys.kid(key.public))
    if found is not None and found.role == PREPARER:
        publish(following, folder / PREPARER, private=True)
        sync_folder(folder)


def _fresh(folder: Path, told: registry.Registry) -> keys.SigningKey:
    """Give a key that the log does not know; one that a dead writer left is used."""
    following = folder / NEXT
    if following.exists():
        left = keys.SigningKey(following.read_bytes())
        if keys.kid(left.public) not in told.keys:
            return left
    key = keys.SigningKey.new()
    replace(following, key.seed, private=True)
    return key
