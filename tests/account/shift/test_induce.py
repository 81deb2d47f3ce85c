"""An elasticity has a source and an interval, or says that it is an assumption."""

from __future__ import annotations

import pytest

from tanlu.account.shift import STAGES, elasticities
from tanlu.account.shift.induce import made
from tanlu.errors import TanluError

ROW = {
    "name": "own", "driver": "trunk.intensity", "to_stage": "trunk", "value": "-0.2",
    "low": "-0.3", "high": "-0.1", "place": "", "source": "own study", "year": "2026",
    "status": "peer", "en": "e", "zh": "z",
}  # fmt: skip


def test_every_elasticity_of_the_house_is_sourced_and_goes_to_a_stage() -> None:
    known = elasticities()

    assert {each.to_stage for each in known} <= set(STAGES)
    assert all(each.low <= each.value <= each.high for each in known)
    assert all(len(each.source) > 20 for each in known)


def test_what_is_not_sourced_is_wide_and_says_so() -> None:
    # without a study the interval holds zero effect
    assumed = [each for each in elasticities() if each.status == "assumption"]

    assert assumed
    assert all(each.high == 0 and each.low <= 2 * each.value for each in assumed)


@pytest.mark.parametrize(
    "wrong", [{"source": " "}, {"status": "guess"}, {"value": "0.5"}, {"low": "0"}]
)
def test_an_elasticity_without_source_status_or_interval_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(TanluError, match="TL555"):
        made({**ROW, **wrong})


def test_a_sourced_elasticity_is_taken() -> None:
    assert made(ROW).value == -0.2
