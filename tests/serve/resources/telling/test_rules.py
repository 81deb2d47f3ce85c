"""By which rules a ledger is summed: what is asked, else what the reports take."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.serve.api import Asked
from tanlu.serve.resources.asking.look import Look
from tanlu.serve.resources.telling import rules


@pytest.fixture
def look(home):
    workspace = home.workspace("home")
    return Look(Asked(None, home, None), workspace, workspace.version)


def test_electricity_by_market_is_never_taken_unasked(look):
    ledger = look.workspace
    rows = ledger.scan("emission").filter(pl.col("basis") == "location").collect()
    ledger.append("emission", rows.with_columns(basis=pl.lit("market")))
    look = Look(look.asked, ledger, ledger.version)
    assert {basis for _, basis in rules.held(look)} >= {"location", "market"}
    assert rules.rules_of(look, None, None) == ("iso14083", "location")
    assert rules.rules_of(look, None, "market") == ("iso14083", "market")
    assert rules.rules_of(look, "ghg_protocol", None) == ("ghg_protocol", None)


def test_what_a_ledger_holds_is_looked_up_once_a_version(look, monkeypatch):
    first = rules.held(look)
    monkeypatch.setattr(type(look.workspace), "scan", None)
    assert rules.held(look) == first


def test_an_empty_ledger_leaves_it_open(home):
    workspace = home.workspace("other")
    look = Look(Asked(None, home, None), workspace, workspace.version)
    assert rules.rules_of(look, None, None) == (None, None)
