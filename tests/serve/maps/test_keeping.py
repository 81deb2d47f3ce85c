"""A map is its organisation's own."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.maps import drop, keep, kept, outline
from tanlu.store.relational.tables import MAPS
from tests.serve.maps.test_checking import SQUARE, features, geojson


def test_a_map_is_kept_in_the_place_of_the_one_before(home) -> None:
    with home.state.of("home") as state:
        keep(state, outline(geojson(SQUARE)), " GS(2026)0001号 ")
        keep(state, outline(geojson(SQUARE, SQUARE)), "GS(2026)0002号")
        found = kept(state)

    assert found.approval == "GS(2026)0002号"
    assert len(found.lines) == 2


def test_no_other_organisation_sees_it(home) -> None:
    with home.state.of("home") as state:
        keep(state, outline(geojson(SQUARE)), "GS(2026)0001号")
    with home.state.of("other") as state:
        assert kept(state) is None
        assert not drop(state)
    with home.state.of("home") as state:
        assert kept(state, lines=False).lines == ()
        assert drop(state)


def test_regions_are_kept_and_a_map_of_before_has_none(home) -> None:
    with home.state.of("home") as state:
        keep(state, outline(features(({"gb": "61"}, [[SQUARE]]))), "粤S（2026）12号")
        assert kept(state).areas == kept(state, lines=False).areas == {"CN-SN": ((0,),)}
        state.change(MAPS, {"lines": "[[[1.0,2.0],[3.0,4.0]]]"})
        assert kept(state).areas == {}
        assert kept(state).lines == (((1.0, 2.0), (3.0, 4.0)),)


@pytest.mark.parametrize(
    "said", ["", "  ", "x" * 61, "none", "GS 2026 0001", "GS(26)0001号", "审图号"]
)
def test_a_map_without_its_approval_is_not_kept(home, said: str) -> None:
    with home.state.of("home") as state:
        with pytest.raises(TanluError, match="TL952"):
            keep(state, outline(geojson(SQUARE)), said)
        assert kept(state) is None
