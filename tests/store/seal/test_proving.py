from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.store import verify_proof
from tanlu.store.ledger import parts
from tests.store.activities import activities


@pytest.fixture
def sealed(workspace, result, monkeypatch):
    monkeypatch.setattr(parts, "PART_ROWS", 40)
    workspace.append("activity", activities(100))
    result(workspace.seal())
    return workspace


@pytest.mark.parametrize("row", [0, 39, 40, 99])
def test_every_record_is_proved_and_shows_its_columns(sealed, row) -> None:
    proof = sealed.prove("activity", 1, row, ["activity"])

    assert verify_proof(proof)
    assert proof["leaves"][0]["data"].startswith(f"a{100_000 + row},".encode())
    assert list(proof["columns"]) == ["activity"]


def test_all_groups_are_shown_if_none_is_named(sealed) -> None:
    proof = sealed.prove("activity", 1, 3)

    assert [leaf["group"] for leaf in proof["leaves"]] == [
        "result",
        "activity",
        "places",
        "parties",
    ]
    assert verify_proof(proof)


@pytest.mark.parametrize("part", ["data", "salt", "path", "leaf", "group"])
def test_any_change_breaks_the_proof(sealed, part) -> None:
    proof = sealed.prove("activity", 1, 7, ["activity"])
    leaf = proof["leaves"][0]
    changed = {
        "data": leaf["data"] + b" ",
        "salt": bytes([leaf["salt"][0] ^ 1]) + leaf["salt"][1:],
        "path": leaf["path"][:-1],
        "leaf": leaf["leaf"] + 4,
        "group": "places",
    }
    leaf[part] = changed[part]

    assert not verify_proof(proof)


def test_a_row_that_is_not_there_or_not_sealed_is_named(sealed) -> None:
    with pytest.raises(TanluError, match="TL611"):
        sealed.prove("activity", 1, 100)
    sealed.append("activity", activities(1, first=500))
    with pytest.raises(TanluError, match="TL611"):
        sealed.prove("activity", 3, 0)
