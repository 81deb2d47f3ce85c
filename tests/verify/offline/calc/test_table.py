"""Tables of calculations are read strictly, and give what the formulas give."""

from __future__ import annotations

import random
from decimal import ROUND_FLOOR, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.account import spec
from tanlu.errors import TanluError
from tanlu.verify.offline.calc import table

SPEC = {"transport": spec().canonical}
CASES = (
    b"case,spec,profile,gwp_set,ttw_boundary,ttw_basis,form,kind,rate_empty,rate_slope,"
    b"ttw_co2e_g,sigma_ln\n0,transport,iso14083,AR6,ttw,none,t,hub.storage,0,1,2.5,0.1\n"
)
LEGS = b"activity_id,case,from,mass_mg\na1,0,activity,2000000000\n"


def known() -> list[table.Case]:
    return table.cases([CASES], table.specs(SPEC))


def test_a_line_gives_its_emission() -> None:
    (leg,) = table.legs([LEGS], known())
    ((slot, identity, row),) = table.computed(leg, known()[0])

    # 2 t at 2.5 g/t
    assert (slot, identity, row["co2e_ug"]) == ("ttw", "a1|iso14083|ttw|none|", 5_000_000)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"case,spec", b"case,spec,nobody"), (b"case,spec", b"spec,spec"), (b"\n0,", b"\n1,"),
        (b"transport,iso", b"other,iso"), (b",0.1\n", b",0.1"), (b",0.1\n", b",0.1,\n"),
        (b"2.5", b"nan"), (b"2.5", b"0x1"), (b"2.5", b" 2.5"), (b"2.5", b"1_0"), (b"2.5", b'"2.5'),
        (b"2.5", b"\xff"), (b"2.5", b"1" * 70_000),
    ],
)  # fmt: skip
def test_a_case_that_is_not_of_the_format_is_refused(old: bytes, new: bytes) -> None:
    assert old in CASES
    with pytest.raises(TanluError, match=r"TL721|TL706"):
        table.cases([CASES.replace(old, new)], table.specs(SPEC))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b",0,activity", b",1,activity"), (b",0,activity", b",-1,activity"),
        (b",activity,", b",nobody,"), (b"2000000000", b"2e9"), (b"2000000000", b"02"),
        (b"2000000000", b"9223372036854775808"), (b"mass_mg", b"mass_kg"), (b"2000000000", b"1,2"),
    ],
)  # fmt: skip
def test_a_leg_that_is_not_of_the_format_is_refused(old: bytes, new: bytes) -> None:
    assert old in LEGS
    with pytest.raises(TanluError, match="TL721"):
        list(table.legs([LEGS.replace(old, new)], known()))


def test_more_work_than_a_checker_does_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_WORK", 100)

    with pytest.raises(TanluError, match="TL736"):
        list(table.legs([LEGS], known()))


def test_more_cases_or_takers_than_fit_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_CASES", 0)
    monkeypatch.setattr(table, "MOST_TAKERS", 1)

    with pytest.raises(TanluError, match="TL736"):
        known()
    with pytest.raises(TanluError, match="TL736"):
        list(table.shares([b"leg,activity_id,weight\n0,a,1\n0,b,2\n"]))


def test_formulas_give_whole_numbers_and_join_no_texts() -> None:
    for old, new in (
        (b'"spec":"transport"', b'"spec":"other"'),
        (b'"name":"ttw_co2e_ug"', b'"name":"ttw_co2e_xx"'),
        (b'["round","ttw_exact"]', b'"ttw_exact"'),
        (b'{"inputs"', b'{ "inputs"'),
    ):
        assert old in spec().canonical
        with pytest.raises(TanluError, match="TL721"):
            table.specs({"transport": spec().canonical.replace(old, new)})


def test_shares_stand_by_their_legs() -> None:
    head = b"leg,activity_id,weight\n"
    rows = b"0,a,1\n0,b,2\n3,a,0\n"

    assert list(table.shares([head + rows])) == [(0, [("a", 1), ("b", 2)]), (3, [("a", 0)])]
    for wrong in (b"3,a,1\n0,b,2\n", b"0,a,-1\n", b"0,,1\n", b"x,a,1\n", b"0,a,\n"):
        with pytest.raises(TanluError, match="TL721"):
            list(table.shares([head + wrong]))


@given(
    st.integers(-(10**18), 10**18),
    st.lists(st.integers(0, 10**12), min_size=1, max_size=9).filter(any),
)
def test_shares_add_up_and_are_next_to_exact(amount: int, weights: list[int]) -> None:
    takers = [(f"t{number}", weight) for number, weight in enumerate(weights)]
    found = table.largest_remainder(amount, takers)

    assert sum(found) == amount
    for share, weight in zip(found, weights, strict=True):
        exact = Decimal(abs(amount)) * weight / sum(weights)
        assert abs(share) - exact.to_integral_value(ROUND_FLOOR) in (0, 1)


@given(st.integers(0, 10**9), st.lists(st.integers(1, 9), min_size=2, max_size=9), st.randoms())
def test_shares_do_not_depend_on_the_order(
    amount: int, weights: list[int], chance: random.Random
) -> None:
    from tanlu.account.shares import allocate

    takers = [(f"t{number}", weight) for number, weight in enumerate(weights)]
    ids = [name for name, _ in takers]
    mixed = chance.sample(takers, len(takers))
    again = dict(
        zip((name for name, _ in mixed), table.largest_remainder(amount, mixed), strict=True)
    )

    assert [again[name] for name in ids] == allocate(amount, weights, ids)


def test_a_total_without_weights_is_refused() -> None:
    with pytest.raises(TanluError, match="TL726"):
        table.largest_remainder(1, [("a", 0)])


def test_a_sample_is_chance_that_follows_from_the_pack() -> None:
    found = [table.Leg(n, f"a{n}", None, 0, "activity", {}) for n in range(4000)]
    some = [leg.number for leg in found if table.picked(leg, "seed", 0.25)]

    assert 850 < len(some) < 1150
    assert some == [leg.number for leg in found if table.picked(leg, "seed", 0.25)]
    assert some != [leg.number for leg in found if table.picked(leg, "other", 0.25)]
    assert all(table.picked(leg, "seed", 1.0) for leg in found)
