from __future__ import annotations

import tarfile

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.store import open_workspace, restore
from tests.store.activities import activities

PERSONS = pl.DataFrame({"pseudonym": ["p:1"], "field": ["phone"], "value": ["1"]})


@pytest.fixture
def filled(workspace, tmp_path, result):
    (tmp_path / "orders.csv").write_text("a,b\n")
    workspace.originals.put(tmp_path / "orders.csv")
    workspace.append("activity", activities(50), personal=PERSONS)
    (workspace.path / "chain.toml").write_text("")
    result(workspace.seal())
    return workspace


def contents(folder) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def test_what_is_restored_is_what_was_exported(filled, tmp_path, result) -> None:
    facts = result(filled.export(tmp_path / "out.tanlu"))
    result(restore(tmp_path / "out.tanlu", tmp_path / "again"))

    assert contents(filled.path) == contents(tmp_path / "again")
    assert facts["files"] == len(contents(filled.path))
    assert result(open_workspace(tmp_path / "again").check())["findings"] == []


def test_an_export_is_for_its_owner_alone(filled, tmp_path, result) -> None:
    result(filled.export(tmp_path / "out.tanlu"))
    result(restore(tmp_path / "out.tanlu", tmp_path / "again"))

    assert (tmp_path / "out.tanlu").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "again/keys").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "again/keys/secret").stat().st_mode & 0o777 == 0o600


def test_any_damaged_byte_refuses_the_whole_and_leaves_nothing(filled, tmp_path, result) -> None:
    path = tmp_path / "out.tanlu"
    result(filled.export(path))
    with tarfile.open(path) as held:
        place = next(m for m in held.getmembers() if m.name.startswith("parts/")).offset_data + 50
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1
    path.write_bytes(raw)

    with pytest.raises(TanluError, match="TL612"):
        result(restore(path, tmp_path / "again"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ledger", "orders.csv", "out.tanlu"]


@pytest.mark.parametrize("keep", [0, 10, 600, 5000])
def test_a_cut_file_is_refused(filled, tmp_path, result, keep) -> None:
    path = tmp_path / "out.tanlu"
    result(filled.export(path))
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(TanluError, match="TL612"):
        result(restore(path, tmp_path / "again"))


def test_a_name_that_leads_outside_is_refused(tmp_path, result) -> None:
    listing = b'{"type":"tanlu/export/v1","version":1,"files":{"parts/../../evil":"00"}}'
    path = tmp_path / "evil.tanlu"
    (tmp_path / "listing").write_bytes(listing)
    with tarfile.open(path, "w") as out:
        out.add(tmp_path / "listing", "tanlu-export.json")

    with pytest.raises(TanluError, match="TL612"):
        result(restore(path, tmp_path / "again"))


def test_a_folder_in_use_is_not_overwritten(filled, tmp_path, result) -> None:
    result(filled.export(tmp_path / "out.tanlu"))

    with pytest.raises(TanluError, match="TL612"):
        result(restore(tmp_path / "out.tanlu", filled.path))
