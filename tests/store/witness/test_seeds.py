"""A key is made once, for its owner alone."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.store.witness import seed_at


def test_a_key_is_made_once_and_found_again(tmp_path) -> None:
    made = seed_at(tmp_path / "keys" / "w", make=True)

    assert seed_at(tmp_path / "keys" / "w") == made
    assert seed_at(tmp_path / "keys" / "w", make=True) == made
    assert tmp_path.joinpath("keys/w").stat().st_mode & 0o777 == 0o600
    assert len(tmp_path.joinpath("keys/w").read_bytes()) == 32


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33)])
def test_a_file_of_another_length_is_no_key(tmp_path, seed) -> None:
    tmp_path.joinpath("w").write_bytes(seed)

    with pytest.raises(TanluError, match="TL119"):
        seed_at(tmp_path / "w", make=True)


def test_an_absent_key_is_not_made_unless_asked(tmp_path) -> None:
    with pytest.raises(TanluError, match="TL119"):
        seed_at(tmp_path / "w")
    with pytest.raises(TanluError, match="TL119"):
        seed_at(tmp_path)

    assert list(tmp_path.iterdir()) == []
