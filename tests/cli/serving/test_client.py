"""tanlu client."""

from __future__ import annotations

from tanlu.serve.access import clients
from tanlu.serve.api import Home
from tanlu.store import open_workspace
from tests.cli.books import Tongue


def test_a_program_is_made_listed_and_ended(empty: Tongue) -> None:
    open_workspace(empty.ledger, create=True)
    assert "no program" in empty.say("client", "list")
    made = empty.ask("client", "new", "erp", "--role", "operator", "--scope", "a:read")
    key = empty.ask("client", "new", "till", "--key", "--days", 3)
    assert key["secret"].startswith("tlk_")
    home = Home(empty.ledger)
    with home.state.everywhere() as state:
        assert clients.proved(state, made["client"], made["secret"])
    said = empty.say("client", "list")
    assert "erp" in said
    assert made["secret"] not in said
    assert "is over" in empty.say("client", "revoke", made["client"])
    with home.state.everywhere() as state:
        assert clients.proved(state, made["client"], made["secret"]) is None
    home.close()
    assert "已撤销" in empty.say("client", "list", language="zh")
    told = empty.ask("client", "revoke", made["client"], expect=1)
    assert told["error"]["code"] == "TL484"


def test_what_is_kept_of_secrets_is_sealed_anew(empty: Tongue) -> None:
    open_workspace(empty.ledger, create=True)
    assert empty.ask("client", "rekey")["rows"] == 0
    assert "state.key" in empty.say("client", "rekey")
    assert "state.key" in empty.say("client", "rekey", language="zh")
