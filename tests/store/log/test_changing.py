"""The preparer's key is replaced without a moment in which nobody could go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.log import begin_log, changing, log_of, rotate
from tanlu.store.log.stating import WorkspaceLog
from tanlu.terms.proof.keys import kid


@pytest.fixture
def log(tmp_path: Path) -> WorkspaceLog:
    return begin_log(open_workspace(tmp_path / "books", create=True))


def seeds(log: WorkspaceLog) -> list[str]:
    return sorted(path.name for path in (log.workspace.path / "keys").glob("preparer*"))


def test_every_rotation_ends_the_key_before(log: WorkspaceLog) -> None:
    seen = [log.preparer.public]
    for _ in range(3):
        rotate(log)
        seen.append(log.preparer.public)
    ends = [log.registry.keys[kid(public)].until for public in seen]

    assert len(set(seen)) == 4
    assert ends == [2, 3, 4, None]
    assert log.state("policy", "p", {}).index == 4
    assert seeds(log) == ["preparer"]


def test_an_overlap_lets_a_machine_with_the_old_key_finish(log: WorkspaceLog) -> None:
    old = log.preparer
    rotate(log, overlap=2)
    for _ in range(2):
        log.state("policy", "p", {}, old)
    with pytest.raises(TanluError, match="TL132"):
        log.state("policy", "p", {}, old)


@pytest.mark.parametrize("dies_at", ["state", "publish"])
def test_whoever_dies_between_leaves_a_ledger_that_goes_on(
    log: WorkspaceLog, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    old = log.preparer

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(*((log, "state") if dies_at == "state" else (changing, "publish")), die)
        with pytest.raises(KeyboardInterrupt):
            rotate(log)
    again = log_of(open_workspace(log.workspace.path))
    stated = again.state("policy", "p", {})
    told = len(again.statements("key"))

    # told or not, whoever asks next signs by a key that holds
    assert (told, again.preparer.public == old.public) == ((1, True) if dies_at == "state" else
                                                            (2, False))  # fmt: skip
    assert again.registry.key(stated.statement.kid, stated.index).role == "preparer"
    rotate(again)
    assert seeds(again) == ["preparer"]
    assert again.state("policy", "p", {}).index == stated.index + 2


def test_a_seed_is_its_owners_alone(log: WorkspaceLog) -> None:
    rotate(log)

    assert (log.workspace.path / "keys" / "preparer").stat().st_mode & 0o777 == 0o600


def test_without_the_old_key_there_is_no_new_one(log: WorkspaceLog) -> None:
    (log.workspace.path / "keys" / "preparer").unlink()
    with pytest.raises(TanluError, match="TL119"):
        rotate(log)
    assert len(log.statements("key")) == 1
