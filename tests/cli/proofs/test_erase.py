from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.serve.api import Home
from tanlu.serve.proofs import Shelf
from tanlu.store import open_workspace
from tests.cli.books import Tongue
from tests.serve.proofs.making import published
from tests.serving import home as opened
from tests.store.activities import activities


@pytest.fixture
def driven(empty: Tongue) -> Tongue:
    books = open_workspace(empty.ledger, create=True)
    plates = books.pseudonyms(pl.Series(["沪A10001", "沪A10002"]))
    personal = pl.DataFrame(
        {"pseudonym": plates, "field": "plate", "value": ["沪A10001", "沪A10002"]}
    )
    rows = activities(4).with_columns(vehicle=pl.Series([*plates, *plates]))
    books.append("activity", rows, personal=personal)
    list(books.seal())
    return empty


def test_a_person_is_erased_with_a_reason_and_the_ledger_holds(driven: Tongue) -> None:
    facts = driven.ask("erase", "沪A10001", "--reason", "asked by letter")

    assert (facts["leaves"], facts["kept"]) == (2, 0)
    assert driven.ask("ledger", "check")["findings"] == []
    assert open_workspace(driven.ledger).scan("personal").collect()["value"].to_list() == [
        "沪A10002"
    ]


def test_what_is_not_reached_is_said_in_both_tongues(driven: Tongue) -> None:
    said = driven.say("erase", "沪A10001", "--reason", "asked")

    assert "2 proofs can no longer be made" in said
    assert "copies made before" in said
    assert "此前的副本" in driven.say("erase", "沪A10002", "--reason", "asked", language="zh")


def test_nobody_is_erased_without_a_reason_or_a_trace(driven: Tongue) -> None:
    with pytest.raises(SystemExit) as stopped:
        driven.ask("erase", "沪A10001")

    assert stopped.value.code == 2
    assert driven.ask("erase", "沪X", "--reason", "r", expect=1)["error"]["code"] == "TL856"


@pytest.fixture
def shown(network_books, tmp_path, capsys) -> tuple[Tongue, Home, str]:
    """A ledger behind a server that shows to everybody a parcel of somebody with a telephone."""
    home = opened(network_books, tmp_path)
    workspace = home.workspace("home")
    subject = str(workspace.scan("emission").collect()["subject"].drop_nulls().sort()[0])
    named = workspace.pseudonyms(pl.Series(["13800138000"]))
    row = workspace.scan("activity").filter(pl.col("subject") == subject).collect().head(1)
    personal = pl.DataFrame({"pseudonym": named, "field": "consignee", "value": ["13800138000"]})
    one = row.with_columns(activity_id=pl.lit("more"), consignee=pl.lit(named[0]))
    workspace.append("activity", one, personal=personal)
    code = published(home, of=subject)
    yield Tongue(workspace.path, capsys), home, code
    home.close()


def test_the_public_proof_of_his_parcel_is_taken_back_and_told(shown) -> None:
    tongue, home, code = shown
    said = tongue.say("erase", "13800138000", "--reason", "asked")
    assert f"taken back: the public proof {code}" in said
    assert "no server of this ledger" not in said
    with pytest.raises(TanluError, match="TL933"):
        Shelf(home.state).found(code)


def test_a_run_that_was_broken_off_before_the_proofs_is_done_again_by_the_pseudonym(shown) -> None:
    tongue, home, code = shown
    pseudonym = home.workspace("home").erase("13800138000", reason="asked")["pseudonym"]
    assert Shelf(home.state).found(code).code == code
    told = tongue.ask("erase", pseudonym, "--reason", "asked")
    assert told == {"pseudonym": pseudonym, "proofs": [code]}
    again = tongue.ask("erase", pseudonym, "--reason", "asked", expect=1)
    assert again["error"]["code"] == "TL856"


def test_where_no_server_shows_the_ledger_it_is_said_and_none_is_begun(driven: Tongue) -> None:
    facts = driven.ask("erase", "沪A10001", "--reason", "asked")
    assert facts["proofs"] is None
    assert not (driven.ledger / "serve").exists()
    assert "no server of this ledger was found" in driven.say(
        "erase", "沪A10002", "--reason", "asked"
    )
