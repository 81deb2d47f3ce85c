"""The record of acts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tanlu.errors import TanluError
from tanlu.serve.access import acts
from tanlu.serve.access.acts import Act, Head
from tanlu.store.relational.tables.access import ACTS, ACTS_HEAD

ACT = Act("p_x", "person", "manager", "POST /v1/thing", "thing", 200, "", "ab", "cd")


def _written(home, count, tenant="home"):
    for number in range(count):
        with home.state.of(tenant) as state:
            last = acts.append(state, ACT._replace(object=str(number)))
    return last


def _forge(home, text):
    """What somebody does who has the database: he takes the guards away first."""
    with home.state.engine.begin() as connection:
        for verb in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS act_no_{verb}")
        connection.exec_driver_sql(text)


def _check(home, kept=None):
    with home.state.of("home") as state:
        return acts.checked(state, kept)


def test_lines_are_bound_to_each_other_and_counted_for_each_organisation(home):
    assert _check(home) == Head(0, acts.BEGIN)
    last = _written(home, 5)
    assert _written(home, 2, "other").seq == 2
    assert last.seq == 5
    assert _check(home) == last
    with home.state.of("home") as state:
        rows = acts.page(state, limit=2)
        assert [row["seq"] for row in rows] == [5, 4]
        assert [row["seq"] for row in acts.page(state, before=4)] == [3, 2, 1]
    assert "tenant" not in rows[0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("UPDATE act SET who = 'p_y' WHERE seq = 3 AND tenant = 'home'", 3),
        ("UPDATE act SET status = 403 WHERE seq = 1 AND tenant = 'home'", 1),
        ("UPDATE act SET at_us = at_us + 1 WHERE seq = 5 AND tenant = 'home'", 5),
        ("DELETE FROM act WHERE seq = 2 AND tenant = 'home'", 2),
        ("DELETE FROM act WHERE seq = 5 AND tenant = 'home'", 5),
        ("UPDATE act SET seq = seq + 10 WHERE tenant = 'home' AND seq > 3", 4),
    ],
)
def test_a_change_a_hole_and_a_cut_are_seen(home, text, line):
    _written(home, 5)
    _forge(home, text)
    with pytest.raises(TanluError, match=f"TL967.* line {line}"):
        _check(home)


def test_who_cuts_the_end_and_its_head_is_seen_by_who_kept_a_line(home):
    kept = _written(home, 5)
    _forge(home, "DELETE FROM act WHERE seq > 3 AND tenant = 'home'")
    with home.state.of("home") as state:
        row = state.one(ACTS, ACTS.c.seq == 3)
        state.change(ACTS_HEAD, {"seq": 3, "hash": row["hash"]})
    assert _check(home).seq == 3
    with pytest.raises(TanluError, match="TL967"):
        _check(home, kept)
    assert _check(home, Head(2, _hash(home, 2))).seq == 3


def _hash(home, seq):
    with home.state.of("home") as state:
        return state.one(ACTS, ACTS.c.seq == seq)["hash"]


def test_many_at_once_are_still_one_chain(home):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: _written(home, 5), range(8)))
    assert _check(home).seq == 40


def test_a_long_record_is_read_in_pieces(home, monkeypatch):
    monkeypatch.setattr(acts, "PIECE", 3)
    assert _written(home, 7) == _check(home)


def test_what_a_terminal_would_obey_is_not_written(home):
    with home.state.of("home") as state:
        acts.append(state, ACT._replace(what="POST /\x1b[2J\ud800" + "x" * 900))
        (row,) = acts.page(state)
    assert row["what"].startswith("POST /?[2J?x")
    assert len(row["what"]) == acts.LONGEST


def test_an_address_has_another_name_in_each_organisation_and_the_same_after_a_restart(home):
    one, again = acts.Pseudonyms(home.state), acts.Pseudonyms(home.state)
    assert one.of("home", "192.0.2.1") == again.of("home", "192.0.2.1")
    names = {one.of(t, a) for t in ("home", "other") for a in ("192.0.2.1", "192.0.2.2")}
    assert len(names) == 4
    assert not any("192" in name for name in names)
