"""Which packs a ledger uses: those it adopted, kept in it, until somebody adopts others.

A new edition of Tanlu may bring new packs; a ledger goes on with its own. So a factor never
changes under a number that stands in a ledger, and what an upgrade would change can be asked
before it is made.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.factors.packs.file import packed, unpacked
from tanlu.factors.packs.load import Library, Pack, library, made_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tanlu.store import Workspace

__all__ = ["adopt", "adopted", "library_of", "settle"]


def library_of(
    workspace: Workspace, *, as_of: int | None = None, profile: str | None = None
) -> Library:
    """Give the library that a ledger uses; the built-in one where it adopted none yet.

    Parameters
    ----------
    as_of
        Ledger version; the newest without one.
    profile
        Give the library by which the emissions of this profile were made last, which may be older
        than the one adopted since.

    Raises
    ------
    TanluError
        TL607 when a pack that was adopted is not among the originals, TL205 when it is damaged.
    """
    if profile is not None:
        as_of = _made_at(workspace, profile, as_of) or as_of
    held = adopted(workspace, as_of=as_of)
    if not held:
        return library()
    if [each["hash"] for each in held] == [pack.hash for pack in library().packs]:
        return library()
    return _made(workspace.path, tuple((each["hash"], each["original"]) for each in held))


def settle(workspace: Workspace) -> Library:
    """Give the library that a ledger uses, adopting the built-in one where it used none yet."""
    if not adopted(workspace):
        adopt(workspace, library().packs, why="first use")
    return library_of(workspace)


def adopt(workspace: Workspace, packs: Sequence[Pack], *, why: str) -> int:
    """Let a ledger use these packs from now on and give the version of that entry.

    Their content is kept among the originals of the ledger. What is quantified stands as it is
    until the next ``quantify``, which makes a new revision; published editions stay.

    Raises
    ------
    TanluError
        TL202 when the packs do not go together.
    """
    made_of(packs)
    return workspace.adopt(
        [
            {
                "pack_id": pack.pack_id,
                "semver": pack.semver,
                "hash": pack.hash,
                "original": workspace.originals.keep(packed(pack)),
            }
            for pack in packs
        ],
        why=why,
    )


def adopted(workspace: Workspace, *, as_of: int | None = None) -> list[dict[str, str]]:
    """Give the packs that a ledger uses, in their order; none where it adopted none."""
    for line in reversed(workspace.log("packs")):
        if as_of is None or line["version"] <= as_of:
            held: list[dict[str, str]] = line["packs"]
            return held
    return []


def _made_at(workspace: Workspace, profile: str, as_of: int | None) -> int | None:
    """Give the version in which emissions of a profile were written last."""
    for line in reversed(workspace.log("append")):
        source = line.get("source")
        if as_of is not None and line["version"] > as_of:
            continue
        made = isinstance(source, dict) and source.get("by") == "quantify"
        if made and source["pins"]["profile"] == profile:
            version: int = line["version"]
            return version
    return None


@lru_cache(maxsize=8)
def _made(path: Path, held: tuple[tuple[str, str], ...]) -> Library:
    from tanlu.store import open_workspace

    originals = open_workspace(path).originals
    known = {pack.hash: pack for pack in library().packs}
    packs = []
    for wanted, original in held:
        pack = known.get(wanted) or unpacked(originals.get(original).read_bytes(), original)
        if pack.hash != wanted:
            raise TanluError("TL205", value=original, why="its content has another hash")
        packs.append(pack)
    return made_of(packs)
