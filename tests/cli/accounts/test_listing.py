"""The verbs under account."""

from __future__ import annotations

import pytest

from tests.cli.books import Tongue


def test_every_verb_has_a_line_of_help(books: Tongue, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        books.say("account", "--help")
    shown = capsys.readouterr().out

    for verb in ("choose", "learn", "card", "adopt", "doubt"):
        assert f"    {verb} " in shown


def test_account_alone_asks_for_a_verb(books: Tongue, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        books.say("account")

    assert stopped.value.code == 2
    assert "VERB" in capsys.readouterr().err
