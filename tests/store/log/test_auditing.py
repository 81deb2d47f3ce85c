"""What a monitor of the log finds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.ledger.manifest import seal_line
from tanlu.store.log import audit, begin_log, rotate
from tanlu.terms.proof import cose, keys, note, policy, tiles
from tests.store.activities import activities


@pytest.fixture
def log(workspace):
    made = begin_log(workspace)
    for first in (0, 10):
        workspace.append("activity", activities(10, first=first))
        list(made.catch_up())
        made.checkpoint()
    return made


def found(path: Path, **options) -> list[tuple[str, str]]:
    last = [step.result for step in audit(path, **options)][-1]
    return [(each["code"], each["where"]) for each in last["findings"]]


def test_a_log_that_holds_has_no_finding(workspace, log) -> None:
    last = [step.result for step in audit(workspace.path)][-1]

    assert last["findings"] == []
    assert (last["size"], last["entries"], last["waiting"]) == (5, 5, 0)
    assert last["root"] == log.tiled.published.root.hex()
    trusted = policy.Policy.parse(log.policy_text)
    assert found(workspace.path, policy=trusted) == []
    assert found(workspace.path / "log", policy=trusted) == []
    judged = [
        [step.result for step in audit(path, policy=told)][-1]["judged"]
        for path, told in (
            (workspace.path, None), (workspace.path, trusted), (workspace.path / "log", None),
        )
    ]  # fmt: skip
    assert judged == ["own", "policy", None]


def test_a_part_that_no_head_covers_waits_and_is_no_fault(workspace, log) -> None:
    workspace.append("activity", activities(10, first=50))
    last = [step.result for step in audit(workspace.path)][-1]

    assert (last["findings"], last["waiting"]) == ([], 1)


@pytest.mark.parametrize("name", ["tile/entries/000.p/5", "tile/0/000.p/5", "checkpoint"])
def test_a_changed_byte_is_named(workspace, log, name: str) -> None:
    path = workspace.path / "log" / name
    data = bytearray(path.read_bytes())
    data[-9] = ord("A") if data[-9] != ord("A") else ord("B")
    path.write_bytes(bytes(data))

    assert any(name.rpartition("/")[2] in where for _, where in found(workspace.path))


def test_a_checkpoint_of_another_key_is_named(workspace, log) -> None:
    other = policy.Policy.parse(
        f"log {note.Verifier(log.origin, note.ED25519, keys.SigningKey.new().public).vkey}\n"
        "quorum none\n"
    )
    assert ("TL125", "checkpoint") in found(workspace.path, policy=other)


def test_an_entry_that_no_key_admits_is_named(workspace, log) -> None:
    made = cose.Statement.sign(
        keys.SigningKey.new(), type="head", issuer="x", subject="x", issued_s=1,
        payload={"type": "tanlu/head/v1"},
    )  # fmt: skip
    log.tiled.append([made.encode(), b"no statement"])
    log.checkpoint()

    assert found(workspace.path) == [("TL132", "entry 5"), ("TL130", "entry 6")]


def test_a_log_that_was_cut_or_made_anew_is_found_by_who_remembers(
    workspace, log, tmp_path: Path
) -> None:
    remembered = log.checkpoint()
    other = open_workspace(tmp_path / "other", create=True)
    twin = begin_log(other, origin=log.origin)
    assert found(workspace.path, remembered=remembered) == []
    assert found(other.path, remembered=remembered) == [("TL623", "checkpoint")]
    twin.state("policy", "p", {"n": 1})
    for n in range(6):
        twin.state("policy", "p", {"n": n})
    twin.checkpoint()
    assert found(other.path, remembered=remembered) == [("TL623", "checkpoint")]
    foreign = begin_log(open_workspace(tmp_path / "third", create=True))
    assert found(workspace.path, remembered=foreign.checkpoint()) == [("TL623", "checkpoint")]


def rewritten(path: Path, version: int | None, change) -> None:
    """A manifest written again with one line changed or the end cut off, its hashes mended."""
    lines = [json.loads(line) for line in (path / "manifest.jsonl").read_bytes().splitlines()]
    kept, before = [], lines[0]["prev"]
    for line in lines[:version] if change is None else lines:
        if change is not None and line["version"] == version:
            change(line)
        line.pop("line")
        line["prev"] = before
        kept.append(seal_line(line))
        before = json.loads(kept[-1])["line"]
    (path / "manifest.jsonl").write_bytes(b"".join(kept))


def test_a_manifest_that_was_cut_is_found(workspace, log) -> None:
    rewritten(workspace.path, 2, None)

    assert ("TL622", "entry 4") in found(workspace.path)


def test_a_manifest_that_was_rewritten_is_found(workspace, log) -> None:
    def change(line) -> None:
        line["at"] += 1

    rewritten(workspace.path, 1, change)

    assert ("TL622", "entry 2") in found(workspace.path)
    assert ("TL622", "entry 4") in found(workspace.path)


def test_a_part_that_was_exchanged_is_found(workspace, log) -> None:
    def change(line) -> None:
        line["parts"][0]["sha256"] = "00" * 32

    rewritten(workspace.path, 3, change)
    told = found(workspace.path)

    assert ("TL622", "entry 3") in told
    assert ("TL621", "parts/activity/00000003.parquet") in told


def test_a_seal_that_was_exchanged_is_found(workspace, log) -> None:
    def change(line) -> None:
        line["seals"][0]["root"] = "00" * 32

    rewritten(workspace.path, 2, change)

    assert ("TL622", "entry 1") in found(workspace.path)


def test_a_damaged_bundle_does_not_hide_the_other_faults(workspace, log) -> None:
    for n in range(300):
        log.state("policy", "p", {"n": n})
    log.tiled.append([b"no statement"])
    log.checkpoint()
    path = workspace.path / "log" / tiles.entries_path(0)
    path.write_bytes(path.read_bytes()[:-1])
    codes = found(workspace.path)

    assert ("TL617", tiles.entries_path(0)) in codes
    assert ("TL130", "entry 305") in codes


def test_the_check_and_a_backup_know_the_log(workspace, log, result, tmp_path: Path) -> None:
    from tanlu.store import restore

    log.state("policy", "p", {"n": 1})
    assert result(workspace.check())["findings"] == []
    result(workspace.export(tmp_path / "e.tanlu"))
    result(restore(tmp_path / "e.tanlu", tmp_path / "again"))
    again = begin_log(open_workspace(tmp_path / "again"))
    assert again.size == log.size == 6
    assert found(tmp_path / "again") == []
    pending = next((workspace.path / "log/pending").iterdir())
    for path in (
        workspace.path / "log/tile/0/000.p/5", workspace.path / "log/origin", pending,
        workspace.path / "log/checkpoint", workspace.path / "keys/log",
    ):  # fmt: skip
        data = path.read_bytes()
        path.write_bytes(data[:-3] + bytes((data[-3] ^ 1,)) + data[-2:])

        assert result(workspace.check())["findings"], path
        path.write_bytes(data)
    shutil.rmtree(workspace.path / "log/tile")
    assert result(workspace.check())["findings"]


def test_a_folder_without_a_log_cannot_be_audited(tmp_path: Path) -> None:
    with pytest.raises(TanluError, match="TL615"):
        list(audit(tmp_path))


def test_statements_that_do_not_say_what_they_should_are_named(workspace, log) -> None:
    first = log.size
    sealed = log.statements("batch")[0].statement.content
    odd = [
        ("batch", {}), ("batch", {"part": 7}), ("batch", {"part": {"a": 1}}),
        ("batch", {**sealed, "columns": [[], [], [], []]}),
        ("head", {"line": {"a": 1}, "version": "x"}), ("policy", {"line": [1]}),
    ]  # fmt: skip
    for kind, payload in odd:
        log.state(kind, "x", {name: value for name, value in payload.items() if name != "type"})
    log.checkpoint()

    assert found(workspace.path) == [("TL622", f"entry {first + n}") for n in range(4)]


def test_formulas_and_corrections_that_the_log_does_not_tell_are_named(
    workspace, log, monkeypatch
) -> None:
    ids = activities(3)["activity_id"]
    source = {"by": "quantify", "pins": {"spec": "ab" * 32}}
    workspace.append("activity", activities(2, first=50), source=source)
    workspace.retract("activity", ids)
    with monkeypatch.context() as patch:
        patch.setattr("tanlu.store.log.following._kinds", lambda *_: iter(()))
        list(log.catch_up())
    log.checkpoint()

    assert [where for _, where in found(workspace.path)] == [
        "calcspec of version 5", "correction of version 6",
    ]  # fmt: skip


def test_what_a_key_signed_before_it_was_taken_back_is_counted(workspace, log) -> None:
    signed = log.size
    log.state("policy", "p", {"n": 1})
    old = keys.kid(log.preparer.public)
    rotate(log)
    log.state("key", old.hex(), {"step": "revoke", "kid": old, "trusted": signed - 1})
    log.checkpoint()
    last = [step.result for step in audit(workspace.path)][-1]

    assert (last["findings"], last["disowned"]) == ([], [signed, signed + 1])
