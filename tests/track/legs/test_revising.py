"""Late data replaces exactly what it changes."""

from tanlu.track.legs import legs, revised
from tests.track.legs.made import HOUR, START, leg, moves, node

A, B, C = (52.0, 13.0), (52.0, 14.0), (52.0, 15.0)


def made(winding: float = 1.2, *, second: bool = True):
    parts = [leg("d", 1, "truck", (A, B), (START, START + HOUR))]
    if second:
        span = (START + 2 * HOUR, START + 3 * HOUR)
        parts.append(leg("d", 3, "train", (B, C), span, winding=winding))
    moved, fixes = moves(parts, [node("d", 1, (START + HOUR, START + 2 * HOUR), B)])
    return legs(moved, fixes).activities


def test_the_same_again_is_known():
    found = revised(made(), made())

    assert (found.fresh.height, found.known, found.gone.len()) == (0, 2, 0)


def test_a_leg_that_changed_supersedes_its_former_self_and_the_other_stays():
    before, after = made(), made(1.3)

    found = revised(after, before)

    old = before.filter(kind="transport.rail")["activity_id"][0]
    assert found.fresh["supersedes"].to_list() == [old]
    assert (found.known, found.gone.len()) == (1, 0)


def test_a_leg_that_is_none_any_more_is_gone():
    found = revised(made(second=False), made())

    assert (found.fresh.height, found.known, found.gone.len()) == (0, 1, 1)
