"""A source that there is not brought nothing."""

from __future__ import annotations

from tanlu.monitor.sources import commits, months
from tanlu.store import open_workspace


def test_what_was_never_read_has_no_month_and_no_commit(tmp_path):
    workspace = open_workspace(tmp_path / "books", create=True)
    assert months(workspace, "file", "0" * 64) == []
    assert months(workspace, "device", "none") == []
    assert commits(workspace, "0" * 64) == []
