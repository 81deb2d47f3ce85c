from __future__ import annotations

import polars as pl

from tanlu.factors.places import GRIDS, chain, region, regions
from tanlu.terms.place import grid


def test_the_chain_goes_from_the_province_to_the_world():
    assert chain("CN-GD") == ("CN-GD", "CN-GRID-SOUTH", "CN", "GLO")
    assert chain("DE") == ("DE", "GLO")
    assert chain(None) == ("GLO",)


def test_every_mainland_province_belongs_to_exactly_one_grid():
    provinces = [each for held in GRIDS.values() for each in held.split()]
    assert len(provinces) == 31
    assert len(set(provinces)) == 31


def test_hong_kong_macao_and_taiwan_do_not_fall_back_to_the_mainland():
    assert chain("CN-HK") == ("CN-HK", "HK", "GLO")


def test_a_port_code_tells_its_province_and_an_airport_code_nothing():
    assert region("CNSHA") == region("CNSHA", ports=True) == "CN-SH"
    assert region("PVG", ports=True) is None
    assert region("warehouse 7") is None


def test_a_column_of_codes_becomes_a_column_of_regions():
    given = pl.Series("origin", ["CNSHA", None, "CN-GD", "PVG"])
    assert regions(given, ports=True).to_list() == ["CN-SH", None, "CN-GD", None]


def test_the_power_of_a_chinese_port_is_that_of_its_grid():
    assert chain(region("CNSZX")) == ("CN-GD", "CN-GRID-SOUTH", "CN", "GLO")


def test_a_port_in_no_table_tells_its_country_where_ports_are_asked():
    assert region("LIQQ9", ports=True) == "LI"
    assert region("LIQQ9") is None


def test_hong_kong_is_found_by_its_port():
    assert chain(region("HKHKG")) == ("CN-HK", "HK", "GLO")


def test_a_place_outside_china_tells_its_country():
    assert region("USLAX") == "US"


def test_the_grids_are_those_of_the_places():
    for name, held in GRIDS.items():
        assert {grid(f"CN-{each}") for each in held.split()} == {name}


def test_a_column_of_nulls_stays_null():
    assert regions(pl.Series("origin", [None, None], dtype=pl.String)).to_list() == [None, None]


def test_the_code_of_a_site_is_not_taken_for_a_country():
    assert region("SITEA") is None
