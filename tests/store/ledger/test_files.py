from __future__ import annotations

import hashlib

import pytest

from tanlu.store.ledger import files


def test_a_draft_that_fails_leaves_nothing(tmp_path) -> None:
    def fail() -> None:
        with files.place(tmp_path / "a") as draft:
            draft.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert list(tmp_path.iterdir()) == []


def test_a_private_file_is_its_owners_alone(tmp_path) -> None:
    files.replace(tmp_path / "key", b"secret", private=True)

    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_folder_of_keys_is_closed_to_others(tmp_path) -> None:
    (tmp_path / "keys").mkdir(mode=0o755)

    assert files.owned_folder(tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_digest_is_the_sha256_of_the_bytes(tmp_path) -> None:
    files.replace(tmp_path / "a", b"abc")

    assert hashlib.sha256(b"abc").hexdigest() == files.digest(tmp_path / "a")


def test_removing_what_is_gone_is_no_error(tmp_path) -> None:
    files.remove(tmp_path / "gone")

    assert not (tmp_path / "gone").exists()
