"""Warming leaves no trace."""

from __future__ import annotations

from pathlib import Path

from tanlu.monitor.devices import Registry
from tanlu.monitor.stream import warm
from tanlu.store import open_workspace


def test_warming_writes_nothing(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "l", create=True)
    before = sorted(path.name for path in (tmp_path / "l").rglob("*"))
    warm(Registry.of(workspace))

    assert sorted(path.name for path in (tmp_path / "l").rglob("*")) == before
