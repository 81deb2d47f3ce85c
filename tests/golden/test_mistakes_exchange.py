"""What implementers get wrong when footprints are exchanged: mistakes 17 to 25.

No room speaks PACT or iLEAP yet. What is tested is what exists: the rules that an interface will
use, the importers that read these documents, and the forms in which amounts leave the house.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.factors.importers import load
from tanlu.factors.packs import pack_of
from tanlu.report.data import as_json
from tanlu.report.numbers import exact, plain
from tanlu.terms import Document, exchange, time

DECIMAL = re.compile(r"-?\d+(\.\d+)?")
TOC = {
    "tocId": "t1", "mode": "Road", "co2eIntensityWTW": "0.1", "co2eIntensityTTW": "0.08",
    "transportActivityUnit": "tkm", "energyCarriers": [],
}  # fmt: skip
PCF = {
    "declaredUnitOfMeasurement": "kilogram", "declaredUnitAmount": "1",
    "referencePeriodStart": "2025-01-01T00:00:00Z", "referencePeriodEnd": "2026-01-01T00:00:00Z",
    "pcfExcludingBiogenicUptake": "3.5", "fossilGhgEmissions": "3.5",
    "ipccCharacterizationFactors": ["AR6"],
}  # fmt: skip
BODY = {
    "id": "x", "companyName": "Co", "productIds": ["urn:p"], "productNameCompany": "Copper",
    "productClassifications": ["urn:pact:productclassification:un-cpc:41321"],
    "created": "2026-01-01",
}  # fmt: skip


def tce(name: str, **more: Any) -> dict[str, Any]:
    told = {"tceId": name, "tocId": "t1", "transportActivity": "100", "co2eWTW": "10"}
    return {**told, "co2eTTW": "8", **more}


def ileap(folder: Path, *bodies: Any) -> Any:
    file = folder / "a.json"
    file.write_text(json.dumps(list(bodies)), encoding="utf-8")
    return load("ileap", file)


def pact(folder: Path, **changed: str) -> Any:
    file = folder / "p.json"
    file.write_text(json.dumps({**BODY, "pcf": {**PCF, **changed}}), encoding="utf-8")
    return load("pact", file)


@given(st.integers(-(10**30), 10**30), st.integers(0, 24))
def test_mistake_17_an_amount_is_decimal_text_without_exponent(kept: int, power: int) -> None:
    text = plain(exact(kept, power))

    assert DECIMAL.fullmatch(text)
    assert Fraction(text) == Fraction(kept, 10**power)


def test_mistake_17_a_hundred_is_not_1e_plus_2() -> None:
    assert str(Decimal(100).normalize()) == "1E+2"
    assert plain(Decimal(100).normalize()) == "100"


def test_mistake_17_json_holds_amounts_as_strings() -> None:
    facts: dict[str, object] = {"co2e_kg": plain(exact(123456789012345678901, 9))}
    told = json.loads(as_json(Document("t", "en", (), facts)))["facts"]

    assert told == {"co2e_kg": "123456789012.345678901"}


def test_mistake_17_a_locale_comma_is_refused_on_the_way_in(tmp_path: Path) -> None:
    found = pact(tmp_path, pcfExcludingBiogenicUptake="8,42769")

    assert (found.factors.height, found.quarantine["code"].to_list()) == (0, ["TL224"])


def test_mistake_18_the_same_refusal_has_another_answer_in_each_protocol() -> None:
    wrong = {name: exchange.answer(name, "wrong_token") for name in ("pact2", "pact3", "ileap")}
    unknown = {name: exchange.answer(name, "unknown_footprint") for name in ("pact2", "pact3")}

    assert wrong["ileap"] == (403, "AccessDenied")
    assert wrong["pact2"] == (400, "BadRequest")
    assert wrong["pact3"].status in (400, 401)
    assert unknown == {"pact2": (404, "NoSuchFootprint"), "pact3": (404, "NotFound")}


def test_mistake_18_an_unknown_situation_has_no_answer_by_chance() -> None:
    with pytest.raises(TanluError, match="TL115"):
        exchange.answer("pact3", "full_moon")


def test_mistake_19_the_next_page_keeps_host_and_parameters() -> None:
    url = "https://carbon.example:8443/3/footprints?status=Active&status=x&limit=1&geography=CN"
    link = exchange.next_page(url, limit=1, offset=1)

    assert link == (
        "<https://carbon.example:8443/3/footprints?"
        'status=Active&status=x&geography=CN&limit=1&offset=1>; rel="next"'
    )


def test_mistake_20_three_years_after_29_february_is_a_day() -> None:
    assert exchange.validity(dt.date(2024, 2, 29)) == (dt.date(2024, 2, 29), dt.date(2027, 2, 28))
    assert exchange.validity(dt.date(2025, 3, 1))[1] == dt.date(2028, 3, 1)
    assert time.years_later(dt.date(2024, 2, 29), 4) == dt.date(2028, 2, 29)


def test_mistake_21_a_filter_for_an_unknown_word_is_empty_and_no_error() -> None:
    known = ("Active", "Deprecated")

    assert exchange.matching(["Invented"], known) == frozenset()
    assert exchange.matching(["active", "Invented"], known) == frozenset({"Active"})


def test_mistake_22_an_edited_footprint_is_another_factor(tmp_path: Path) -> None:
    # the identity says what it is of, the hash what it says: an edit cannot take its place unseen
    hashes = []
    for grams in ("3.5", "3.6"):
        found = pact(tmp_path, pcfExcludingBiogenicUptake=grams, fossilGhgEmissions=grams)
        hashes.append(pack_of(found.pack, {"factor": found.factors.to_dicts()}).hash)

    assert hashes[0] != hashes[1]


def test_mistake_23_a_tonne_kilometre_has_no_mass(tmp_path: Path) -> None:
    assert exchange.product_mass("ton kilometer", "1000") == "0"
    assert exchange.product_mass("kilogram", "1") == "1"
    # and the mass of zero divides nothing when such a footprint is read
    freight = {**BODY, "productClassifications": ["urn:pact:productclassification:un-cpc:41321"]}
    told = {**PCF, "declaredUnitOfMeasurement": "ton kilometer", "productMassPerDeclaredUnit": "0"}
    file = tmp_path / "f.json"
    file.write_text(json.dumps({**freight, "pcf": told}), encoding="utf-8")
    rows = load("pact", file).factors

    assert rows.select("denominator", "co2e_published").rows() == [("t.km", "3.5")]


@pytest.mark.parametrize(("told", "codes"), [("20", []), ("0.1", ["TL235"])])
def test_mistake_24_the_footprint_of_a_shipment_is_its_total(
    tmp_path: Path, told: str, codes: list[str]
) -> None:
    # two elements of 10 kg are 20 kg; 0.1 is what one tonne-kilometre of the 200 emits
    data = {"shipmentId": "s", "tces": [tce("e1"), tce("e2", prevTceIds=["e1"])]}
    footprint = {"pcf": {"pCfExcludingBiogenic": told}, "extensions": [{"data": data}]}
    found = ileap(tmp_path, TOC, footprint)

    assert found.quarantine["code"].to_list() == codes


@pytest.mark.parametrize("wrong", [{"hocId": "h1"}, {"tocId": None}])
def test_mistake_25_an_element_names_one_operation_and_not_two_or_none(
    tmp_path: Path, wrong: dict[str, Any]
) -> None:
    found = ileap(tmp_path, TOC, {"shipmentId": "s", "tces": [tce("e1", **wrong)]})

    assert "TL237" in found.quarantine["code"].to_list()


def test_mistake_25_elements_do_not_precede_themselves(tmp_path: Path) -> None:
    circle = [tce("e1", prevTceIds=["e3"]), tce("e2", prevTceIds=["e1"]),
              tce("e3", prevTceIds=["e2"]), tce("e0")]  # fmt: skip
    found = ileap(tmp_path, TOC, {"shipmentId": "s", "tces": circle})

    assert found.quarantine.select("code", "value").rows() == [("TL237", "e1 → e2 → e3")]
