"""tanlu exchange: every action explains itself."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "words", [(), ("ileap", "make"), ("ileap", "check"), ("untp", "issue"), ("untp", "check")]
)
def test_every_action_has_help_in_both_tongues(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    from tanlu.cli import main

    said = []
    for tongue in ("en", "zh"):
        with pytest.raises(SystemExit) as stopped:
            main(["exchange", *words, "--help", "--lang", tongue])
        assert stopped.value.code == 0
        said.append(capsys.readouterr().out)

    assert said[0] != said[1]
