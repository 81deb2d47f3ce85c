from __future__ import annotations

import pytest

from tanlu.factors.importers.lca.product import warming


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["Climate change - fossil", "Climate change - total"], "Climate change - total"),
        (["GWP100 fossil", "GWP100"], "GWP100"),
        (["Global warming GWP20", "Global warming GWP100"], "Global warming GWP100"),
        (["Acidification"], ""),
        (["Climate change - biogenic"], ""),
    ],
)
def test_the_whole_potential_over_a_hundred_years_is_taken(names, taken):
    assert warming([(name, "1") for name in names])[1] == taken
