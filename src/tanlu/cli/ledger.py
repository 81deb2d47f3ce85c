"""tanlu ledger: check, seal, export, restore, retire, upgrade."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.following import follow_log
from tanlu.errors import TanluError

WITH_FINDINGS = 3


def declare(add: Add, console: Console) -> None:
    """Declare the verb and its actions."""
    parser = add("ledger", "ledger_verb")
    parser.add_argument(
        "action", choices=tuple(ACTIONS), metavar="ACTION", help=" | ".join(ACTIONS)
    )
    parser.add_argument("file", nargs="?", type=Path, help=console.word("archive"))
    parser.add_argument("--reason", help=console.word("reason"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Do one of the actions."""
    return ACTIONS[asked.action](asked, console)


def _check(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import open_workspace

    facts = console.follow(open_workspace(asked.ledger).check())
    bad = facts["findings"]
    if bad:
        console.say("broken", count=len(bad))
        for finding in bad:
            console.warn(str(finding))
    else:
        console.say("holds", **{key: facts[key] for key in ("parts", "rows", "version")})
    console.result(facts)
    return WITH_FINDINGS if bad else 0


def _seal(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    facts = console.follow(workspace.seal())
    console.say("sealed", records=facts["records"], parts=facts["parts"])
    follow_log(workspace, console)
    console.result(facts)
    return 0


def _export(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import open_workspace

    path = asked.file or Path("ledger.tanlu")
    facts = console.follow(open_workspace(asked.ledger).export(path))
    console.say("exported", path=path)
    console.result(facts)
    return 0


def _restore(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import restore

    facts = console.follow(restore(asked.file or Path("ledger.tanlu"), asked.ledger))
    console.say("restored", path=asked.ledger)
    console.result(facts)
    return 0


def _retire(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    if asked.file is None:
        found = workspace.erasable()
        for name, of in found.items():
            console.say("erasable", name=name, of=of)
        console.result({"erasable": found})
        return 0
    if not asked.reason:
        raise TanluError("TL005", value=asked.file.as_posix())
    version = workspace.retire(asked.file.as_posix(), reason=asked.reason)
    console.say("retired", name=asked.file.as_posix(), version=version)
    follow_log(workspace, console)
    console.result({"retired": asked.file.as_posix(), "version": version})
    return 0


def _upgrade(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import upgrade

    facts = console.follow(upgrade(asked.ledger))
    console.say("upgraded", format=facts["format"])
    console.result(facts)
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace, Console], int]] = {
    "check": _check,
    "seal": _seal,
    "export": _export,
    "restore": _restore,
    "retire": _retire,
    "upgrade": _upgrade,
}
