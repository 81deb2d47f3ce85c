"""Values that live, as they are written first."""

from __future__ import annotations

import pytest

from tanlu.ui.frame.numbers import Numbers
from tanlu.ui.frame.words import Words
from tanlu.ui.living import Living, written

TOLD = {"park:x": {"at_us": 1_700_000_000_000_000, "roles": {
    "grid": {"w": 1_436_200, "stale": False, "stale_s": 0.2},
    "pv": {"w": None, "stale": True, "stale_s": 12.4},
}}}  # fmt: skip


def living(language: str = "zh") -> Living:
    return Living(TOLD, Words(language), Numbers(language))


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        ("kw", 1_436_200, "1,436"),
        ("kw", 9_040, "9.0"),
        ("kgh", "252777778", "910"),
        ("gkwh", "633500000", "634"),
        ("count", 25, "25"),
        ("one", 68.46, "68.5"),
        ("bare", "waybill:TL1", "TL1"),
        ("kw", None, "–"),
        ("count", 0, "0"),
    ],
)
def test_a_value_is_written_by_its_form(form: str, value: object, text: str) -> None:
    assert written(form, value, Numbers("en")) == text


def test_a_value_says_where_it_comes_from() -> None:
    assert living()("park:x/roles.grid.w", "kw") == (
        '<span class="number" data-live="park:x/roles.grid.w" data-form="kw">1,436</span>'
    )


def test_what_is_old_says_how_old_and_what_is_of_now_says_nothing() -> None:
    assert ">数据延迟 12 s<" in living().late("park:x/roles.pv")
    assert " hidden>" in living().late("park:x/roles.grid")
    assert ">No data<" in living("en").late("park:y/roles.grid")


def test_a_name_that_somebody_sent_is_text() -> None:
    assert "<script>" not in living()("park:<script>/x", "count")
