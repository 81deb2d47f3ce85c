from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.share.release import release


def frame(cells: dict[str, list[int]], names: str = "abcdefghijklmnop") -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"park": park, "contributor": names[place], "value": value}
            for park, values in cells.items()
            for place, value in enumerate(values)
        ]
    )


def judged(rows: pl.DataFrame, **options) -> dict[str | None, tuple[object, object]]:
    table = release(rows, ["park"], **options).table
    return {park: (total, why) for park, _, total, why in table.iter_rows()}


def test_five_contributors_of_whom_none_dominates_may_be_summed() -> None:
    assert judged(frame({"x": [10, 20, 30, 20, 20]})) == {"x": (100, None)}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([25, 25, 25, 25], "few"),
        ([850, 50, 40, 30, 30], None),  # exactly 85 %
        ([851, 49, 40, 30, 30], "largest"),
        ([700, 250, 20, 20, 10], None),  # exactly 95 %
        ([700, 251, 20, 19, 10], "two"),
        ([0, 0, 0, 0, 0], None),
    ],
)
def test_each_rule_refuses_at_its_threshold(values: list[int], why: str | None) -> None:
    assert judged(frame({"x": values})) == {"x": (None if why else sum(values), why)}


def test_a_contributor_counts_once_however_many_rows_it_has() -> None:
    rows = pl.DataFrame({"park": "x", "contributor": list("aaabbc"), "value": [1] * 6})

    assert judged(rows)["x"] == (None, "few")


def test_thresholds_are_those_of_the_publisher() -> None:
    rows = frame({"x": [60, 10, 10, 10, 10]})

    assert judged(rows, largest_ppm=500_000)["x"] == (None, "largest")
    assert judged(rows, two_ppm=650_000)["x"] == (None, "two")
    assert judged(rows, least=6)["x"] == (None, "few")


def test_a_withheld_cell_is_not_told_by_the_whole() -> None:
    rows = frame({"x": [10] * 8, "y": [10] * 6, "z": [10] * 2})
    found = judged(rows, whole=True)

    assert found["z"] == (None, "few")
    # the whole comes first, for most are in it; then the two others would give z
    assert found[None] == (160, None)
    assert [found["x"], found["y"]] == [(80, None), (None, "told")]


def test_the_whole_beside_large_cells_is_published() -> None:
    found = judged(frame({"x": [10] * 8, "y": [10] * 6}), whole=True)

    assert {why for _, why in found.values()} == {None}


def test_the_whole_does_not_tell_a_cell_that_one_contributor_dominates() -> None:
    # enough contributors are in y, so the ranks are content; but a = 1,000 is all but told by it
    rows = pl.concat([frame({"x": [300] * 5}), frame({"y": [1000, 10, 10, 10, 10, 10]}, "ABCDEF")])
    found = judged(rows, whole=True)

    assert found == {"x": (1500, None), "y": (None, "largest"), None: (None, "told")}


def test_earlier_totals_with_other_pieces_are_refused_for_they_cannot_be_compared() -> None:
    # all parks less x would give the four of y
    rows = frame({"x": [10] * 6}).vstack(frame({"y": [10] * 4}, "ABCD"))
    all_parks = release(rows, []).members

    with pytest.raises(TanluError, match="TL863"):
        release(rows, ["park"], earlier=all_parks)
    finer = release(rows, [], pieces=["park"]).members
    assert judged(rows, earlier=finer)["x"] == (None, "told")
    with pytest.raises(TanluError, match="TL863"):
        release(rows, ["park"], earlier=finer.with_columns(piece=pl.lit("x")))


def test_what_was_published_before_counts() -> None:
    before = release(frame({"x": [10] * 8}), ["park"], pieces=[])
    after = frame({"y": [10] * 7})

    assert judged(after, pieces=[], earlier=before.members)["y"] == (None, "told")
    assert judged(after, pieces=[])["y"] == (70, None)


def test_what_is_refused_is_not_kept_as_published() -> None:
    found = release(frame({"x": [10] * 8, "z": [1]}), ["park"])

    assert found.members["cell"].unique().to_list() == ['{"park":"x"}']
    assert found.members.height == 8


def test_totals_above_64_bits_and_below_nought_are_exact() -> None:
    rows = frame({"x": [2**62] * 6, "y": [-5, -5, -5, -5, -6]})

    assert judged(rows) == {"x": (6 * 2**62, None), "y": (-26, None)}


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.drop("contributor"),
        lambda rows: rows.drop("park"),
        lambda rows: rows.with_columns(pl.col("value").cast(pl.Float64)),
        lambda rows: rows.with_columns(value=pl.lit(None, pl.Int64)),
    ],
)
def test_rows_of_another_form_are_refused(change) -> None:
    with pytest.raises(TanluError, match="TL863"):
        release(change(frame({"x": [1] * 5})), ["park"])


def test_earlier_members_of_another_form_are_refused() -> None:
    with pytest.raises(TanluError, match="TL863"):
        release(frame({"x": [1] * 5}), ["park"], earlier=pl.DataFrame({"cell": ["x"]}))


@given(
    st.dictionaries(
        st.sampled_from("xyz"), st.lists(st.integers(0, 1000), min_size=1, max_size=9), min_size=1
    )
)
def test_whatever_is_published_keeps_every_rule(cells: dict[str, list[int]]) -> None:
    for park, (total, why) in judged(frame(cells)).items():
        values = sorted(cells[park], reverse=True)
        allowed = (
            len(values) >= 5
            and values[0] * 100 <= 85 * sum(values)
            and sum(values[:2]) * 100 <= 95 * sum(values)
        )
        assert (why is None) == allowed
        assert total == (sum(values) if allowed else None)
