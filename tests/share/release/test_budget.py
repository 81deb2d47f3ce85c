from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.share.release import budget, noised, released_with_noise, spent
from tanlu.store import open_workspace
from tanlu.store.log import begin_log, log_of

CELLS = pl.DataFrame({"park": ["x", "y", "z"]})
ROWS = pl.DataFrame(
    {"park": ["x", "x", "y", "x"], "contributor": list("abba"), "value": [10, 500, 7, 5]}
)


@pytest.fixture
def silent(monkeypatch):
    """Noise of nought, so that what lies below it shows; gives the scales asked for."""
    asked = []
    monkeypatch.setattr(budget, "discrete_laplace", lambda scale: asked.append(scale) or 0)
    return asked


@pytest.fixture
def books(tmp_path):
    made = open_workspace(tmp_path / "books", create=True)
    begin_log(made)
    return made


def test_each_contributor_counts_up_to_the_clamp(silent) -> None:
    table = noised(ROWS, CELLS, clamp=100, epsilon=Fraction(1, 2), per_contributor=2)

    assert table["total"].to_list() == [15 + 100, 7, 0]
    assert silent == [Fraction(400)] * 3


def test_each_contributor_counts_in_as_many_cells_as_said(silent) -> None:
    table = noised(ROWS, CELLS, clamp=100, epsilon=Fraction(1))

    assert table["total"].to_list() == [115, 0, 0]


def test_one_contributor_more_or_less_changes_the_totals_by_at_most_delta(silent) -> None:
    rows = pl.DataFrame(
        {
            "park": [("x", "y", "z")[at % 3] for at in range(60)],
            "contributor": [f"c{at % 7}" for at in range(60)],
            "value": [at * 37 % 400 - 20 for at in range(60)],
        }
    )
    all_of = noised(rows, CELLS, clamp=90, epsilon=Fraction(1), per_contributor=2)["total"]
    for name in rows["contributor"].unique():
        without = rows.filter(pl.col("contributor") != name)
        fewer = noised(without, CELLS, clamp=90, epsilon=Fraction(1), per_contributor=2)["total"]
        assert (all_of - fewer).abs().sum() <= 180


def test_a_cell_that_is_asked_for_twice_is_refused_for_the_mean_has_less_noise() -> None:
    with pytest.raises(TanluError, match="TL863"):
        noised(ROWS, pl.concat([CELLS, CELLS[:1]]), clamp=100, epsilon=Fraction(1))


def test_cells_without_rows_are_noised_and_other_cells_are_left_out() -> None:
    table = noised(ROWS, CELLS[1:], clamp=10**12, epsilon=Fraction(1))

    assert table["park"].to_list() == ["y", "z"]
    assert table["total"][1] != 0
    assert table["margin"][0] == pytest.approx(3 * 10**12, rel=0.01)


def test_every_publication_is_logged_with_its_cost(books) -> None:
    for _ in range(2):
        released_with_noise(
            books, "parcels", ROWS, CELLS, clamp=100, epsilon=Fraction(1, 3), limit=Fraction(1)
        )
    said = [each.statement.content for each in log_of(books).statements("release")]

    assert spent(books, "parcels") == Fraction(2, 3)
    assert spent(books, "boxes") == 0
    assert [each["spent"] for each in said] == ["1/3", "2/3"]
    assert {each["mechanism"] for each in said} == {"discrete-laplace"}


def test_what_would_pass_the_limit_is_refused_and_costs_nothing(books) -> None:
    options = {"clamp": 100, "epsilon": Fraction(1, 2), "limit": Fraction(1)}
    for _ in range(2):
        released_with_noise(books, "parcels", ROWS, CELLS, **options)
    with pytest.raises(TanluError, match=r"TL864.*1/2.*1 of 1"):
        released_with_noise(books, "parcels", ROWS, CELLS, **options)

    assert spent(books, "parcels") == 1
    assert released_with_noise(books, "boxes", ROWS, CELLS, **options).height == 3


def test_a_limit_once_stated_is_not_raised(books) -> None:
    options = {"clamp": 100, "epsilon": Fraction(1, 2)}
    for _ in range(2):
        released_with_noise(books, "parcels", ROWS, CELLS, **options, limit=Fraction(1))
    with pytest.raises(TanluError, match=r"TL864.*1 of 1"):
        released_with_noise(books, "parcels", ROWS, CELLS, **options, limit=Fraction(9))


@pytest.mark.parametrize(
    "wrong",
    [{"clamp": 0}, {"epsilon": Fraction(0)}, {"epsilon": Fraction(-1)}, {"per_contributor": 0}],
)
def test_numbers_that_hide_nobody_are_refused(wrong) -> None:
    with pytest.raises(TanluError, match="TL863"):
        noised(ROWS, CELLS, **{"clamp": 1, "epsilon": Fraction(1), **wrong})


def test_rows_of_another_form_are_refused() -> None:
    for rows in (ROWS.drop("park"), ROWS.with_columns(pl.col("value").cast(pl.Float64))):
        with pytest.raises(TanluError, match="TL863"):
            noised(rows, CELLS, clamp=1, epsilon=Fraction(1))


def test_a_total_beyond_64_bits_is_refused(silent) -> None:
    rows = pl.DataFrame({"park": "x", "contributor": list("abc"), "value": [2**62] * 3})

    with pytest.raises(TanluError, match=r"TL863.*64 bits"):
        noised(rows, CELLS, clamp=2**62, epsilon=Fraction(1))
