from __future__ import annotations

import polars as pl
import pytest

from tanlu.store import open_workspace, verify_proof
from tests.store.activities import activities

PERSONS = pl.DataFrame({"pseudonym": ["p:1"], "field": ["phone"], "value": ["1"]})


@pytest.fixture
def filled(workspace, tmp_path, result):
    (tmp_path / "orders.csv").write_text("a,b\n")
    workspace.originals.put(tmp_path / "orders.csv")
    workspace.append("activity", activities(100), personal=PERSONS)
    result(workspace.seal())
    return workspace


def test_a_sound_ledger_has_no_findings(filled, result) -> None:
    facts = result(filled.check())

    assert {key: value for key, value in facts.items() if key != "head"} == {
        "parts": 2,
        "rows": 101,
        "originals": 1,
        "seals": 1,
        "version": 2,
        "findings": [],
    }


@pytest.mark.parametrize(
    "place", ["parts/activity/*.parquet", "personal/*.parquet", "originals/*", "seals/*.cbor"]
)
def test_a_flipped_bit_is_found_and_named(filled, result, place) -> None:
    (path,) = filled.path.glob(place)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    (finding,) = result(filled.check())["findings"]

    assert finding.startswith("[TL603]")
    assert path.relative_to(filled.path).as_posix() in finding


def test_a_part_that_is_gone_is_found(filled, result) -> None:
    (filled.path / filled.parts("activity")[0].file).unlink()

    assert len(result(filled.check())["findings"]) == 1


def test_another_table_with_the_right_file_hash_is_found_by_its_root(filled, result) -> None:
    entry = filled.parts("activity")[0]
    object.__setattr__(entry, "root", "00" * 32)

    assert "root" in result(filled.check())["findings"][0]


def test_what_a_dead_writer_left_is_mended_by_the_next(filled, result) -> None:
    folder = filled.path
    (folder / "parts/activity/00000009.parquet").write_bytes(b"never named")
    (folder / "parts/activity/.x.tmp").write_bytes(b"draft")
    with (folder / "manifest.jsonl").open("ab") as file:
        file.write(b'{"kind":"append"')
    (folder / "lock").write_text("{}")
    again = open_workspace(folder)
    before = again.version
    again.append("activity", activities(1, first=500))

    assert before + 1 == open_workspace(folder).version
    assert sorted(path.name for path in (folder / "parts/activity").iterdir()) == [
        "00000001.parquet",
        "00000003.parquet",
    ]
    assert next(folder.glob("manifest.torn-*")).read_bytes() == b'{"kind":"append"'
    assert result(again.check())["findings"] == []


def test_an_erasure_that_was_cut_short_is_finished(filled, result) -> None:
    entry = filled.parts("personal")[0]
    filled.manifest.append({"kind": "retire", "at": 0, "file": entry.file, "reason": "r"})

    assert len(result(filled.check())["findings"]) == 1
    (filled.path / "lock").write_text("{}")
    again = open_workspace(filled.path)
    with again.writer():
        pass

    assert result(again.check())["findings"] == []


def test_a_part_written_with_fewer_columns_still_holds(filled, result, monkeypatch) -> None:
    from tanlu.store.ledger import digest, parts

    older = filled.manifest.parts("activity")[0]
    frame = parts.read_part(filled.path, older).drop("labels", "round")
    monkeypatch.setattr(parts, "schema_hash", lambda _: "ab" * 32)
    monkeypatch.setattr(digest, "schema_hash", lambda _: "ab" * 32)
    monkeypatch.setattr(type(parts.schema("activity")), "fit", lambda _, rows: rows)
    filled.append("activity", frame)
    monkeypatch.undo()

    assert result(filled.check())["findings"] == []
    result(filled.seal())
    assert verify_proof(filled.prove("activity", 3, 5))


def test_a_draft_of_a_key_does_not_outlive_its_writer(filled) -> None:
    left = filled.path / "keys" / ".pseudonyms.0123456789ab.tmp"
    left.write_bytes(b"the way from a plate to its pseudonym")
    (filled.path / "lock").write_bytes(b"{}")
    with filled.writer():
        pass

    assert not left.exists()
