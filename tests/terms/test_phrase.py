from __future__ import annotations

import pytest

from tanlu.terms.phrase import filled


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 rows are open"), (1, "1 row is open"), ("1", "1 row is open"), (2, "2 rows are open"),
     (21, "21 rows are open"), ("1,001", "1,001 rows are open")],
)  # fmt: skip
def test_one_thing_has_a_word_of_its_own(count: object, said: str) -> None:
    assert filled("{count} {count:row is|rows are} open", {"count": count}) == said


def test_a_field_may_stand_within_a_choice() -> None:
    steps = "{count:The step|All {count} steps}"

    assert [filled(steps, {"count": n}) for n in (1, 7)] == ["The step", "All 7 steps"]


def test_other_forms_are_those_of_python() -> None:
    assert filled("{share:.1f} % of {name}", {"share": 7.25, "name": "CO₂e"}) == "7.2 % of CO₂e"


def test_a_field_that_is_not_given_is_a_fault() -> None:
    with pytest.raises(KeyError):
        filled("{count} {count:row|rows}", {})
