from __future__ import annotations

import json
import shutil

import pytest

from tanlu.errors import TanluError
from tanlu.store import open_workspace, upgrade
from tanlu.store.ledger import upgrade as formats
from tests.store.ledger.test_backup import contents


def rewrite(folder, **changes) -> None:
    place = folder / "workspace.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | changes))


def test_todays_format_stays_as_it_is(workspace, result) -> None:
    before = contents(workspace.path)

    assert result(upgrade(workspace.path)) == {"from": 1, "format": 1}
    assert before == contents(workspace.path)


def test_a_newer_format_is_refused_by_open_and_upgrade(workspace, result) -> None:
    rewrite(workspace.path, format=2)

    with pytest.raises(TanluError, match="TL606"):
        open_workspace(workspace.path)
    with pytest.raises(TanluError, match="TL606"):
        result(upgrade(workspace.path))


def test_each_step_leads_to_the_next_format(workspace, result, monkeypatch) -> None:
    rewrite(workspace.path, format=-1)
    seen = []
    monkeypatch.setattr(
        formats, "STEPS", {-1: lambda _: seen.append(-1), 0: lambda _: seen.append(0)}
    )

    assert result(upgrade(workspace.path)) == {"from": -1, "format": 1}
    assert seen == [-1, 0]
    assert open_workspace(workspace.path).version == 0


def test_upgrading_nothing_says_so(tmp_path, result) -> None:
    with pytest.raises(TanluError, match="TL601"):
        result(upgrade(tmp_path))


@pytest.mark.parametrize("number", [1])
def test_a_workspace_of_each_released_format_opens_and_holds(
    number, root, tmp_path, result
) -> None:
    folder = tmp_path / "old"
    shutil.copytree(root / "tests/store/formats" / str(number), folder)
    result(upgrade(folder))
    kept = open_workspace(folder)
    facts = result(kept.check())

    assert facts["findings"] == []
    assert json.loads((folder / "expected.json").read_text()) == {
        "head": facts["head"],
        "activities": kept.scan("activity").collect().height,
        "emissions": kept.scan("emission").collect()["co2e_ug"].sum(),
        "edition": kept.scan("emission", as_of="2026-1").collect()["co2e_ug"].sum(),
    }
