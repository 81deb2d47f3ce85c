"""A change is parted into activity, mix and factor to the microgram, in no favoured order."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tanlu.account.shift import Effects, decompose
from tanlu.account.shift.decompose import Part, away, whole

AMOUNT = st.integers(0, 10**12)
GRAMS = st.integers(0, 10**15)


def part(group: str, *numbers: int) -> Part:
    return Part(group, *(Fraction(number) for number in numbers))


@given(st.lists(st.tuples(st.sampled_from("ab"), AMOUNT, AMOUNT, GRAMS, GRAMS), max_size=6))
def test_the_effects_add_up_to_the_change_to_the_microgram(rows: list[tuple[str, int]]) -> None:
    # who does nothing emits nothing: classes without amount are counted by rows before
    parts = [part(g, b, a, e * bool(b), f * bool(a)) for g, b, a, e, f in rows]
    found = decompose(parts)
    change = int(sum(each.after_ug - each.before_ug for each in parts))

    assert sum(found) == change
    assert sum(whole(found, change)) == change


@given(AMOUNT, AMOUNT, GRAMS, GRAMS)
def test_the_way_back_has_the_opposite_effects(b: int, a: int, e: int, f: int) -> None:
    there = decompose([part("x", b, a, e * bool(b), f * bool(a))])
    back = decompose([part("x", a, b, f * bool(a), e * bool(b))])

    assert tuple(there) == tuple(-each for each in back)


def test_more_of_the_same_is_activity_alone() -> None:
    assert decompose([part("t.km", 10, 15, 100, 150)]) == Effects(Fraction(50), Fraction(0), 0)


def test_a_better_rate_is_factor_alone() -> None:
    assert decompose([part("t.km", 10, 10, 100, 60)]) == Effects(0, 0, Fraction(-40))


def test_what_goes_from_road_to_rail_is_mix_alone() -> None:
    # 10 t.km at 10 µg on the road become 4; 6 go by rail at 2 µg: 100 -> 40 + 12
    found = decompose([part("t.km", 10, 4, 100, 40), part("t.km", 0, 6, 0, 12)])

    assert found == Effects(0, Fraction(-48), 0)


def test_both_together_are_shared_evenly() -> None:
    # 10 x 10 -> 20 x 20: activity 10·(10+20)/2 = factor = 150, whatever changes first
    assert decompose([part("t.km", 10, 20, 100, 400)]) == Effects(Fraction(150), 0, Fraction(150))


def test_half_a_microgram_goes_away_from_zero() -> None:
    assert [away(Fraction(n, 2)) for n in (-3, -1, 0, 1, 3)] == [-2, -1, 0, 1, 2]


def test_what_rounding_leaves_goes_to_the_one_that_lost_most() -> None:
    thirds = Effects(Fraction(4, 3), Fraction(4, 3), Fraction(4, 3))

    assert whole(thirds, 4) == (2, 1, 1)
    assert whole(Effects(*(-each for each in thirds)), -4) == (-2, -1, -1)
