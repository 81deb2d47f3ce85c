"""Filters and limits of activity data."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.share.exchange.ileap import filtered, limit_of

TADS = [
    {"activityId": "a", "mode": "Road", "packagingOrTrEqType": "Pallet",
     "origin": {"city": "Berlin", "country": "DE"}, "consignmentIds": ["c1", "c2"],
     "energyCarriers": [{"energyCarrier": "Diesel", "feedstocks": [{"feedstock": "Fossil"}]}]},
    {"activityId": "b", "mode": "Rail", "origin": {"city": "Xi'an", "country": "CN"},
     "consignmentIds": ["c3"], "packagingOrTrEqAmount": 10},
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ([], "ab"),
        ([("mode", "road")], "a"),
        ([("mode", "Road"), ("mode", "RAIL")], "ab"),
        ([("mode", "Road"), ("country", "CN")], ""),
        ([("feedstock", "fossil"), ("packagingOrTrEqType", "pallet")], "a"),
        ([("consignmentIds", "C2")], "a"),
        ([("packagingOrTrEqAmount", "10")], "b"),
        ([("MODE", "Road")], ""),
        ([("mode", "Teleport")], ""),
        ([("limit", "1")], "ab"),
    ],
)
def test_a_filter_keeps_what_matches_every_name_by_any_of_its_values(
    asked: list[tuple[str, str]], names: str
) -> None:
    assert [each["activityId"] for each in filtered(TADS, asked)] == list(names)


def test_a_limit_is_a_positive_integer() -> None:
    assert limit_of(None) is None
    assert limit_of("25") == 25
    assert limit_of("9" * 30) == 10**30 - 1
    for wrong in ("0", "-1", "1.5", "", "١", "9" * 300, "many"):
        with pytest.raises(TanluError, match="TL919"):
            limit_of(wrong)
