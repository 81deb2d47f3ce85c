"""The chain of a shipment is one of operations, without circles, and sums up."""

from __future__ import annotations

from typing import Any

from tanlu.factors.importers.exchange.chains import faults, tces
from tanlu.factors.importers.exchange.footprints import Found


def codes(*elements: dict[str, Any], **body: Any) -> list[str]:
    found = Found(*("a.json", 1), body={**body, "tces": list(elements)})  # type: ignore[misc]
    return [str(row["_code"]) for row in faults([found])]


def test_a_straight_chain_has_no_fault() -> None:
    chain = [{"tceId": f"e{n}", "tocId": "t", "prevTceIds": [f"e{n - 1}"] * (n > 0)}
             for n in range(5)]  # fmt: skip

    assert codes(*chain) == []


def test_an_element_that_precedes_itself_is_a_circle() -> None:
    assert codes({"tceId": "e", "hocId": "h", "prevTceIds": ["e"]}) == ["TL237"]


def test_two_operations_or_none_are_refused() -> None:
    assert codes({"tceId": "a"}, {"tceId": "b", "tocId": "t", "hocId": "h"}) == ["TL237", "TL237"]


def test_a_total_is_the_sum_of_its_elements_where_all_are_known() -> None:
    one, two = ({"tceId": n, "tocId": "t", "co2eWTW": "10"} for n in "ab")

    assert codes(one, two, pcf={"pCfExcludingBiogenic": "20.01"}) == []
    assert codes(one, two, pcf={"pCfExcludingBiogenic": "21"}) == ["TL235"]
    assert codes(one, {"tceId": "b", "tocId": "t"}, pcf={"pCfExcludingBiogenic": "21"}) == []


def test_elements_are_objects_in_a_list() -> None:
    assert tces({"tces": [{"a": 1}, 5]}) == [{"a": 1}]
    assert tces({"tces": "x"}) == []
