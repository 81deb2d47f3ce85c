"""The sentence of conformity."""

from __future__ import annotations

import pytest

from tanlu.report.items.conform import STATEMENT, declaration

GOOD = {
    "profile": "iso14083", "rows": 4, "wtt_rows": 2, "legs": 2, "gwp_sets": ["AR6"],
    "legs_without_mass": 0, "unquantified": {"activities": 0},
    "distances": [{"distance_type": "sfd", "transport_tkm": "5"}],
    "period": {"start_us": 0, "end_us": 1},
}  # fmt: skip


def test_all_conditions_together_give_the_sentence() -> None:
    assert declaration(GOOD, None)["sentence"] == STATEMENT


@pytest.mark.parametrize(("change", "lacking"), [
    ({"profile": "cn_road"}, "profile"), ({"wtt_rows": 1}, "boundaries"),
    ({"unquantified": {"activities": 1}}, "complete"), ({"gwp_sets": ["AR5", "AR6"]}, "gwp"),
    ({"period": {"start_us": 0, "end_us": 400 * 86_400_000_000}}, "year"),
    ({"distances": [{"distance_type": "actual", "transport_tkm": "5"}]}, "distance"),
    ({"legs_without_mass": 1}, "mass"),
])  # fmt: skip
def test_each_condition_alone_forbids_it(change: dict[str, object], lacking: str) -> None:
    found = declaration({**GOOD, **change}, None)

    assert [c["condition"] for c in found["conditions"] if not c["holds"]] == [lacking]
    assert found["sentence"] is None
