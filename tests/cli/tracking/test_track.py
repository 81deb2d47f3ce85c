"""The verb has its actions."""

from __future__ import annotations

import pytest

from tanlu.cli import main


def test_the_verb_lists_its_actions(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["track", "--help"])

    assert left.value.code == 0
    assert "evaluate" in capsys.readouterr().out
