"""The verifier's desk: the secret and the papers."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.verify.assurance import keep_nonce, lay_out
from tanlu.verify.assurance.desk import nonce_of


def test_the_secret_is_for_its_owner_alone_and_comes_back(tmp_path) -> None:
    path = keep_nonce(tmp_path / "desk", b"\x01" * 32)

    assert path.stat().st_mode & 0o077 == 0
    assert nonce_of(tmp_path / "desk") == b"\x01" * 32


def test_a_secret_that_is_gone_or_none_is_refused(tmp_path) -> None:
    for text in (None, "not hexadecimal"):
        if text is not None:
            (tmp_path / "nonce").write_text(text)
        with pytest.raises(TanluError) as refused:
            nonce_of(tmp_path)
        assert refused.value.code == "TL760"


def test_papers_lie_on_the_desk_one_set_a_round(planned, trail, gate, verifier) -> None:
    desk = gate.parent / "desk"
    keep_nonce(desk, planned.nonce)
    told, both, first = lay_out(trail, desk, gate.parent, verifier)
    again = lay_out(trail, desk, gate.parent, verifier, form="xlsx", more=20)

    assert [path.name for path in first] == ["forward.csv", "reverse.csv"]
    assert [path.name for path in again[2]] == ["forward-2.xlsx", "reverse-2.xlsx"]
    assert told.content["step"] == "sample"
    assert len(again[1].forward) == len(both.forward) + 1
