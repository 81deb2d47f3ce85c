"""Which refused rows are open."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.monitor.quarantine import counted, one, page
from tanlu.store import open_workspace


def test_an_empty_ledger_has_none(tmp_path):
    workspace = open_workspace(tmp_path / "books", create=True)
    assert counted(workspace).is_empty()
    assert page(workspace) == []
    with pytest.raises(TanluError, match="TL484"):
        one(workspace, "none")
