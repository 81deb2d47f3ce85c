"""Keys: their order, what they need, and why one is used."""

from __future__ import annotations

import polars as pl
import pytest
from tests.account.allocation.goods import members

from tanlu.account import assumption
from tanlu.account.allocation import asked_key, chosen, key, key_said, keys, weight
from tanlu.errors import TanluError


def keyed(*rows: dict[str, object], asked: str | None = None) -> tuple[set[str], set[str | None]]:
    wish = None if asked is None else pl.lit(asked)
    found = chosen(members(*rows), wish)
    return set(found["key"]), set(found["code"])


def test_physical_keys_come_before_money_and_money_before_an_even_share() -> None:
    order = list(keys())

    assert [each.order for each in keys().values()] == list(range(1, len(order) + 1))
    assert order[0] == "mass_distance"
    assert order[-2:] == ["economic", "even"]


def test_every_code_of_a_key_says_what_it_means_and_adds_no_error() -> None:
    codes = [each.code for each in keys().values() if each.code]

    assert len(codes) == len(set(codes)) == len(keys()) - 1
    assert {assumption(code).sigma_ln for code in (*codes, "A-KEY-FELL")} == {0}


def test_an_unknown_key_is_refused() -> None:
    for ask in (lambda: key("colour"), lambda: chosen(members({}), pl.lit("colour"))):
        with pytest.raises(TanluError) as raised:
            ask()
        assert raised.value.code == "TL553"


@pytest.mark.parametrize(
    ("name", "row", "expected"),
    [
        ("mass_distance", {"mass_mg": 2_500_000, "distance_m": 3}, 8),
        ("teu_distance", {"teu_milli": 2_000, "distance_m": 7}, 14_000),
        ("volume_distance", {"volume_ml": 500, "distance_m": 3}, 2),
        ("mass", {"mass_mg": 9}, 9),
        ("volume", {"volume_ml": 9}, 9),
        ("teu", {"teu_milli": 9}, 9),
        ("item", {"count": 9}, 9),
        ("economic", {"amount_fen": 9}, 9),
        ("even", {"count": None}, 1),
        # ISO 14083 annex A: 3 passengers of 100 kg and 50 kg of mail over 10 m
        ("passenger_mass", {"mass_mg": 50_000_000, "passengers": 3, "distance_m": 10}, 3_500),
        ("passenger_mass", {"mass_mg": None, "passengers": 1, "distance_m": 10}, 1_000),
        # GLEC v3 module 2: a trailer is 14 passengers
        ("passenger_equivalent", {"unit": "trailer", "count": 2}, 280),
        ("passenger_equivalent", {"unit": "submarine", "count": 2}, None),
        ("mass_distance", {"mass_mg": None, "distance_m": 3}, None),
    ],
)
def test_the_weight_under_a_key(name: str, row: dict[str, object], expected: int | None) -> None:
    assert members(row).select(weight(name)).item() == expected


def test_transport_activity_comes_first() -> None:
    row = {"mass_mg": 10**6, "distance_m": 5, "count": 3}

    assert keyed(row, row) == ({"mass_distance"}, {None})
    assert keyed(row, {**row, "distance_type": "actual"}) == ({"mass_distance"}, {"A-ROUND-ACTUAL"})


def test_parcels_without_a_mass_are_shared_by_items() -> None:
    assert keyed({"count": 1, "mass_mg": 10**6, "distance_m": 5}, {"count": 2}) == (
        {"item"}, {"A-ROUND-ITEMS"},
    )  # fmt: skip


def test_what_is_not_known_of_all_falls_to_the_next_key() -> None:
    assert keyed({"mass_mg": 5}, {"mass_mg": 7}) == ({"mass"}, {"A-ROUND-MASS"})
    assert keyed({}, {"count": 3}) == ({"even"}, {"A-ROUND-EVEN"})
    assert keyed({"mass_mg": 0, "distance_m": 9, "count": 0}) == ({"even"}, {"A-ROUND-EVEN"})


def test_a_hub_is_shared_by_mass() -> None:
    row = {"kind": "hub.parcel", "mass_mg": 5, "distance_m": 3}

    assert keyed(row) == ({"mass"}, {None})


def test_a_key_that_is_asked_for_is_used_and_said() -> None:
    row = {"mass_mg": 10**6, "distance_m": 5, "volume_ml": 3}

    assert keyed(row, asked="volume") == ({"volume"}, {"A-KEY-VOLUME"})
    assert keyed(row, asked="mass_distance") == ({"mass_distance"}, {None})


def test_a_key_that_cannot_be_had_falls_back_and_says_so() -> None:
    row = {"mass_mg": 10**6, "distance_m": 5}
    found = keyed({**row, "volume_ml": 3}, {**row, "volume_ml": None}, asked="volume")

    assert found == ({"mass_distance"}, {"A-KEY-FELL"})


def test_a_group_asks_for_itself_before_all_ask_together() -> None:
    told = {"key": "volume", "round": {"r": "item"}, "operation": {"o": "even"}}
    groups = pl.DataFrame({"group": ["round:r", "operation:o", "round:x"]})

    assert groups.select(asked_key(told)).to_series().to_list() == ["item", "even", "volume"]
    assert groups.select(asked_key({})).to_series().to_list() == [None] * 3


def test_each_group_has_its_own_key() -> None:
    one = members({"mass_mg": 10**6, "distance_m": 5, "count": 1})
    two = one.with_columns(
        pl.lit("round:q").alias("group"), pl.lit(None, pl.Int64).alias("mass_mg")
    )
    found = chosen(pl.concat([one, two]))

    assert dict(found.select("group", "key").iter_rows()) == {
        "round:r": "mass_distance", "round:q": "item",
    }  # fmt: skip


def test_the_codes_of_a_share_tell_its_key() -> None:
    told = {
        "F-PLACE;A-ROUND-ITEMS": "item", "A-KEY-VOLUME": "volume", "A-KEY-MASS;F-PAST": "mass",
        "A-KEY-VOLUME-DISTANCE": "volume_distance", "A-ROUND-ACTUAL": None, None: None,
        "A-ROUND-MASS;A-KEY-FELL": "mass",
    }  # fmt: skip
    rows = pl.DataFrame({"assumptions": list(told)})

    assert rows.select(key_said()).to_series().to_list() == list(told.values())
