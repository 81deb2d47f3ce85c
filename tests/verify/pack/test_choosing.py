"""What a pack needs: parts of the period, what hides rows of them, and what stands behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.report.workspace import made as bare
from tests.verify.pack import made
from tests.verify.pack.made import DAY_US, OCTOBER

from tanlu.account import spec
from tanlu.errors import TanluError
from tanlu.factors import library
from tanlu.verify.pack import choosing
from tanlu.verify.pack.choosing import choose, grounds

PROFILES = ["ghg_protocol", "iso14083"]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return made.ledger(tmp_path_factory.mktemp("books"))


def test_parts_are_those_of_the_period_and_of_its_mates(workspace: Any) -> None:
    chosen = choose(workspace, OCTOBER)
    files = [part.file for part in chosen.parts]

    assert files == sorted(files)
    # the round of the border brings the part of November along
    assert {part.file for part in workspace.parts("activity")} <= set(files)
    assert {part.table for part in chosen.parts} == {"activity", "emission", "finding"}


def test_what_no_row_of_the_period_needs_stays_out(workspace: Any) -> None:
    november = choose(workspace, (OCTOBER[1], OCTOBER[1] + 30 * DAY_US))
    ids = november.slice.scan("activity").collect()["activity_id"].to_list()

    assert {"c1", "c2", "e2", "n1"} <= set(ids)
    assert "a1" not in ids


def test_a_period_without_emissions_has_nothing_to_show(workspace: Any) -> None:
    with pytest.raises(TanluError, match="TL741"):
        choose(workspace, (0, 1))


def test_factor_packs_are_those_that_made_the_rows(workspace: Any) -> None:
    known = grounds(workspace, PROFILES)

    assert {each["hash"] for each in known.factorsets} == {pack.hash for pack in library().packs}
    assert set(known.originals) == {each["original"] for each in known.factorsets}


def test_emissions_that_no_run_made_cannot_be_told(tmp_path: Path) -> None:
    with pytest.raises(TanluError, match="TL742"):
        grounds(bare(tmp_path), ["iso14083"])


def test_emissions_of_other_formulas_cannot_be_told(
    workspace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later:
        sha256 = "0" * 64

    monkeypatch.setattr("tanlu.account.spec", lambda: Later)

    assert spec().sha256 != Later.sha256
    with pytest.raises(TanluError, match="TL742"):
        choosing.grounds(workspace, PROFILES)
