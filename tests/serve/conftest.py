"""Fixtures for what serves."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def quick_passwords(request, monkeypatch):
    """Passwords are kept with little work, save where the work itself is tested."""
    from tanlu.serve.access.persons import passwords

    if request.module.__name__.endswith("test_passwords"):
        yield
        return
    monkeypatch.setattr(passwords, "MEMORY_KIB", 64)
    monkeypatch.setattr(passwords, "LANES", 1)
    for made in (passwords._hasher, passwords._nobodys):
        made.cache_clear()
    yield
    for made in (passwords._hasher, passwords._nobodys):
        made.cache_clear()
