"""What was computed once for a version of a ledger."""

from __future__ import annotations

from types import SimpleNamespace

from tanlu.ui.frame.remembering import MOST, remembered


def test_it_is_computed_once_a_version_and_key_and_the_oldest_are_let_go():
    made = []
    ledger = SimpleNamespace(id="a", path="a", version=1)

    def ask(workspace, key):
        return remembered(workspace, (key,), lambda: made.append(key) or len(made))

    assert [ask(ledger, "x"), ask(ledger, "x"), ask(ledger, "y")] == [1, 1, 2]
    newer = SimpleNamespace(id="a", path="a", version=2)
    assert ask(newer, "x") == 3
    for number in range(MOST):
        ask(ledger, number)
    assert ask(newer, "x") == len(made)
