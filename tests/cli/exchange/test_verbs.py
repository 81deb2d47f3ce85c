"""The verb of exchange."""

from __future__ import annotations

import pytest

from tanlu.cli import main


@pytest.mark.parametrize("language", ["en", "zh"])
def test_its_help_names_every_action(capsys, language):
    with pytest.raises(SystemExit):
        main(["exchange", "pact", "--help", "--language", language])
    shown = capsys.readouterr().out
    for name in ("partner", "fetch", "publish", "list", "deliver", "ask", "received"):
        assert name in shown
