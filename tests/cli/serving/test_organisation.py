"""tanlu organisation."""

from __future__ import annotations

import pytest

from tanlu.serve.access import acts
from tanlu.serve.api import Home
from tanlu.store import open_workspace
from tests.cli.books import Tongue


@pytest.fixture
def at(empty: Tongue) -> Tongue:
    """A server with its first organisation alone."""
    open_workspace(empty.ledger, create=True)
    return empty


def test_an_organisation_has_a_ledger_and_persons_of_its_own(at: Tongue) -> None:
    said = at.say("organisation", "add", "east", "--name", "East Park", "--name-zh", "东园")
    assert "--organisation east" in said
    at.ask("people", "add", "lin", "--role", "manager", "--organisation", "east")
    rows = {row["slug"]: row for row in at.ask("organisation", "list")["organisations"]}
    assert (rows["east"]["name"], rows["east"]["name_zh"]) == ("East Park", "东园")
    assert rows["east"]["folder"] != rows["home"]["folder"]
    assert at.ask("people", "list")["people"] == []
    assert "东园" in at.say("organisation", "list", language="zh")


def test_an_organisation_takes_a_ledger_that_is_nobody_elses(at: Tongue) -> None:
    other = at.ledger.parent / "other"
    open_workspace(other, create=True)
    told = at.ask("organisation", "add", "east", "--name", "East", "--books", str(other))
    assert told["folder"] == str(other.resolve())
    for slug, books, code in (
        ("west", other, "TL969"), ("west", at.ledger, "TL969"), ("west", other / "no", "TL601"),
        ("East!", other, "TL482"), ("east", None, "TL671"),
    ):  # fmt: skip
        more = ("--books", str(books)) if books else ()
        asked = at.ask("organisation", "add", slug, "--name", "W", *more, expect=1)
        assert asked["error"]["code"] == code
    assert len(at.ask("organisation", "list")["organisations"]) == 2


def test_an_organisation_is_renamed_and_that_is_in_its_record(at: Tongue) -> None:
    at.say("organisation", "rename", "home", "--name", "Lin Logistics", "--name-zh", "林氏")
    home = Home(at.ledger)
    assert [row["name_zh"] for row in home.organisations()] == ["林氏"]
    with home.state.of("home") as state:
        assert [act["what"] for act in acts.page(state)] == ["organisation rename"]
    home.close()
    told = at.ask("organisation", "rename", "nowhere", "--name", "N", expect=1)
    assert told["error"]["code"] == "TL483"
