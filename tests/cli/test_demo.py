"""The demo goes through the normal doors and says what to try next."""

from __future__ import annotations

from tests.cli.books import Tongue


def test_the_demo_ends_with_a_question_to_ask(empty: Tongue) -> None:
    shown = empty.say("demo", "--orders", 200, "--seed", 3)

    assert "tanlu why waybill:" in shown
    assert str(empty.ledger / "report.html") in shown


def test_the_demo_speaks_chinese(empty: Tongue) -> None:
    assert "接下来" in empty.say("demo", "--orders", 200, language="zh")


def test_no_orders_is_a_sentence(empty: Tongue) -> None:
    assert empty.ask("demo", "--orders", 0, expect=1)["error"]["code"] == "TL901"
