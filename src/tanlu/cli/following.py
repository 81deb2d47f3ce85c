"""How a verb that writes ends: the log follows what was done to the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.cli.console import Console

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["follow_log", "new_log"]


def new_log(workspace: Workspace) -> None:
    """Begin the log of a ledger that has nothing yet, before its first row.

    So whoever dies while the first file is read leaves a ledger that has a log.
    """
    from tanlu.store.log import begin_log

    if not workspace.version:
        begin_log(workspace)


def follow_log(workspace: Workspace, console: Console) -> None:
    """State what a verb did to the ledger and bring it under a checkpoint, where there is a log.

    An interruption loses nothing: the next verb states what this one did not.
    """
    from tanlu.store.log import begin_log, half_begun, has_log, log_of

    if half_begun(workspace):
        begin_log(workspace)
    if not has_log(workspace):
        return
    log = log_of(workspace)
    facts = console.follow(log.catch_up())
    log.checkpoint()
    if facts["entries"]:
        console.say("log_followed", entries=facts["entries"], size=log.size)
