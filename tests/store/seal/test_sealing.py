from __future__ import annotations

import sys
from dataclasses import replace
from hashlib import sha256

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.store.groups import GROUPS, block_payload
from tanlu.store.ledger.digest import block_root
from tanlu.store.ledger.parts import read_part, salt_of, write_file
from tanlu.store.log import audit, begin_log
from tanlu.store.salting import Salts, salted_leaves
from tanlu.store.seal import sealing
from tanlu.store.seal.sealing import many_at_once, sealed_parts
from tanlu.terms import schema
from tanlu.terms.proof import cbor, tree
from tests.store.activities import activities, emissions
from tests.store.stream.feeds import readings


def test_each_part_is_sealed_once(workspace, result) -> None:
    first = activities(10)
    workspace.commit({"activity": first, "emission": emissions(first)})

    assert result(workspace.seal()) == {"records": 20, "parts": 2, "version": 2}
    assert result(workspace.seal()) == {"records": 0, "parts": 0, "version": 2}


def test_the_payload_names_part_schema_and_roots(workspace, result) -> None:
    workspace.append("activity", activities(10))
    result(workspace.seal())
    (entry,) = workspace.parts("activity")
    sealed = sealing.sealed_parts(workspace.manifest)[entry.file]
    raw = (workspace.path / sealed["payload"]).read_bytes()
    batch = cbor.decode(raw)

    assert sha256(raw).hexdigest() == sealed["sha256"]
    assert {
        "type": "tanlu/batch/v2",
        "table": "activity",
        "version": 1,
        "n": 10,
        "groups": list(GROUPS),
        "columns": [
            [column.name for column in schema("activity").columns if column.group == group]
            for group in GROUPS
        ],
        "part": bytes.fromhex(entry.sha256),
        "blocks": bytes.fromhex(entry.root),
        "schema": bytes.fromhex(entry.schema),
        "root": bytes.fromhex(sealed["root"]),
    } == batch


def test_appends_go_on_while_sealing(workspace) -> None:
    workspace.append("activity", activities(10))
    workspace.append("activity", activities(10, first=50))
    work = workspace.seal()
    next(work)
    workspace.append("activity", activities(10, first=100))

    assert [step.result for step in work][-1] == {"records": 20, "parts": 2, "version": 4}


@pytest.mark.engine
def test_many_parts_sealed_side_by_side_have_the_same_roots(workspace, result, monkeypatch) -> None:
    pytest.importorskip("numba")
    for first in range(0, 600, 100):
        workspace.append("activity", activities(100, first=first))
    monkeypatch.setattr("tanlu.store.seal.sealing.MANY_RECORDS", 600)
    told = result(workspace.seal())

    assert (told["records"], told["parts"]) == (600, 6)
    for part in workspace.parts("activity"):
        sealed = sealed_parts(workspace.manifest)[part.file]
        salts = Salts.decode((workspace.path / sealed["salts"]).read_bytes(), part.rows)
        row = salted_leaves("activity", read_part(workspace.path, part), salts)
        assert sealed["root"] == tree.root(row).hex()


@pytest.mark.engine
def test_a_seal_side_by_side_can_be_left_and_gone_on_with(workspace, result, monkeypatch) -> None:
    pytest.importorskip("numba")
    for first in range(0, 600, 100):
        workspace.append("activity", activities(100, first=first))
    monkeypatch.setattr("tanlu.store.seal.sealing.MANY_RECORDS", 100)
    monkeypatch.setattr("tanlu.store.seal.sealing.COMMIT_RECORDS", 100)
    steps = workspace.seal()
    next(steps)
    next(steps)
    steps.close()

    assert 1 <= len(sealed_parts(workspace.manifest)) <= 2
    assert result(workspace.seal())["parts"] >= 4
    assert len(sealed_parts(workspace.manifest)) == 6


def test_without_numba_the_seal_is_the_same(workspace, result, monkeypatch) -> None:
    workspace.append("activity", activities(100))
    monkeypatch.setattr("tanlu.store.seal.sealing.MANY_RECORDS", 1)
    monkeypatch.setitem(sys.modules, "tanlu.store.lanes", None)
    monkeypatch.delattr("tanlu.store.lanes", raising=False)
    many_at_once.cache_clear()
    try:
        assert many_at_once() is None
        assert result(workspace.seal())["parts"] == 1
    finally:
        many_at_once.cache_clear()


@pytest.mark.parametrize("table", ["reading", "position"])
def test_telemetry_is_sealed_by_the_root_of_its_blocks_alone(workspace, result, table: str) -> None:
    rows = {"device": ["d"], "seq": [1], "at": [2], "stream": ["s"], "lat_e7": [0], "lon_e7": [0]}
    there = set(schema(table).names)
    workspace.append(table, pl.DataFrame({k: v for k, v in rows.items() if k in there}))
    workspace.append("activity", activities(2))

    assert result(workspace.seal()) == {"records": 3, "parts": 2, "version": 3}
    (entry,) = workspace.parts(table)
    sealed = sealed_parts(workspace.manifest)[entry.file]
    assert sorted(sealed) == ["part", "payload", "sha256"]
    assert cbor.decode((workspace.path / sealed["payload"]).read_bytes()) == {
        "type": "tanlu/batch/v3",
        "table": table,
        "version": 1,
        "n": 1,
        "part": bytes.fromhex(entry.sha256),
        "blocks": bytes.fromhex(entry.root),
        "schema": bytes.fromhex(entry.schema),
    }
    assert not list((workspace.path / "keys").glob(f"salts-{table}*"))
    assert result(workspace.check())["findings"] == []
    with pytest.raises(TanluError, match="64 at a time") as refused:
        workspace.prove(table, 1, 0)
    assert refused.value.code == "TL611"


def test_a_changed_reading_is_found_by_the_root_of_its_blocks(workspace, result) -> None:
    workspace.append("reading", readings(0, 200))
    result(workspace.seal())
    (entry,) = workspace.parts("reading")
    path = workspace.path / entry.file
    changed = pl.read_parquet(path).with_columns(value=pl.col("value") + 1)
    write_file(changed, path, salt_of(path))

    assert len(result(workspace.check())["findings"]) == 1
    assert block_root("reading", changed, salt=salt_of(path)).hex() != entry.root


def test_a_statement_of_other_readings_is_found(workspace, result) -> None:
    log = begin_log(workspace)
    workspace.append("reading", readings(0, 10))
    workspace.append("reading", readings(10, 10))
    first, second = workspace.parts("reading")
    lie = block_payload(replace(first, root=second.root))
    log.state("batch", "reading/00000001", cbor.decode(lie))
    log.checkpoint()
    told = result(audit(workspace.path))

    assert [each["code"] for each in told["findings"]] == ["TL622"]


def test_many_small_parts_of_telemetry_are_one_seal(workspace, result) -> None:
    for first in range(5):
        workspace.append("reading", readings(10 * first, 10))
    result(workspace.seal())

    assert [len(line["seals"]) for line in workspace.log("seal")] == [5]
