"""A claim made again, and a plan of the samples, as jobs run them."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.jobs.assuring import checked, planned
from tanlu.serve.jobs.publishing import published
from tests.serving import last


def test_a_claim_comes_out_as_it_was_published(home):
    workspace = home.workspace("home")
    last(published(workspace, {"name": "a"}))
    facts = last(checked(workspace, {"name": "a"}))
    assert facts["co2e_ug"] == facts["pinned_ug"]
    assert facts["found"] == []


def test_a_plan_has_files_and_states_nothing(home, tmp_path):
    workspace = home.workspace("home")
    version = workspace.version
    told = last(planned(workspace, {"period": "2026", "language": "zh"}, tmp_path / "out"))
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "plan.html",
        "plan.json",
        "plan.xlsx",
    }
    assert told["points"] > 0
    assert workspace.version == version


def test_more_expected_than_is_material_is_refused(home, tmp_path):
    asked = {"period": "2026", "materiality": "1", "expected": "2"}
    with pytest.raises(TanluError, match="TL755"):
        last(planned(home.workspace("home"), asked, tmp_path))
