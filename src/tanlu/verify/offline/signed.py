"""Statements of a pack: signatures and keys at their place in the log, proofs and the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms.proof import cose, policy, proofs, registry, tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tanlu.verify.offline.archive import Archive
    from tanlu.verify.offline.report import Book

__all__ = ["Signed", "admitted", "proved", "read"]

MOST_STATEMENT, MOST_PROOF = 16_384, 65_536
# versions of what a statement says; of others there is one
VERSIONS = {"batch": ("v1", "v2", "v3")}
# what the formats and the registry refuse, as this room says it
SAID = {
    "TL113": "TL712", "TL121": "TL712", "TL122": "TL712", "TL123": "TL712", "TL130": "TL712",
    "TL131": "TL707", "TL132": "TL714", "TL133": "TL714", "TL134": "TL714", "TL135": "TL713",
    "TL125": "TL735", "TL126": "TL716", "TL127": "TL716", "TL128": "TL717",
}  # fmt: skip


class Signed(NamedTuple):
    """A statement of the pack with its proof."""

    path: str
    data: bytes
    statement: cose.Statement
    proof: proofs.TlogProof

    @property
    def content(self) -> dict[str, Any]:
        """What it says."""
        return self.statement.content


def read(archive: Archive, paths: list[str], book: Book) -> dict[str, Signed]:
    """Give the statements of the pack by path; TL712 for each that is none."""
    found = {}
    for path in paths:
        try:
            found[path] = _read(archive, path)
        except TanluError as error:
            book.fault(said(error), path)
    return found


def _read(archive: Archive, path: str) -> Signed:
    data = archive.read(path, MOST_STATEMENT)
    statement = cose.Statement.decode(data)
    if statement.encode() != data:
        raise TanluError("TL712", value=path, why="it is not the entry of a log")
    told = str(statement.content["type"]).rpartition("/")[2]
    if told not in VERSIONS.get(statement.type, ("v1",)):
        raise TanluError("TL707", value=path, why=f"a statement of type {statement.type}, {told}")
    beside = f"{path.removesuffix('.cose')}.tlog-proof"
    proof = proofs.TlogProof.decode(archive.read(beside, MOST_PROOF))
    known = {"head.cose": "head", "statement.cose": "pack"}.get(path)
    known = known or ("batch" if path.startswith("batches/") else None)
    if known and statement.type != known:
        raise TanluError("TL712", value=path, why=f"it is a statement of type {statement.type}")
    if path.startswith("keys/"):
        if statement.type not in registry.KEYS:
            raise TanluError("TL712", value=path, why="it says nothing of keys")
        if path != f"keys/{proof.index}.cose":
            raise TanluError("TL712", value=path, why=f"its proof is of entry {proof.index}")
    return Signed(path, data, statement, proof)


def admitted(found: Mapping[str, Signed], book: Book) -> registry.Registry:
    """Give what the log tells of keys; each statement is judged by the keys of its place."""
    told = registry.Registry()
    before = -1
    for each in sorted(found.values(), key=lambda one: (one.proof.index, one.path)):
        if each.proof.index == before:
            book.note("TL715", each.path, f"a second entry {before}")
        try:
            told.admit(each.proof.index, each.statement)
        except TanluError as error:
            book.fault(said(error), each.path)
        before = each.proof.index
    last = found.get("statement.cose")
    if last is not None and last.proof.index != before:
        book.note("TL715", last.path, "it stands in the log before what it is about")
    return told


def proved(
    found: Mapping[str, Signed],
    trust: policy.Policy,
    book: Book,
    *,
    max_age_s: int | None,
    now_s: int | None,
) -> policy.Trusted | None:
    """Give the checkpoint that the policy accepts, if all statements lie under it."""
    notes = {each.proof.checkpoint for each in found.values()}
    if len(notes) != 1:
        book.note("TL715", "statement.cose", f"proofs end in {len(notes)} checkpoints, not in one")
        return None
    try:
        head = trust.check(next(iter(notes)), max_age_s=max_age_s, now_s=now_s)
    except TanluError as error:
        book.fault(said(error), "statement.tlog-proof")
        return None
    for each in found.values():
        proof, hashed = each.proof, tree.leaf(each.data)
        if not tree.verify_inclusion(proof.index, head.size, hashed, proof.path, head.root):
            where = f"{each.path.removesuffix('.cose')}.tlog-proof"
            book.note("TL715", where, "the path does not lead to the root of the checkpoint")
    return head


def said(error: TanluError) -> TanluError:
    """Give an error of the formats as one of this room."""
    if error.code not in SAID:
        return error
    why = error.say().partition("] ")[2]
    return TanluError(SAID[error.code], value=str(error.fields.get("value", ""))[:200], why=why)


def differing(told: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    """Give the names of members that are not what they should be."""
    for name, value in wanted.items():
        if told.get(name) != value:
            yield name
