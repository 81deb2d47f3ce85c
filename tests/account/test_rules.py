"""Rules that are data."""

from __future__ import annotations

import re

import pytest

from tanlu.account import assumption
from tanlu.account.rules import assumptions, circuities, rows
from tanlu.errors import TanluError


def test_every_code_speaks_both_tongues_and_has_a_source() -> None:
    for row in assumptions().values():
        assert re.match(r"[AM]-[A-Z-]+$", row.code)
        assert all((row.en, row.zh, row.source))
        assert 0 <= row.sigma_ln < 1


def test_every_code_of_a_chain_is_known() -> None:
    codes = {code for row in rows("chain.csv") for code in row["codes"].split(";")}

    assert codes - set(assumptions()) == set()


def test_every_mode_has_a_circuity_for_the_world() -> None:
    modes = {row["kind"] for row in rows("chain.csv") if row["way"] == "circuity"}

    assert {(mode, "") for mode in modes} - set(circuities()) == set()


def test_every_circuity_has_a_source_and_is_no_shortcut() -> None:
    for row in rows("circuity.csv"):
        assert row["source"]
        assert 1.0 <= float(row["circuity"]) < 2.2


def test_every_land_stands_on_one_mass() -> None:
    named = [country for row in rows("landmass.csv") for country in row["countries"].split()]

    assert len(named) == len(set(named))


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(TanluError, match="TL502"):
        assumption("A-NOTHING")
