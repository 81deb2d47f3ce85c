from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tanlu.errors import TanluError
from tanlu.terms import Chart
from tanlu.ui.charts import options
from tests.ui.charts.samples import SAMPLES

GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_options_are_those_that_were_looked_at(kind: str) -> None:
    made = json.dumps(options(SAMPLES[kind], "en"), ensure_ascii=False, indent=1, allow_nan=False)
    path = GOLDEN / f"{kind}.json"
    if os.environ.get("TANLU_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(made + "\n", encoding="utf-8")

    assert made + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_options_are_plain_json_without_a_colour_of_their_own(kind: str) -> None:
    made = options(SAMPLES[kind])
    text = json.dumps(made, allow_nan=False)

    assert json.loads(text) == made
    assert "#" not in text
    assert "function" not in text


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_every_chart_says_aloud_what_it_shows(kind: str) -> None:
    told = options(SAMPLES[kind], "en")["aria"]["label"]["description"]

    assert told == f"{SAMPLES[kind].title}, {SAMPLES[kind].unit}"


def test_there_is_no_chart_of_another_kind() -> None:
    with pytest.raises(TanluError, match="TL802"):
        options(Chart("gauge", "t", "t"))
