"""What the disk has is taken only of the ledger and the definition it was made of."""

from __future__ import annotations

from pathlib import Path

from tests.store.activities import activities, emissions
from tests.store.cube.test_holding import EMISSIONS, files, like

from tanlu.store import Workspace, open_workspace
from tanlu.store.cube import Cube, cells, extend, holding


def test_the_sums_of_another_ledger_are_not_taken(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(holding, "WORTH", 0)
    one, two = (open_workspace(tmp_path / name, create=True) for name in ("one", "two"))
    for ledger, count in ((one, 50), (two, 20)):
        ledger.append("emission", emissions(activities(count)))
    list(extend(one, [EMISSIONS]))
    (tmp_path / "one" / "index").rename(tmp_path / "two" / "index")

    found = cells(two, EMISSIONS)

    assert found is not None
    assert found["rows"].sum() == 20


def test_a_disk_that_takes_nothing_costs_only_time(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(holding, "WORTH", 0)
    (workspace.path / "index").write_text("no folder")
    workspace.append("emission", emissions(activities(40)))
    found = cells(workspace, EMISSIONS)
    assert found is not None
    assert found["rows"].sum() == 40


def test_another_definition_is_another_cube(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(holding, "WORTH", 0)
    workspace.append("emission", emissions(activities(40)))
    list(extend(workspace, [EMISSIONS]))
    other = Cube("kinds", "emission", EMISSIONS.keys[:2], EMISSIONS.sums)
    found = cells(open_workspace(workspace.path), other)
    assert found is not None
    assert like(found).equals(like(other.of(workspace.scan("emission"))))
    # and the one before it leaves nothing behind
    assert len(files(workspace)) == 2
