"""From the words of the command line to a verb, and from what went wrong to an exit code.

Exit 0 done (quarantined rows alone are 0), 1 failed, 2 usage or cannot decide, 3 done with
findings (verify, check, --strict).
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from tanlu.cli import demo, doctor, factors, ledger, quantify, read, report, verify
from tanlu.cli.console import Console, default_language
from tanlu.errors import TanluError, say

FAILED = 1
USAGE = 2
INTERRUPTED = 130

Verb = Callable[[argparse.Namespace, Console], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; no traceback reaches a user."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    console = Console(language=_language(words), as_json="--json" in words)
    parser = build(console)
    asked = parser.parse_args(words)
    verb: Verb = asked.run
    try:
        return verb(asked, console)
    except TanluError as error:
        _tell(console, error.code, error.say(console.language))
        return USAGE if error.code == "TL001" else FAILED
    except KeyboardInterrupt:
        console.warn(console.word("interrupted"))
        return INTERRUPTED
    except BrokenPipeError:
        # the reader of our output has gone: nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last wall before the user
        if os.environ.get("TANLU_DEBUG"):
            traceback.print_exc()
        what = f"{type(error).__name__}: {error}"
        _tell(console, "TL003", say("TL003", language=console.language, value=what))
        return FAILED


def _tell(console: Console, code: str, sentence: str) -> None:
    console.result({"error": {"code": code, "message": sentence}})
    console.warn(sentence)


def _language(words: list[str]) -> str:
    for place, word in enumerate(words):
        if word == "--language" and place + 1 < len(words):
            return "zh" if words[place + 1] == "zh" else "en"
        if word.startswith("--language="):
            return "zh" if word.endswith("zh") else "en"
    return default_language()


def build(console: Console) -> argparse.ArgumentParser:
    """Give the parser of all verbs with its help in the user's language."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--ledger",
        type=Path,
        default=Path(os.environ.get("TANLU_LEDGER", ".")),
        metavar="DIR",
        help=console.word("ledger"),
    )
    shared.add_argument("--json", action="store_true", help=console.word("json"))
    shared.add_argument("--language", choices=("en", "zh"), help=console.word("language"))
    parser = _parser(console)(
        prog="tanlu", description=console.word("about"), parents=[shared], add_help=True
    )
    verbs = parser.add_subparsers(metavar="VERB", required=True, title=console.word("verb"))

    def add(name: str, word: str) -> argparse.ArgumentParser:
        text = console.word(word)
        # the options of the root are kept when they stand before the verb
        options = argparse.ArgumentParser(add_help=False)
        for action in shared._actions:  # noqa: SLF001 - argparse has no public copy
            options._add_action(_optional(action))  # noqa: SLF001
        return verbs.add_parser(name, help=text, description=text, parents=[options])

    for room in (demo, read, quantify, report, ledger, verify, factors, doctor):
        room.declare(add, console)
    return parser


def _parser(console: Console) -> type[argparse.ArgumentParser]:
    """Give a parser that says what it cannot understand in the user's language, with a code."""

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            self.print_usage(sys.stderr)
            _tell(console, "TL001", say("TL001", language=console.language, value=message))
            raise SystemExit(USAGE)

    return Parser


def _optional(action: argparse.Action) -> argparse.Action:
    import copy

    twin = copy.copy(action)
    twin.default = argparse.SUPPRESS
    return twin
