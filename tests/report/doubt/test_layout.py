"""The sections about doubt in both tongues."""

from __future__ import annotations

import re

import pytest
from tests.account.doubt.rows import emissions

from tanlu.report import picture
from tanlu.report.doubt import doubt
from tanlu.report.words import Words

TONGUES = ("en", "zh")


def sections(tongue: str, **options: object) -> tuple[object, ...]:
    rows = emissions(
        {"assumptions": "A-LOAD", "sigma_ln_ppm": 300_000, "quality": 4},
        {"kind": "hub.parcel", "factor_id": "g"},
    )
    return doubt(rows, words=Words(tongue), **options).sections


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_row_has_a_cell_for_every_column(tongue: str) -> None:
    made = sections(tongue)

    assert len(made) == 4
    for section in made:
        assert {len(row) for row in section.rows} <= {len(section.columns)}


def test_chinese_sections_have_no_english_words_but_names() -> None:
    for section in sections("zh"):
        said = " ".join((section.title, section.text, *section.columns))
        words = set(re.findall(r"[A-Za-z]{3,}", said)) - {"IPCC", "CO"}
        assert words == set()


def test_an_assumption_is_told_by_its_sentence_and_a_kind_by_its_word() -> None:
    names = [str(row[0]) for row in sections("en")[-1].rows]

    assert "load factor not told: the default of the vehicle class" in names
    assert "Road" in names


def test_the_ranking_is_a_picture() -> None:
    ranking = sections("zh")[-1]

    assert ranking.chart.kind == "bar"
    assert list(ranking.chart.series[0][1]) == sorted(ranking.chart.series[0][1], reverse=True)
    assert picture(ranking.chart).startswith("<svg")


def test_a_cut_of_one_row_says_nothing_new() -> None:
    rows = emissions({}, {})
    titles = [section.title for section in doubt(rows).sections]

    assert not any(title.startswith("Interval by") for title in titles)


def test_what_no_measuring_would_narrow_has_no_ranking() -> None:
    titles = [section.title for section in doubt(emissions({"sigma_ln_ppm": 0})).sections]

    assert "What to measure first" not in titles


def test_drawn_intervals_have_columns_of_their_own() -> None:
    pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")
    head, cut, *_ = sections("en", draws=1_000)

    assert "1,000 draws, seed 1." in head.text
    assert len(head.rows) == 3
    assert sum("drawn" in column for column in cut.columns) == 2
