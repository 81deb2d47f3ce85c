"""No number of trees without its source, and no source without those that contradict it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tanlu.account.cobenefit import equivalences, equivalents
from tanlu.account.cobenefit.equivalent import made
from tanlu.errors import TanluError

ROW = {
    "name": "own", "of": "co2e", "amount": "20", "unit": "kg", "date": "2026-01-01", "place": "",
    "status": "claim", "source": "own study", "en": "trees", "zh": "棵树",
}  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [{"source": ""}, {"date": ""}, {"status": "true"}, {"amount": "0"}, {"amount": "some"}],
)
def test_an_equivalence_without_a_source_or_a_date_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(TanluError, match="TL555"):
        made({**ROW, **wrong})


def test_the_number_never_goes_without_its_source() -> None:
    [one] = [each for each in equivalents("co2e", 73_000_000) if each.by.name.endswith("_box")]

    assert one.number == 3_600_000
    assert "S0 6.2" in one.say()
    assert "2025-08-28" in one.say("zh")
    assert "棵树" in one.say("zh")


def test_a_kilogram_a_tree_year_is_18_3_and_20_and_20_3() -> None:
    # S4 note 24; S0: 400,000 t / 20 M trees; S0: 73,000 t / 3.6 M trees
    told = {each.name: each.amount for each in equivalences() if "tree_years" in each.name}

    assert told["tree_years_s4"] == Fraction("18.3")
    assert told["tree_years_s0_fleet"] == 20
    assert round(float(told["tree_years_s0_box"]), 1) == 20.3


def test_a_tonne_of_paper_is_75_and_7_and_17_trees() -> None:
    found = {each.by.name: each.number for each in equivalents("paper", 1000)}

    assert found["trees_paper_s4_sheet"] == 75
    assert found["trees_paper_s4_box"] == 7
    assert found["trees_paper_s0"] == 17
    assert max(found.values()) / min(found.values()) > 10


def test_all_answers_stand_beside_each_other() -> None:
    assert len(equivalents("co2e", 1)) >= 3
    with pytest.raises(TanluError, match="TL502"):
        equivalents("happiness", 1)
