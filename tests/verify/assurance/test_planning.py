"""The plan as a document."""

from __future__ import annotations

import pytest

from tanlu.verify.assurance import planned, population, strategic
from tanlu.verify.assurance.risks import proposed
from tanlu.verify.assurance.sampling.power import Power, Size


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_plan_shows_streams_risks_sizes_and_the_power_curve(books, engagement, language) -> None:
    found = population(books, engagement)
    streams = strategic(found)
    curve = dict.fromkeys(("over", "under", "omission", "unseen"), (0,) * 9)
    power = Power(63, (Size(63, 70_000, 90_000),), curve, 60, None, 100)
    document = planned(engagement, found, streams, proposed(streams), power, language=language)
    headed, analysed, risky, sampled = document.sections

    assert [value for _, value, _ in headed.figures] == ["1.086", "63", "400", "0"]
    assert analysed.rows[0][0] == {"en": "road transport", "zh": "公路运输"}[language]
    assert [row[2] for row in analysed.rows] == ["legs.csv", "bbbbbbbb"]
    assert len(risky.rows) == 2
    assert sampled.rows == ((63, "7.0", "9.0"),)
    assert len(sampled.chart.series) == 4
    assert document.facts["total_ug"] == str(found.total_ug)
