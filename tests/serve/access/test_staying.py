"""What who has logged in does with himself."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.access import sessions, staying
from tanlu.serve.access.knowing import person as behind
from tanlu.serve.api import Asked, Principal
from tests.serving import person


@pytest.fixture
def sitting(home):
    """A manager before his browser."""
    who = person(home, "manager")
    with home.state.everywhere() as state:
        secret = sessions.begin(state, who, "home")
    return Asked(None, home, behind(home.state, secret))


def test_who_goes_elsewhere_leaves_no_session_behind(home, sitting):
    person(home, "viewer", "other", "manager.home")
    secret = staying.go(sitting, "other")
    assert behind(home.state, secret).role == "viewer"
    with home.state.everywhere() as state:
        assert sessions.end_all(state, sitting.principal.identity) == 1


def test_nobody_goes_where_he_may_do_nothing(sitting):
    with pytest.raises(TanluError, match="TL483"):
        staying.go(sitting, "other")


def test_his_sessions_are_told_without_their_secrets(sitting):
    rows = staying.sittings(sitting)
    assert [row["this"] for row in rows] == [True]
    assert "secret" not in rows[0]


@pytest.mark.parametrize("shown", ["", "  ", "a\nb"])
def test_nobody_is_called_nothing(sitting, shown):
    with pytest.raises(TanluError, match="TL486"):
        staying.call(sitting, shown)


def test_a_program_has_no_session(home):
    asked = Asked(None, home, Principal("c", "home", "manager", "client"))
    with pytest.raises(TanluError, match="TL964"):
        staying.sitting(asked)
