"""Each gram has one cause, and causes and use are the total exactly."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.account.hidden.rows import emissions

from tanlu.account.hidden import ORDER, USEFUL, attribute

EVIDENCE = {"activity_id": pl.String, "cause": pl.String, "wasted_ppm": pl.Int64}


def parts(co2e_ug: int, *told: tuple[str, int]) -> dict[str, int]:
    evidence = pl.DataFrame([("a0", *each) for each in told], schema=EVIDENCE, orient="row")
    found = attribute(emissions({"co2e_ug": co2e_ug}), evidence)
    return dict(found.select("cause", "co2e_ug").iter_rows())


def test_a_later_cause_takes_its_share_of_what_is_left() -> None:
    # 1,000 g: a quarter for empty kilometres, then a tenth of 750 for the detour
    found = parts(1000, ("detour", 100_000), ("empty", 250_000))

    assert found == {"empty": 250, "detour": 75, USEFUL: 675}


def test_what_should_not_have_been_done_at_all_leaves_nothing_to_the_others() -> None:
    found = parts(1000, ("returns", 1_000_000), ("empty", 500_000), ("overpackaging", 500_000))

    assert found == {"returns": 1000, USEFUL: 0}


def test_the_larger_of_two_evidences_of_one_cause_holds_and_not_their_sum() -> None:
    assert parts(1000, ("detour", 600_000), ("detour", 700_000)) == {"detour": 700, USEFUL: 300}


def test_an_activity_without_evidence_is_of_use() -> None:
    assert parts(1000) == {USEFUL: 1000}


def test_evidence_of_an_activity_that_is_not_there_takes_nothing() -> None:
    evidence = pl.DataFrame([("zz", "empty", 5)], schema=EVIDENCE, orient="row")

    assert attribute(emissions({"co2e_ug": 7}), evidence)["co2e_ug"].to_list() == [7]


ROW = st.tuples(
    st.integers(-(10**15), 9 * 10**18),
    st.lists(st.tuples(st.sampled_from(ORDER), st.integers(0, 10**6)), max_size=5),
)


@given(st.lists(ROW, min_size=1, max_size=6))
def test_the_parts_of_every_row_add_up_to_it_to_the_microgram(
    rows: list[tuple[int, list[tuple[str, int]]]],
) -> None:
    told: list[Any] = [(f"a{n}", *each) for n, (_, found) in enumerate(rows) for each in found]
    evidence = pl.DataFrame(told, schema=EVIDENCE, orient="row")
    made = attribute(emissions(*({"co2e_ug": ug} for ug, _ in rows)), evidence)
    sums = made.group_by("emission_id").agg(pl.col("co2e_ug").cast(pl.Int128).sum())

    assert dict(sums.iter_rows()) == {f"e{n}": ug for n, (ug, _) in enumerate(rows)}
    assert made.filter(pl.col("cause") != USEFUL)["co2e_ug"].min() is None or (
        made.filter(pl.col("cause") != USEFUL)["co2e_ug"].min() >= 0  # type: ignore[operator]
    )
