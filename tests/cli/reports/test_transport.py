"""Without a topic a report is about transport, as it always was."""

from __future__ import annotations

import pytest

from tests.cli.books import Tongue


def test_transport_is_the_topic_that_needs_no_name(books: Tongue) -> None:
    assert books.ask("report", "transport") == books.ask("report")


def test_an_unknown_topic_is_a_sentence(books: Tongue, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        books.ask("report", "weather")

    assert "TL001" in capsys.readouterr().out
