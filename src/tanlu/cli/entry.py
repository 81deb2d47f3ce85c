"""From the words of the command line to a verb, and from what went wrong to an exit code.

Exit 0 done (quarantined rows alone are 0), 1 failed, 2 usage or cannot decide, 3 done with
findings (verify, check, --strict).
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from tanlu.cli import (
    accounts,
    demo,
    doctor,
    exchange,
    ledger,
    library,
    quantify,
    read,
    report,
    sharing,
    verify,
)
from tanlu.cli.assurance import anchor, audit, check, pod
from tanlu.cli.console import Console, default_language
from tanlu.cli.proofs import (
    disclose,
    edition,
    erase,
    key,
    log,
    pack,
    prove,
    witness,
)
from tanlu.cli.serving import client, maps, organisation, people, quote
from tanlu.cli.streams import (
    command,
    device,
    meters,
    quality,
    send,
    serve,
    simulate,
    stream,
    watch,
)
from tanlu.cli.tracking import epcis, trace, track
from tanlu.errors import TanluError, say

FAILED = 1
TONGUE = ("--language", "--lang")
USAGE = 2
INTERRUPTED = 130
# what was asked for is not among what there is, or a person must decide first
UNDECIDED = {
    "TL001",
    "TL005",
    "TL006",
    "TL111",
    "TL112",
    "TL115",
    "TL203",
    "TL319",
    "TL430",
    "TL425",
    "TL646",
    "TL652",
    "TL655",
    "TL658",
    "TL745",
    "TL746",
    "TL765",
    "TL803",
    "TL804",
    "TL805",
}
# what the pipeline of readings rests on throughout; elsewhere each room says what it lacks
OF_SERVE = {"granian", "msgspec", "numba", "numpy", "fastapi", "sqlalchemy"}
# what argparse cannot understand, and by which words of ours to say it
UNREAD = (
    (re.compile(r"the following arguments are required: (?P<name>.+)"), "unread_missing"),
    (re.compile(r"argument (?P<name>.+?): invalid choice: '(?P<value>.*)' "
                r"\(choose from (?P<known>.+)\)"), "unread_choice"),
    (re.compile(r"unrecognized arguments: (?P<value>.+)"), "unread_more"),
    (re.compile(r"argument (?P<name>.+?): expected one argument"), "unread_value"),
    (re.compile(r"argument (?P<name>.+?): invalid int value: '(?P<value>.*)'"), "unread_whole"),
    (re.compile(r"argument (?P<name>.+?): invalid float value: '(?P<value>.*)'"), "unread_number"),
    (re.compile(r"argument (?P<name>.+?): expected at least one argument"), "unread_value"),
)  # fmt: skip

# in the groups and the order in which the help lists them
ROOMS = {
    "books": (demo, read, quantify, accounts, report, library),
    "streams": (device, stream, serve, watch, send, simulate, meters, quality, command),
    "track": (track, epcis, trace),
    "access": (organisation, people, client, maps, quote),
    "ledger": (ledger, check, erase, doctor),
    "proof": (
        verify, edition, key, pack, prove, disclose, sharing, exchange, log, witness, anchor,
        audit, pod,
    ),
}  # fmt: skip

Verb = Callable[[argparse.Namespace, Console], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; no traceback reaches a user."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    console = Console(language=_language(words), as_json="--json" in words)
    try:
        asked = build(console).parse_args(words)
        verb: Verb = asked.run
        code = verb(asked, console)
        console.flush()
    except BrokenPipeError:
        # the reader of our output has gone: nothing is left to say
        console.mute()
        return 0
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last wall before the user
        return _failed(console, error)
    return code


def _failed(console: Console, error: BaseException) -> int:
    """Say what went wrong and give the exit code for it."""
    if isinstance(error, KeyboardInterrupt):
        console.warn(console.word("interrupted"))
        return INTERRUPTED
    if isinstance(error, TanluError):
        _tell(console, error.code, error.say(console.language))
        return USAGE if error.code in UNDECIDED else FAILED
    if os.environ.get("TANLU_DEBUG"):
        traceback.print_exception(error)
    if isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] in OF_SERVE:
        error = TanluError("TL002", value=error.name, extra="serve")
        _tell(console, error.code, error.say(console.language))
        return FAILED
    code, fields = "TL003", {"value": f"{type(error).__name__}: {error}"}
    if isinstance(error, OSError) and error.strerror:
        code, fields = "TL004", {"value": error.filename or "stdout", "why": error.strerror}
    _tell(console, code, say(code, language=console.language, **fields))
    return FAILED


def _tell(console: Console, code: str, sentence: str) -> None:
    try:
        console.result({"error": {"code": code, "message": sentence}})
        console.flush()
    except OSError:
        # stdout itself is what failed; stderr still tells
        console.mute()
    console.warn(sentence)


def _understood(message: str, console: Console) -> str:
    """Give what argparse could not understand in the user's words, with the nearest that it can."""
    for pattern, word in UNREAD:
        found = pattern.fullmatch(message)
        if not found:
            continue
        fields = found.groupdict()
        if "known" in fields:
            known = re.findall(r"'(.+?)'", fields["known"])
            near = difflib.get_close_matches(fields["value"], known, n=1)
            fields["known"] = ", ".join(near or known)
        return console.word(word, **fields)
    return message


def _language(words: list[str]) -> str:
    for place, word in enumerate(words):
        if word in ("--language", "--lang") and place + 1 < len(words):
            return "zh" if words[place + 1] == "zh" else "en"
        if word.startswith(("--language=", "--lang=")):
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
    shared.add_argument("--language", "--lang", choices=("en", "zh"), help=console.word("language"))
    heads: dict[str, str] = {}
    parser = _parser(console, heads)(
        prog="tanlu", description=console.word("about"), parents=[shared], add_help=True
    )
    verbs = parser.add_subparsers(metavar="VERB", required=True, title=console.word("verb"))

    def add(name: str, word: str, under: Any = verbs) -> argparse.ArgumentParser:
        text = console.word(word)
        made: argparse.ArgumentParser = under.add_parser(name, help=text, description=text)
        # the options of the root are kept when they stand before the verb
        for action in shared._actions:  # noqa: SLF001 - argparse has no public copy
            made._add_action(_optional(action))  # noqa: SLF001
        return made

    for group, rooms in ROOMS.items():
        first = len(verbs.choices)
        for room in rooms:
            room.declare(add, console)
        heads[list(verbs.choices)[first]] = console.word(f"group_{group}")
    return parser


def _parser(console: Console, heads: dict[str, str]) -> type[argparse.ArgumentParser]:
    """Give a parser that says what it cannot understand in the user's language, with a code.

    ``heads`` has the title of each group of verbs by its first verb.
    """

    class Formatter(argparse.HelpFormatter):
        def _format_action(self, action: argparse.Action) -> str:
            shown = super()._format_action(action)
            verb = self._prog == "tanlu" and not action.option_strings
            head = heads.get(action.dest) if verb else None
            return f"\n  {head}:\n{shown}" if head else shown

        def add_usage(
            self, usage: Any, actions: Any, groups: Any, prefix: str | None = None
        ) -> None:
            said = console.word("help_usage") + " " if prefix is None else prefix
            super().add_usage(usage, actions, groups, said)

    class Parser(argparse.ArgumentParser):
        def __init__(self, *words: Any, **options: Any) -> None:
            super().__init__(*words, **options)
            self.formatter_class = Formatter
            self._positionals.title = console.word("help_words")
            self._optionals.title = console.word("help_options")
            for action in self._actions:
                if action.dest == "help":
                    action.help = console.word("help")

        def error(self, message: str) -> NoReturn:
            self.print_usage(sys.stderr)
            said = _understood(message, console)
            _tell(console, "TL001", say("TL001", language=console.language, value=said))
            raise SystemExit(USAGE)

    return Parser


def _optional(action: argparse.Action) -> argparse.Action:
    import copy

    twin = copy.copy(action)
    twin.default = argparse.SUPPRESS
    return twin
