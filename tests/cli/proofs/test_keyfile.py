"""Files of keys, as verbs ask for them."""

from __future__ import annotations

import pytest

from tanlu.cli.proofs.keyfile import key_of
from tanlu.errors import TanluError


def test_a_file_of_32_bytes_is_a_key(tmp_path):
    path = tmp_path / "a.key"
    path.write_bytes(bytes(range(32)))

    assert key_of(path).seed == bytes(range(32))


def test_none_named_gone_and_no_key_have_their_codes(tmp_path):
    (tmp_path / "no.key").write_bytes(b"short")
    said = []
    for path in (None, tmp_path / "gone.key", tmp_path / "no.key", tmp_path):
        with pytest.raises(TanluError) as refused:
            key_of(path)
        said.append(refused.value.code)

    assert said == ["TL001", "TL119", "TL119", "TL119"]
