"""What was computed once for a version of a ledger."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl

from tanlu.store import open_workspace
from tanlu.terms import schema
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


def test_who_asks_while_it_is_computed_waits_for_it():
    from concurrent.futures import ThreadPoolExecutor
    from time import sleep

    made = []
    ledger = SimpleNamespace(id="together", path="a", version=1)

    def slow():
        made.append(sleep(0.2))
        return len(made)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: remembered(ledger, ("x",), slow), range(6)))

    assert answers == [1] * 6


def test_what_failed_is_tried_again():
    import pytest

    ledger = SimpleNamespace(id="failed", path="a", version=1)
    with pytest.raises(ZeroDivisionError):
        remembered(ledger, ("x",), lambda: 1 / 0)

    assert remembered(ledger, ("x",), lambda: 7) == 7


def _rows(table, **told):
    return schema(table).fit(pl.DataFrame([told], schema_overrides=schema(table).dtypes()))


def test_what_is_made_of_the_books_stands_while_only_devices_tell(tmp_path):
    ledger = open_workspace(tmp_path / "books", create=True)
    made = []

    def ask():
        return remembered(ledger, ("books",), lambda: made.append(1) or len(made), books=True)

    leg = {"kind": "transport.road", "start": 1, "end": 2}
    ledger.append("activity", _rows("activity", activity_id="a", **leg))
    for _ in ledger.seal():
        pass
    first, at = ask(), ledger.manifest.settled
    reading = {"device": "m", "stream": "power", "at": 5, "value": 1.0}
    for seq in (1, 2):
        ledger.append("reading", _rows("reading", seq=seq, **reading))
        for _ in ledger.seal():
            pass
    assert (ask(), ledger.manifest.settled) == (first, at)
    assert ledger.version > at
    ledger.append("activity", _rows("activity", activity_id="b", **leg))
    assert ledger.manifest.settled == ledger.version
    assert ask() == first + 1
