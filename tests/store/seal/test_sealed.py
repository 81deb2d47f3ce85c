from __future__ import annotations

import hmac
from hashlib import sha256

import pytest

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.seal.sealed import open_sealed
from tanlu.terms.proof import tree
from tests.store.activities import activities


def test_a_sealed_part_opens_with_the_root_of_its_payload(workspace, result) -> None:
    workspace.append("activity", activities(130))
    result(workspace.seal())
    found = open_sealed(workspace, workspace.parts("activity")[0])

    assert found.levels[-1] == found.batch["root"]
    for record in (0, 64, 129):
        for group in range(4):
            place = found.place(record, group)
            entry = found.salt(place) + found.data(record, group)
            assert found.node(0, place) == tree.leaf(entry)


def test_seals_of_the_first_version_open_and_are_proved(root) -> None:
    old = open_workspace(root / "tests" / "store" / "formats" / "1")
    entry = old.parts("activity")[0]
    found = open_sealed(old, entry)
    key = hmac.new(old.secret, b"batch" + bytes.fromhex(entry.sha256), sha256).digest()

    assert found.batch["type"] == "tanlu/batch/v1"
    assert found.levels[-1] == found.batch["root"]
    assert isinstance(found.salts, bytes)
    assert key not in found.salts


def test_a_part_that_is_not_sealed_does_not_open(workspace) -> None:
    workspace.append("activity", activities(3))

    with pytest.raises(TanluError, match="TL611"):
        open_sealed(workspace, workspace.parts("activity")[0])
