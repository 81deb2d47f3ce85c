from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers.read import bounds


def test_a_folder_or_an_absent_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "absent.csv"):
        with pytest.raises(TanluError) as raised:
            bounds.checked(path)

        assert raised.value.code == "TL220"


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 100)
    monkeypatch.setattr(bounds, "FILE", 10)

    with pytest.raises(TanluError) as raised:
        bounds.checked(path)

    assert raised.value.code == "TL221"
    assert "100 bytes" in str(raised.value)


def test_any_failure_of_a_decoder_is_one_error(tmp_path):
    with pytest.raises(TanluError) as raised, bounds.guarded(tmp_path / "a.xlsx"):
        raise ZeroDivisionError

    assert raised.value.code == "TL220"


def test_an_interruption_stays_one(tmp_path):
    with pytest.raises(KeyboardInterrupt), bounds.guarded(tmp_path):
        raise KeyboardInterrupt
