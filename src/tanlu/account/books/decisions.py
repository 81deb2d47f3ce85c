"""Which decisions on chains stand behind what a ledger holds: kept, and found again.

A ``chain.toml`` may be edited at any time. What it said when it was used is kept among the
originals and named by its hash in the pins of every commit, so that a number is explained and
recomputed by the decisions of its time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.account.chains.decided import NAME, NONE, overrides, parse
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.account.chains.decided import Overrides
    from tanlu.store import Workspace

__all__ = ["in_force", "kept"]


def kept(workspace: Workspace) -> Overrides:
    """Give what the workspace decides now, with its ``chain.toml`` kept among the originals.

    Raises
    ------
    TanluError
        TL607 when the file changes while it is read; as ``overrides``.
    """
    decided = overrides(workspace.path)
    if decided.sha256 and workspace.originals.put(workspace.path / NAME) != decided.sha256:
        raise TanluError("TL607", value=NAME, why="it changed while it was read")
    return decided


def in_force(
    workspace: Workspace, *, profile: str = "iso14083", as_of: int | None = None
) -> Overrides:
    """Give the decisions under which a ledger's emissions of a profile were made last.

    Parameters
    ----------
    workspace
        Opened by ``tanlu.store.open_workspace``.
    profile
        Of the emissions.
    as_of
        Ledger version; the newest without one.

    Returns
    -------
    Overrides
        Those of the last commit; what the workspace decides now where nothing is quantified yet.

    Raises
    ------
    TanluError
        TL607 when the ``chain.toml`` of that time is not among the originals.
    """
    for line in reversed(workspace.log("append")):
        source = line.get("source")
        if as_of is not None and line["version"] > as_of:
            continue
        if isinstance(source, dict) and source.get("by") == "quantify":
            pins = source["pins"]
            if pins["profile"] == profile:
                return _of(workspace, pins.get("chains", ""))
    return overrides(workspace.path)


def _of(workspace: Workspace, sha256: str) -> Overrides:
    if not sha256:
        return NONE
    now = overrides(workspace.path)
    if now.sha256 == sha256:
        return now
    return parse(workspace.originals.get(sha256).read_bytes())
