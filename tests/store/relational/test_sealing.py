"""Whoever has the database has no secret of it, and whoever has the key beside it has all."""

from __future__ import annotations

import sqlite3
import stat

import pytest

from tanlu.errors import TanluError
from tanlu.store.relational import open_state
from tanlu.store.relational.sealing import sealed
from tanlu.store.relational.tables import METADATA, epcis, pact

SECRET = "a secret of a partner"


def _partner(base="https://a.example", secret=SECRET):
    return {"base": base, "client": "us", "secret": secret, "reader": "", "near": 0, "made_us": 1}


@pytest.fixture
def state(tmp_path):
    opened = open_state(tmp_path / "state.db")
    with opened.of("one") as mine:
        mine.add(pact.PARTNERS, _partner())
    yield opened
    opened.close()


def _kept(tmp_path):
    with sqlite3.connect(tmp_path / "state.db") as raw:
        return [row[0] for row in raw.execute("select secret from pact_partner order by tenant")]


def _read(state, tenant="one"):
    with state.of(tenant) as mine:
        return [row["secret"] for row in mine.rows(pact.PARTNERS)]


def test_what_the_database_keeps_of_a_secret_says_nothing(state, tmp_path):
    assert _read(state) == [SECRET]
    assert SECRET.encode() not in b"".join(
        path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".key"
    )
    assert _kept(tmp_path)[0].startswith("sealed:")


def test_every_column_of_a_secret_is_sealed_and_what_is_hashed_is_not():
    found = {(table.name, name) for table in METADATA.sorted_tables for name in sealed(table)}
    assert found == {
        ("pact_partner", "secret"), ("hook", "secret"), ("hook", "secret_before"),
        ("epcis_subscription", "secret"),
    }  # fmt: skip


def test_the_same_secret_is_sealed_differently_each_time(state, tmp_path):
    with state.of("two") as theirs:
        theirs.add(pact.PARTNERS, _partner())
    one, two = _kept(tmp_path)
    assert one != two


def test_what_is_sealed_opens_in_no_other_place(state, tmp_path):
    with state.of("two") as theirs:
        theirs.add(pact.PARTNERS, _partner())
    with sqlite3.connect(tmp_path / "state.db") as raw:
        raw.execute("update pact_partner set secret = ? where tenant = 'two'", _kept(tmp_path)[:1])
    with pytest.raises(TanluError, match="TL673"):
        _read(state, "two")


def test_the_key_is_for_its_owner_alone_and_one_that_others_may_read_is_refused(state, tmp_path):
    key = tmp_path / "state.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    with pytest.raises(TanluError, match="TL673"):
        _read(state)


def test_without_its_key_a_secret_is_not_read(state, tmp_path):
    (tmp_path / "state.key").unlink()
    with pytest.raises(TanluError, match="TL673"):
        _read(state)


def test_a_new_key_seals_all_anew_while_another_process_goes_on(state, tmp_path):
    other = open_state(tmp_path / "state.db")
    assert _read(other) == [SECRET]
    before = _kept(tmp_path)[0]
    assert state.rekey() == 1
    after = _kept(tmp_path)[0]
    assert before.split(":")[1] != after.split(":")[1]
    assert _read(other) == _read(state) == [SECRET]
    with other.of("two") as theirs:
        theirs.add(pact.PARTNERS, _partner())
    assert _kept(tmp_path)[1].split(":")[1] == after.split(":")[1]
    # what was sealed meanwhile under the key before it opens until keys change once more
    with sqlite3.connect(tmp_path / "state.db") as raw:
        raw.execute("update pact_partner set secret = ? where tenant = 'one'", (before,))
    assert _read(state) == [SECRET]
    state.rekey()
    state.rekey()
    assert _read(state) == [SECRET]
    other.close()


def test_what_was_kept_plain_before_is_read_and_sealed_with_the_next_key(state, tmp_path):
    with sqlite3.connect(tmp_path / "state.db") as raw:
        raw.execute("update pact_partner set secret = 'plain'")
    assert _read(state) == ["plain"]
    state.rekey()
    assert _kept(tmp_path)[0].startswith("sealed:")
    assert _read(state) == ["plain"]


def test_an_absent_secret_stays_absent_and_a_changed_one_is_sealed(state):
    row = {"subscription": "s", "query": "q", "who": "w", "dest": "d", "secret": None,
           "if_empty": 0, "since": 0, "due_us": 0, "failures": 0, "created_us": 0}  # fmt: skip
    with state.of("one") as mine:
        mine.add(epcis.EPCIS_SUBSCRIPTIONS, row)
        assert mine.one(epcis.EPCIS_SUBSCRIPTIONS)["secret"] is None
        mine.change(pact.PARTNERS, {"secret": "other"})
    assert _read(state) == ["other"]
    with state.everywhere() as all_:
        assert all_.rows(pact.PARTNERS)[0]["secret"] == "other"
        with pytest.raises(TanluError, match="TL672"):
            all_.change(pact.PARTNERS, {"secret": "x"})
