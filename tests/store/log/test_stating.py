"""The log of a workspace."""

from __future__ import annotations

import errno
import os
import shutil
import stat

import pytest

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.log import (
    Cadence,
    WorkspaceLog,
    begin_log,
    half_begun,
    has_log,
    log_of,
    rotate,
)
from tanlu.terms.proof import cose, keys, policy, registry, tree


@pytest.fixture
def log(workspace):
    return begin_log(workspace)


def enrolled(log, role: str) -> keys.SigningKey:
    key = keys.SigningKey.new()
    log.state(
        "key",
        f"key:{role}",
        {
            "step": "enrol", "role": role, "name": role, "public": key.public,
            "possession": registry.possession(key, role, role),
        },
    )  # fmt: skip
    return key


def test_entry_0_is_the_preparers_key_signed_by_itself(workspace, log) -> None:
    first = log.statements()[0]

    assert (first.index, first.statement.type) == (0, "key")
    assert first.statement.content["public"] == log.preparer.public
    assert first.statement.verify(log.preparer.public)
    assert log.registry.key(keys.kid(log.preparer.public), 5).role == "preparer"
    assert log.origin == f"tanlu.local/{workspace.id}"
    assert (workspace.path / "log/origin").read_text() == f"{log.origin}\n"


def test_only_the_owner_may_read_the_keys(workspace, log) -> None:
    for name in ("log", "preparer"):
        path = workspace.path / "keys" / name

        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.stat().st_size == 32
    assert (workspace.path / "keys/log").read_bytes() != log.preparer.seed


def test_what_was_stated_is_durable_and_provable(workspace, log) -> None:
    stated = log.state("policy", "rules", {"text": "two witnesses"})
    again = log_of(open_workspace(workspace.path))

    assert again.entry(stated.index) == stated.statement.encode()
    with pytest.raises(TanluError, match="TL618"):
        again.proof(stated.index)
    signed = again.checkpoint()
    proof = again.proof(stated.index)
    leaf = tree.leaf(again.entry(stated.index))
    assert proof.checkpoint == signed
    assert proof.leads(leaf)
    assert policy.Policy.parse(again.policy_text).check(signed).size == 2
    assert cose.verify_receipt(again.receipt(stated.index), log._key.public, leaf)
    assert stated.statement.content["type"] == "tanlu/policy/v1"


def test_a_log_is_begun_once(workspace, log) -> None:
    assert begin_log(workspace).size == 1
    assert begin_log(workspace, origin=log.origin).vkey == log.vkey
    with pytest.raises(TanluError, match="TL616"):
        begin_log(workspace, origin="example.com/other")


def test_a_ledger_without_a_log_says_so(workspace) -> None:
    assert not has_log(workspace)
    with pytest.raises(TanluError, match="TL615"):
        log_of(workspace)
    with pytest.raises(TanluError, match="TL616"):
        begin_log(workspace, origin="two words")
    assert not has_log(workspace)
    assert begin_log(workspace, origin="example.com/books").origin == "example.com/books"


def test_whoever_dies_while_beginning_is_continued(workspace, monkeypatch) -> None:
    def died(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for place in (
        "storage.Folder.write",
        "tiled.TileLog.begin",
        "stating.WorkspaceLog.tell_preparer",
    ):
        with monkeypatch.context() as patch:
            patch.setattr(f"tanlu.store.log.{place}", died)
            with pytest.raises(KeyboardInterrupt):
                begin_log(workspace)
    assert has_log(workspace)
    log = log_of(workspace)

    assert [each.statement.type for each in log.statements()] == ["key"]
    assert list(log.tiled.faults()) == []


def test_each_role_signs_what_it_may(log) -> None:
    verifier = enrolled(log, "verifier")
    stated = log.state("assurance", "e1", {"step": "plan"}, verifier)

    assert stated.statement.issuer == "verifier"
    with pytest.raises(TanluError, match="TL133"):
        log.state("assurance", "e1", {"step": "opinion"})
    with pytest.raises(TanluError, match="TL133"):
        log.state("head", "x", {"version": 1}, verifier)
    with pytest.raises(TanluError, match="TL132"):
        log.state("assurance", "e1", {}, keys.SigningKey.new())
    with pytest.raises(TanluError, match="TL131"):
        log.state("poem", "e1", {})
    assert [each.statement.type for each in log.statements()] == ["key", "key", "assurance"]


def test_a_statement_signed_elsewhere_is_registered_as_it_is(workspace, log) -> None:
    verifier = enrolled(log, "verifier")
    made = cose.Statement.sign(
        verifier, type="assurance", issuer="verifier", subject="e1", issued_s=7,
        payload={"type": "tanlu/assurance/v1", "step": "plan"},
    )  # fmt: skip
    stated = log.register(cose.transparent(made, [b"a receipt"]))

    assert log.entry(stated.index) == made.encode()
    broken = bytearray(made.encode())
    broken[-1] ^= 1
    with pytest.raises(TanluError, match="TL135"):
        log.register(bytes(broken))
    assert log.size == stated.index + 1


def test_a_full_disk_teaches_the_log_nothing(workspace, log, monkeypatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("tanlu.store.ledger.files._written", full)
        with pytest.raises(TanluError, match="TL614"):
            enrolled(log, "carrier")
    assert [key.role for key in log.registry.keys.values()] == ["preparer"]
    assert log.size == 1
    enrolled(log, "carrier")
    assert [key.role for key in log.registry.keys.values()] == ["preparer", "carrier"]


def test_a_disk_that_cannot_sync_acknowledges_nothing(workspace, log, monkeypatch) -> None:
    def broken(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(TanluError, match="TL614"):
            log.state("policy", "rules", {"text": "x"})
    assert log_of(open_workspace(workspace.path)).size == 1


def test_two_processes_state_one_after_the_other(workspace, log) -> None:
    other = log_of(open_workspace(workspace.path), cadence=Cadence(entries=2))
    told = [each.state("policy", "p", {"n": n}).index for n, each in enumerate((log, other, log))]

    assert told == [1, 2, 3]
    assert [s.statement.content["n"] for s in other.statements("policy")] == [0, 1, 2]
    assert other.tiled.published.size >= 3


def test_a_key_that_is_gone_is_said(workspace, log) -> None:
    (workspace.path / "keys/log").unlink()
    with pytest.raises(TanluError, match="TL119"):
        log_of(workspace)
    (workspace.path / "keys/log").write_bytes(b"short")
    with pytest.raises(TanluError, match=r"TL119.*32 bytes"):
        log_of(workspace)
    (workspace.path / "keys/log").write_bytes(bytes(32))
    with pytest.raises(TanluError, match=r"TL617.*did not sign"):
        log_of(workspace)


def test_an_entry_about_keys_that_may_not_stand_there_is_damage(workspace, log) -> None:
    stranger = keys.SigningKey.new()
    made = cose.Statement.sign(
        stranger, type="key", issuer="x", subject="x", issued_s=7,
        payload={"type": "tanlu/key/v1", "step": "enrol"},
    )  # fmt: skip
    log.tiled.append([made.encode()])
    with pytest.raises(TanluError, match=r"TL617.*entry 1"):
        _ = log_of(workspace).registry


def test_a_log_whose_checkpoint_is_gone_is_not_begun_anew(workspace, log, result) -> None:
    (workspace.path / "log/checkpoint").unlink()

    assert has_log(workspace)
    for opened in (log_of, begin_log):
        with pytest.raises(TanluError, match=r"TL617.*checkpoint"):
            opened(workspace)
    assert any("log/checkpoint" in finding for finding in result(workspace.check())["findings"])


def test_a_log_that_was_half_begun_is_told_from_one_that_is_gone(workspace, monkeypatch) -> None:
    def died(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    assert not half_begun(workspace)
    with monkeypatch.context() as patch:
        patch.setattr("tanlu.store.log.tiled.TileLog.begin", died)
        with pytest.raises(KeyboardInterrupt):
            begin_log(workspace)
    assert half_begun(workspace)
    begin_log(workspace)
    assert not half_begun(workspace)


def test_a_log_that_was_taken_away_is_not_begun_anew_by_its_own_key(workspace, log, result) -> None:
    shutil.rmtree(workspace.path / "log")

    assert has_log(workspace)
    assert not half_begun(workspace)
    for opened in (log_of, begin_log):
        with pytest.raises(TanluError, match=r"TL617.*it is gone"):
            opened(workspace)
    assert any("log" in finding for finding in result(workspace.check())["findings"])
    for name in ("log", "preparer"):
        (workspace.path / "keys" / name).unlink()
    assert begin_log(workspace).size == 1


def test_a_log_that_was_half_begun_keeps_the_name_it_was_given(workspace, monkeypatch) -> None:
    def died(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tanlu.store.log.stating.seed_at", died)
        with pytest.raises(KeyboardInterrupt):
            begin_log(workspace, origin="example.com/books")

    assert half_begun(workspace)
    assert begin_log(workspace).origin == "example.com/books"


def test_who_waits_for_the_lock_signs_by_the_key_of_then(workspace, log, monkeypatch) -> None:
    other = log_of(open_workspace(workspace.path))
    before, admitting = other.preparer, WorkspaceLog._admitting

    def late(self: WorkspaceLog):
        if self is other:
            rotate(log)
        return admitting(self)

    monkeypatch.setattr(WorkspaceLog, "_admitting", late)
    stated = other.state("policy", "rules", {"text": "x"})

    assert stated.statement.kid == keys.kid(log.preparer.public) != keys.kid(before.public)
