"""tanlu erase: a person's values, the way to the pseudonym, salts, and published proofs of his."""

from __future__ import annotations

import argparse
import getpass
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.following import follow_log
from tanlu.cli.serving.home import options
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.store import Workspace

PSEUDONYM = re.compile("p:[0-9a-f]{32}")


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("erase", "erase_verb")
    parser.add_argument("person", help=console.word("erase_person"))
    parser.add_argument("--reason", required=True, help=console.word("erase_reason"))
    options(parser, console, one=False)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Erase, take back what is shown of him to everybody, and say what is not reached."""
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    values = _values(workspace, asked.person)
    try:
        facts = workspace.erase(asked.person, reason=asked.reason)
    except TanluError as error:
        # erased before, by a run that was broken off before it reached the proofs
        if error.code != "TL856" or not PSEUDONYM.fullmatch(asked.person):
            raise
        taken = _taken_back(asked, workspace, asked.person, values)
        if not taken:
            raise
        _say(console, taken)
        console.result({"pseudonym": asked.person, "proofs": [each["code"] for each in taken]})
        return 0
    counted = {**facts, "files": len(facts["files"])}
    console.say("erase_done", **counted)
    for name in facts["files"]:
        console.say("erase_file", name=name)
    if facts["kept"]:
        console.say("erase_kept", kept=facts["kept"])
    taken = _taken_back(asked, workspace, facts["pseudonym"], values)
    _say(console, taken)
    console.say("erase_next")
    follow_log(workspace, console)
    proofs = None if taken is None else [each["code"] for each in taken]
    console.result({**facts, "proofs": proofs})
    return 0


def _values(workspace: Workspace, person: str) -> list[str]:
    """Give what is known of a person before it is erased, and what he was called by."""
    rows = workspace.scan("personal").collect()
    mine = rows.filter((rows["value"] == person) | (rows["pseudonym"] == person))["pseudonym"]
    known = rows.filter(rows["pseudonym"].is_in(mine.unique().implode()))["value"].to_list()
    return list(dict.fromkeys([person, *known]))


def _taken_back(
    asked: argparse.Namespace, workspace: Workspace, pseudonym: str, values: list[str]
) -> list[dict[str, Any]] | None:
    """Give the published proofs that were taken back; None where no server shows this ledger."""
    place = asked.home or Path(asked.ledger) / "serve"
    if not asked.database and not (place / "state.db").is_file():
        return None
    from tanlu.serve.proofs import forgotten
    from tanlu.store.relational import open_state

    state = open_state(asked.database or place / "state.db", keys=place / "state.key")
    try:
        found = forgotten(state, workspace, pseudonym, values, _user())
    finally:
        state.close()
    return None if found is None else [each._asdict() for each in found]


def _say(console: Console, taken: list[dict[str, Any]] | None) -> None:
    for each in taken or ():
        console.say("erase_proof", code=each["code"], subject=each["subject"])
    if taken is None:
        console.say("erase_unshown")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
