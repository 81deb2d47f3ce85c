"""The keys under which places are looked up."""

from __future__ import annotations

import polars as pl

from tanlu.terms.place.names.keys import KINDS, OWN, by_code, by_name, countries_and_regions, facts


def test_every_place_has_a_position_but_lands_without_a_capital() -> None:
    lost = facts().filter(pl.col("lat_e7").is_null())

    assert set(lost["kind"]) == {"country"}
    assert set(lost["code"]) == {"AQ", "BQ", "BV", "HM", "IO", "TK", "UM"}


def test_a_place_is_there_once_for_each_kind() -> None:
    assert facts().select("kind", "code").is_unique().all()
    assert set(facts()["kind"]) == set(KINDS)


def test_hong_kong_macao_and_taiwan_are_regions_of_china_under_both_codes() -> None:
    countries = facts().filter(kind="country")["code"]
    codes = by_code().filter(pl.col("key").is_in([each.lower() for each in OWN]), form="iso")

    assert set(OWN) & set(countries) == set()
    assert set(codes["code"]) == {"CN-HK", "CN-MO", "CN-TW"}


def test_every_key_is_folded() -> None:
    assert by_name()["key"].str.contains(r"^[\p{L}\p{N}]{2,}$").all()


def test_every_alias_belongs_to_a_place() -> None:
    lost = by_name().join(facts(), on=["kind", "code"], how="anti")

    assert lost.rows() == []


def test_the_wide_are_countries_and_regions() -> None:
    assert set(countries_and_regions()["kind"]) == {"country", "region"}
