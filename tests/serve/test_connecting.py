"""How many connections a server may hold."""

from __future__ import annotations

import resource

import pytest

from tanlu.serve.connecting import SPARE_FILES, connections


@pytest.fixture
def limited(monkeypatch):
    told = {}

    def limit(soft, hard, *, refuses=False):
        def set_(_, both):
            if refuses:
                raise ValueError
            told["asked"] = both

        monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
        monkeypatch.setattr(resource, "setrlimit", set_)
        return told

    return limit


def test_the_system_is_asked_for_room(limited):
    told = limited(1024, 65536)
    assert connections(8192) == 8192
    assert told["asked"] == (8192 + SPARE_FILES, 65536)


def test_what_the_system_refuses_is_not_promised(limited):
    limited(1024, 2048)
    assert connections(8192) == 2048 - SPARE_FILES
    limited(1024, 65536, refuses=True)
    assert connections(8192) == 1024 - SPARE_FILES
    limited(256, 256)
    assert connections(8192) == 128


def test_without_a_limit_there_is_room_for_all(limited):
    limited(resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    assert connections(8192) == 8192
