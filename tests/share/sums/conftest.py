"""Seven suppliers, a platform and an association that add."""

from __future__ import annotations

import pytest

from tanlu.share.sums import Aggregator, Call, Party, submit

LINES = ("transport", "energy")


def party(name: str) -> Party:
    """A party whose seed follows from its name."""
    return Party(name, name.encode().ljust(32, b"."))


@pytest.fixture(scope="session")
def members() -> dict[str, Party]:
    return {f"s{number}": party(f"s{number}") for number in range(7)}


@pytest.fixture(scope="session")
def adders() -> dict[str, Party]:
    return {"a": party("platform"), "b": party("association")}


@pytest.fixture(scope="session")
def call(members, adders) -> Call:
    cards = tuple(each.card for each in members.values())
    return Call("2026-10", "ug", LINES, cards, adders["a"].card, adders["b"].card)


@pytest.fixture(scope="session")
def values(members) -> dict[str, dict[str, int]]:
    return {
        name: {"transport": 10**12 + number, "energy": number * 2**60}
        for number, name in enumerate(members)
    }


@pytest.fixture(scope="session")
def messages(call, members, values) -> dict[str, bytes]:
    return {name: submit(call, members[name], values[name], at_s=1) for name in members}


@pytest.fixture
def both(call, adders, messages) -> dict[str, Aggregator]:
    found = {side: Aggregator(call, adders[side]) for side in adders}
    for message in messages.values():
        for each in found.values():
            each.take(message)
    return found
