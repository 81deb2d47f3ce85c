"""An edition pins what its numbers were made by, and refuses what could not be made again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.verify.edition import books as of

from tanlu.account import spec
from tanlu.errors import TanluError
from tanlu.factors import library
from tanlu.store import Workspace
from tanlu.terms import VERSION
from tanlu.verify.edition import counted, made_by, named, pinning, pins


@pytest.fixture
def ledger(tmp_path: Path) -> Workspace:
    return of.books(tmp_path / "books")


def pinned(ledger: Workspace, **more: Any) -> dict[str, Any]:
    extent = replace(of.ALL, **more)
    rows = counted(ledger, extent)
    return pins(ledger, "e", extent, rows, version=ledger.version, reason="because")


def refused(ledger: Workspace, **more: Any) -> tuple[str, str]:
    with pytest.raises(TanluError) as error:
        pinned(ledger, **more)
    return error.value.code, error.value.say("zh")


def test_all_that_decides_a_number_is_pinned(ledger: Workspace) -> None:
    row = pinned(ledger, period="2026-03", span=(of.START, of.START + of.DAY))
    made = made_by(ledger, "iso14083")

    assert row["spec_hash"] == spec().sha256
    assert row["factors_hash"] == library().hash
    assert row["code_version"] == VERSION
    assert (row["gwp_set"], row["zone"], row["basis"]) == ("AR6", "Asia/Shanghai", "location")
    assert (row["period_start"], row["period_end"]) == (of.START, of.START + of.DAY)
    assert json.loads(row["pins"]) == {"rules": made["rules"]}
    parts = json.loads(row["parts"])
    assert sum(map(int, parts.values())) == int(row["co2e_ug"])
    assert row["rows"] == counted(ledger, of.ALL).collect().height


def test_pins_are_those_of_the_version_and_not_of_later(ledger: Workspace) -> None:
    version, before = ledger.version, made_by(ledger, "iso14083")
    of.other_factors(ledger)

    assert made_by(ledger, "iso14083", version) == before
    assert made_by(ledger, "iso14083") != before
    assert made_by(ledger, "nobody") == {}


def test_nothing_quantified_is_nothing_to_publish(ledger: Workspace) -> None:
    code, said = refused(ledger, profile="ghg_protocol")

    assert code == "TL645"
    assert "没有按 ghg_protocol 量化" in said
    assert refused(ledger, span=(0, 1))[0] == "TL645"


def test_other_formulas_than_these_cannot_be_repeated_here(
    ledger: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = made_by(ledger, "iso14083") | {"spec": "0" * 64}
    monkeypatch.setattr(pinning, "made_by", lambda *_: made)

    assert refused(ledger)[0] == "TL645"


@pytest.mark.parametrize("name", ["", "12", "a b", "a/b", "../x", "x" * 65, "a\n", "\x1b[2J"])
def test_a_name_is_a_word(ledger: Workspace, name: str) -> None:
    with pytest.raises(TanluError) as error:
        named(ledger, name)
    assert error.value.code == "TL645"


def test_a_name_is_given_once(ledger: Workspace) -> None:
    assert named(ledger, "2026年一季度") == "2026年一季度"
    of.publish(ledger, "first")
    with pytest.raises(TanluError) as error:
        named(ledger, "first")
    assert error.value.code == "TL609"
