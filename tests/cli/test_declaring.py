"""A verb declares its actions in one way."""

from __future__ import annotations

import argparse

from tanlu.cli.console import Console
from tanlu.cli.declaring import acting


def _declared():
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers()

    def add(name, word, under=verbs):
        return under.add_parser(name, help=console.word(word))

    console = Console(language="en", as_json=False)
    action = acting(add, console, "people")
    action("add", _add, "name")
    action("list", _list)
    return parser


def _add(asked, console):
    return 1


def _list(asked, console):
    return 2


def test_what_is_asked_for_runs_with_its_arguments():
    asked = _declared().parse_args(["people", "add", "wang"])
    assert (asked.run, asked.name) == (_add, "wang")
    assert _declared().parse_args(["people", "list"]).run is _list


def test_each_action_and_argument_has_its_words(capsys):
    for words in (["people", "-h"], ["people", "add", "-h"]):
        try:
            _declared().parse_args(words)
        except SystemExit:
            continue
    told = " ".join(capsys.readouterr().out.split())
    assert Console(language="en", as_json=False).word("people_list") in told
    assert Console(language="en", as_json=False).word("people_name") in told
