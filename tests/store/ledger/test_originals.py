from __future__ import annotations

import hashlib

import pytest

from tanlu.errors import TanluError
from tanlu.store.ledger.originals import Originals


def test_a_file_is_kept_once_by_its_hash(tmp_path) -> None:
    kept = Originals(tmp_path / "originals")
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(b"x")
    shas = {kept.put(tmp_path / name) for name in ("a.csv", "b.csv")}

    assert {hashlib.sha256(b"x").hexdigest()} == shas
    assert sorted(shas) == kept.names()
    assert kept.get(shas.pop()).read_bytes() == b"x"


@pytest.mark.parametrize("name", ["0" * 64, "../workspace.json", ""])
def test_a_hash_that_is_not_kept_is_named(tmp_path, name) -> None:
    with pytest.raises(TanluError, match="TL607"):
        Originals(tmp_path).get(name)


def test_no_folder_means_no_originals(tmp_path) -> None:
    assert Originals(tmp_path / "none").names() == []
