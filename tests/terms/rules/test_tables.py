"""Rules and thresholds come from the tables of the room that asks."""

from __future__ import annotations

import pytest

from tanlu.terms.rules import Rule, limits_of, rules_of, table

ROOMS = ("tanlu.monitor.quality", "tanlu.verify.plausibility")


@pytest.mark.parametrize("room", ROOMS)
def test_every_row_of_the_tables_is_given_once(room: str) -> None:
    limits = limits_of(room)

    assert list(rules_of(room)) == [row["rule"] for row in table(room, "rules.csv")]
    assert all(isinstance(each, Rule) and all(each) for each in rules_of(room).values())
    assert sum(map(len, limits.values())) == len(table(room, "limits.csv"))
    assert all(type(value) is float for some in limits.values() for value in some.values())


def test_limits_are_a_copy_that_changes_no_other() -> None:
    limits_of(ROOMS[0])["stuck"]["rows"] = 99

    assert limits_of(ROOMS[0])["stuck"]["rows"] == 6


def test_rooms_have_rules_of_their_own() -> None:
    assert set(rules_of(ROOMS[0])) != set(rules_of(ROOMS[1]))
