from __future__ import annotations

import pytest

from tests.cli.books import Tongue


@pytest.mark.parametrize(
    "action", ["card", "call", "give", "add", "log", "close", "check", "publish"]
)
def test_every_action_has_help_in_both_tongues(
    action: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from tanlu.cli import main

    said = []
    for tongue in ("en", "zh"):
        with pytest.raises(SystemExit) as stopped:
            main(["share", action, "--help", "--lang", tongue])
        assert stopped.value.code == 0
        said.append(capsys.readouterr().out)

    assert said[0] != said[1]


def test_an_action_without_its_files_is_a_question(empty: Tongue) -> None:
    with pytest.raises(SystemExit) as stopped:
        empty.ask("share", "check")

    assert stopped.value.code == 2
