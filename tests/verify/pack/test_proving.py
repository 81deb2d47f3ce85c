"""A proof leads from what the ledger says of a subject to a checkpoint that others believe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.verify.offline.making import trust
from tests.verify.pack import made

from tanlu.errors import TanluError
from tanlu.store.log import log_of
from tanlu.terms.proof import proofs
from tanlu.verify.pack import check_proof, prove


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Any:
    books = made.ledger(tmp_path_factory.mktemp("books"))
    for _ in log_of(books).catch_up():
        pass
    return books


def test_each_part_that_holds_rows_of_a_subject_is_proved(workspace: Any, tmp_path: Path) -> None:
    found = prove(workspace, "waybill:T1", tmp_path / "P.tlog-proof")
    text = log_of(workspace).policy_text
    told = [check_proof(Path(each["path"]).read_bytes(), text) for each in found]

    assert {each["table"] for each in found} == {"activity", "emission"}
    assert [each["index"] for each in told] == [each["index"] for each in found]
    assert {each["type"] for each in told} == {"batch"}
    assert {each["origin"] for each in told} == {made.ORIGIN}


def test_an_activity_and_a_statement_can_be_asked_for(workspace: Any, tmp_path: Path) -> None:
    by_activity = prove(workspace, "a1", tmp_path / "A.tlog-proof")
    by_statement = prove(workspace, workspace.id, tmp_path / "S.tlog-proof")

    assert by_activity[0]["rows"] == 1
    assert [each["type"] for each in by_statement] == ["head"]


def test_nothing_is_proved_of_whom_the_log_does_not_know(workspace: Any, tmp_path: Path) -> None:
    with pytest.raises(TanluError, match="TL744"):
        prove(workspace, "waybill:nobody", tmp_path / "P")


def test_a_changed_proof_does_not_hold(workspace: Any, tmp_path: Path) -> None:
    found = prove(workspace, "a1", tmp_path / "P")
    made_ = proofs.TlogProof.decode(Path(found[0]["path"]).read_bytes())
    text = log_of(workspace).policy_text
    other = proofs.TlogProof(made_.index + 1, made_.path, made_.checkpoint, made_.extra)
    bare = proofs.TlogProof(made_.index, made_.path, made_.checkpoint)

    with pytest.raises(TanluError, match="TL715"):
        check_proof(other.encode(), text)
    with pytest.raises(TanluError, match="TL130"):
        check_proof(bare.encode(), text)
    with pytest.raises(TanluError, match="TL125"):
        check_proof(made_.encode(), trust())
