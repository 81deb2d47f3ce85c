"""Both samples, strata and further rounds."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tanlu.verify.assurance import population, strategic
from tanlu.verify.assurance.engagement import FrameRule
from tanlu.verify.assurance.frame import read_frame
from tanlu.verify.assurance.risks import proposed
from tanlu.verify.assurance.sampling.samples import allocated, drawn

SEED = b"s" * 32


@given(
    st.integers(10, 500),
    st.lists(st.tuples(st.integers(1, 10**15), st.integers(1, 3)), min_size=1, max_size=5),
)
def test_a_sample_is_shared_out_to_the_last_unit(
    points: int, strata: list[tuple[int, int]]
) -> None:
    shares = allocated(points, strata)

    assert sum(shares) == points
    assert min(shares) >= 1


def test_more_units_go_where_errors_spread_more() -> None:
    assert allocated(101, [(1000, 1), (1000, 3)]) == [26, 75]


def test_two_samples_are_drawn_and_a_round_extends_both(books, engagement, gate, tmp_path) -> None:
    found = population(books, engagement)
    frame = read_frame(engagement.frame, tmp_path, found)
    first = drawn(found, frame, 40, SEED)
    both = drawn(found, frame, 20, SEED, before=first)

    assert [one.label for one in both.forward] == ["forward", "forward/2"]
    assert [one.label for one in both.reverse] == ["reverse", "reverse/2"]
    assert both.forward[0] == first.forward[0]
    assert both.forward[1].drawn.total == first.forward[0].drawn.total


def test_what_the_first_round_took_whole_is_not_drawn_again(books, engagement, emissions) -> None:
    row = books.scan("activity").head(1).collect().with_columns(activity_id=pl.lit("large"))
    books.append("activity", row)
    books.append("emission", emissions(["large"], [10**12]))
    found = population(books, engagement)
    both = drawn(found, None, 5, SEED, before=drawn(found, None, 10, SEED))
    first, second = (one.drawn for one in both.forward)

    assert first.rows.filter(pl.col("hits").is_null())["id"].to_list() == ["large"]
    assert "large" not in second.rows["id"].to_list()
    assert first.total == second.total


def test_strata_by_risk_have_draws_of_their_own(books, engagement) -> None:
    found = population(books, engagement)
    register = proposed(strategic(found))
    register[0] = type(register[0])(**{**_told(register[0]), "inherent": "low", "control": "low"})
    both = drawn(found, None, 40, SEED, register=register)

    assert [one.label for one in both.forward] == ["forward-low", "forward-high"]
    assert sum(one.points for one in both.forward) == 40
    assert both.reverse == ()


def _told(risk) -> dict[str, object]:
    return {name: getattr(risk, name) for name in risk.__slots__}


def test_a_frame_inside_the_ledger_is_drawn_from(books, engagement) -> None:
    found = population(books, engagement)
    frame = read_frame(FrameRule("ledger:legs.csv"), books.path, found)
    both = drawn(found, frame, 10, SEED)

    assert both.frame["rows"] == 300
    assert both.frame["unit"] == "t·km"
