"""One rule of a mapping."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.monitor import rules
from tanlu.terms import schema


def test_every_quantity_of_an_activity_has_a_dimension() -> None:
    stored = {"mg", "m", "J", "mL", "0.001 TEU", "1/100 of currency", "ppm", "1e-7 deg"}
    wanted = {c.name for c in schema("activity").columns if c.unit in stored}

    assert wanted <= set(rules.QUANTITIES)


def test_a_rule_knows_every_column_that_it_reads() -> None:
    made = rules.rule(
        "mass_mg",
        {
            "from": ["a", "b"], "unit_from": "u", "when": {"w": "x"},
            "refer": {"pattern": "(?P<id>.)", "id": "i", "group": "g", "share_by": "s",
                      "assumption": "A"},
        },
    )  # fmt: skip

    assert made.columns() == ("a", "b", "w", "u", "i", "g", "s")


def test_a_template_names_its_columns() -> None:
    assert rules.parts_of("w:{A b}-{c}") == ["A b", "c"]


@pytest.mark.parametrize(
    ("target", "asked", "near"),
    [
        ("mas_mg", {"from": "a", "unit": "kg"}, "mass_mg"),
        ("mass_mg", {"form": "a", "unit": "kg"}, "from"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_the_nearest_word(
    target: str, asked: dict[str, str], near: str
) -> None:
    with pytest.raises(TanluError, match=near):
        rules.rule(target, asked)


@pytest.mark.parametrize(
    "asked",
    [
        "kg",
        {"from": "a", "unit": "kg", "refer": {"pattern": "(", "id": "i", "assumption": "A"}},
        {"from": "a", "unit": "kg", "refer": {"pattern": "x", "id": "i", "assumption": "A"}},
        {"from": "a", "unit": "kg", "decimal": ",,"},
        {"from": "a", "unit": "kg", "map": {"x": "1"}},
        {"from": 3, "unit": "kg"},
        {"value": True, "unit": "kg", "assumption": "A"},
        {"from": "a", "unit": "kg", "formats": ["%Y"]},
        {"from": "a", "unit": "kg", "when": ["a"]},
    ],
)
def test_a_rule_that_means_nothing_is_refused(asked: object) -> None:
    with pytest.raises(TanluError, match="TL302"):
        rules.rule("mass_mg", asked)
