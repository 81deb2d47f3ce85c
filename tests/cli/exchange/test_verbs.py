"""tanlu exchange: every action explains itself."""

from __future__ import annotations

import pytest

from tanlu.cli import main


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("rules", "actions"),
    [
        ("pact", ("partner", "fetch", "publish", "list", "deliver", "ask", "received")),
        ("ileap", ("make", "check", "publish", "fetch")),
        ("untp", ("issue", "check")),
    ],
)
def test_its_help_names_every_action(capsys, language, rules, actions):
    with pytest.raises(SystemExit):
        main(["exchange", rules, "--help", "--language", language])
    shown = capsys.readouterr().out
    for name in actions:
        assert name in shown


@pytest.mark.parametrize(
    "words", [(), ("ileap", "make"), ("ileap", "check"), ("ileap", "publish"), ("ileap", "fetch"),
              ("untp", "issue"), ("untp", "check"), ("pact", "ask"), ("pact", "publish")]
)  # fmt: skip
def test_every_action_has_help_in_both_tongues(words, capsys):
    said = []
    for tongue in ("en", "zh"):
        with pytest.raises(SystemExit) as stopped:
            main(["exchange", *words, "--help", "--lang", tongue])
        assert stopped.value.code == 0
        said.append(capsys.readouterr().out)

    assert said[0] != said[1]
