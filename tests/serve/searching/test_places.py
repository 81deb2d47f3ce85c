"""Names of places."""

from __future__ import annotations

import polars as pl

from tanlu.serve.searching.places import Places


def test_codes_have_names_in_both_tongues_and_what_a_person_wrote_has_none():
    places = Places()
    places.learn(pl.Series(["CN-SH", "CNNGB", "PVG", "仓库七", None, "ZZZ99"]))
    assert places.names("CN-SH") == ("Shanghai", "上海")
    assert places.names("CNNGB")[0] == "Ningbo"
    # three letters are an airport, not a country
    places.learn(pl.Series(["FRA"]))
    assert "Frankfurt" in places.names("FRA")[0]
    assert places.names("仓库七") == places.names("ZZZ99") == ()
