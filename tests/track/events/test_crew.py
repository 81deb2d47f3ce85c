"""Several processes give what one gives."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor
from typing import Any

import pytest

from tanlu.track.events import capture, crew
from tests.track.events import made


@pytest.fixture
def document(monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.setattr(crew, "SHARE", 3)
    events = [made.event(epcList=[f"urn:x:{number}"]) for number in range(10)]
    odd = "https://id.gs1.org/01/04012345111119/21/9876"
    events[4] = made.event(action="WATCH")
    events[8] = made.event(epcList=[odd])
    events[9] = events[0]
    return made.packed(made.document(events))


def _equal(one: Any, other: Any) -> bool:
    names = ("epcis", "events", "rejected", "findings")
    return all(getattr(one, name).equals(getattr(other, name)) for name in names)


def test_shares_of_a_document_are_put_together_in_order(
    document: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Here:
        def map(self, work: Any, *columns: Any) -> Any:
            return map(work, *columns)

    monkeypatch.setattr(crew, "_pool", lambda _: Here())
    several = capture(document, recorded_us=5, workers=2)

    assert _equal(several, capture(document, recorded_us=5))
    assert (several.rows_in, several.known, several.rejected.height) == (10, 1, 1)


def test_without_further_processes_this_one_does_it_all(
    document: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def __call__(self, _: int) -> None:
            raise BrokenExecutor

        def cache_clear(self) -> None:
            pass

    monkeypatch.setattr(crew, "_pool", Broken())

    assert _equal(capture(document, recorded_us=5, workers=2), capture(document, recorded_us=5))


@pytest.mark.slow
def test_two_processes_give_what_one_gives(document: bytes) -> None:
    found = capture(document, recorded_us=5, workers=2)
    crew._pool(2).shutdown()
    crew._pool.cache_clear()

    assert _equal(found, capture(document, recorded_us=5))
