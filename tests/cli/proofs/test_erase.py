from __future__ import annotations

import polars as pl
import pytest

from tanlu.store import open_workspace
from tests.cli.books import Tongue
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
