"""A ledger as iLEAP: nothing is lost, sums are the ledger's, documents hold their schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema_rs
import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.share.exchange.ileap import Company, Exchanged, check, exchanged
from tanlu.store import open_workspace

COMPANY = Company("Tanlu Express", ("urn:epc:id:sgln:4063973.00000.8",))
SCHEMAS = "data/standards/ileap/schemas"
# the schema of each kind of footprint, and of its extension alone
BY_KIND = {
    "tces": ("pcf-shipment-footprint", "shipment-footprint"),
    "tocId": ("fixed-pcf-toc", "toc"),
    "hocId": ("fixed-pcf-hoc", "hoc"),
}
DECIMAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


@pytest.fixture(scope="module")
def emissions(network_books: Path) -> pl.DataFrame:
    rows = open_workspace(network_books).scan("emission").collect()
    return rows.filter(pl.col("kind").str.contains(r"^(transport|hub)\."))


def data(footprint: dict[str, Any]) -> dict[str, Any]:
    held: dict[str, Any] = footprint["extensions"][0]["data"]
    return held


def test_the_import_check_finds_nothing_in_what_we_send(made: Exchanged) -> None:
    found = check([*made.footprints, *made.tads])

    assert found.findings == []
    assert found.undone == []
    assert found.held > 10_000


def test_every_microgram_of_the_ledger_is_in_one_element(
    made: Exchanged, emissions: pl.DataFrame
) -> None:
    tces = [tce for each in made.footprints for tce in data(each).get("tces", ())]
    wtw = sum(Fraction(tce["co2eWTW"]) for tce in tces)
    ttw = sum(Fraction(tce["co2eTTW"]) for tce in tces)
    burnt = emissions.filter(pl.col("boundary") == "ttw")

    assert made.left == []
    assert wtw * 10**9 == emissions["co2e_ug"].sum()
    assert ttw * 10**9 == burnt["co2e_ug"].sum()


def test_the_footprint_of_a_shipment_is_its_total(made: Exchanged, emissions: pl.DataFrame) -> None:
    told = {
        data(each)["shipmentId"]: Fraction(each["pcf"]["pCfExcludingBiogenic"]) * 10**9
        for each in made.footprints
        if "tces" in data(each)
    }
    known = emissions.group_by("shipment").agg(pl.col("co2e_ug").sum())

    assert told == dict(known.iter_rows())


def test_every_element_is_exactly_its_activity_times_an_intensity_that_is_sent(
    made: Exchanged,
) -> None:
    rates = {
        held.get("tocId") or held.get("hocId"): held
        for each in made.footprints
        if "tces" not in (held := data(each))
    }
    for each in made.footprints:
        for tce in data(each).get("tces", ()):
            held = rates[tce.get("tocId") or tce.get("hocId")]
            base = tce["transportActivity"] if "tocId" in tce else Fraction(tce["mass"]) / 1000
            for part in ("WTW", "TTW"):
                off = Fraction(base) * Fraction(held[f"co2eIntensity{part}"])
                off -= Fraction(tce[f"co2e{part}"])

                assert abs(off) <= Fraction(1, 10**9)


def test_what_we_send_holds_every_schema_of_ileap(made: Exchanged, shared: Path) -> None:
    def validator(name: str) -> Any:
        text = (shared / SCHEMAS / f"{name}.json").read_text(encoding="utf-8")
        return jsonschema_rs.validator_for(json.loads(text), validate_formats=True)

    whole = validator("pact-2x-data-model-schema")
    for field, names in BY_KIND.items():
        outer, inner = (validator(name) for name in names)
        held = [each for each in made.footprints if field in data(each)]

        assert held
        for each in held:
            assert [one.message for one in outer.iter_errors(each)] == []
            assert [one.message for one in inner.iter_errors(data(each))] == []
            assert [one.message for one in whole.iter_errors(each)] == []
    tad, around = validator("tad"), validator("fixed-pcf-tad")
    envelope = made.footprints[0]
    for each in made.tads:
        assert [one.message for one in tad.iter_errors(each)] == []
        extension = {**envelope["extensions"][0], "data": each}
        assert [
            one.message for one in around.iter_errors({**envelope, "extensions": [extension]})
        ] == []


def numbers(held: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(held, dict):
        for key, value in held.items():
            yield from numbers(value, key)
    elif isinstance(held, list):
        for value in held:
            yield from numbers(value, name)
    elif not isinstance(held, bool) and held is not None:
        yield name, held


def test_amounts_are_decimal_text_without_exponent(made: Exchanged) -> None:
    plain = {"version", "exemptedEmissionsPercent", "primaryDataShare"}
    amounts = {"mass", "transportActivity", "co2eWTW", "co2eTTW", "actual", "sfd", "gcd",
               "co2eIntensityWTW", "co2eIntensityTTW", "emissionFactorWTW", "emissionFactorTTW",
               "relativeShare", "energyConsumption", "loadFactor", "emptyDistanceFactor",
               "unitaryProductAmount", "pCfExcludingBiogenic", "lat", "lng"}  # fmt: skip
    seen = set()
    for name, value in numbers([*made.footprints, *made.tads]):
        if name in amounts:
            seen.add(name)
            assert isinstance(value, str)
            assert DECIMAL.fullmatch(value), (name, value)
        else:
            assert isinstance(value, str) or name in plain

    assert amounts - seen <= {"lat", "lng", "gcd"}


def test_a_footprint_keeps_its_identity_until_it_changes(network_books: Path) -> None:
    workspace = open_workspace(network_books)
    first = exchanged(workspace, COMPANY, now=datetime(2026, 1, 1, tzinfo=UTC))
    again = exchanged(workspace, COMPANY, now=datetime(2026, 2, 1, tzinfo=UTC))
    other = exchanged(workspace, Company("Else", COMPANY.ids))

    assert [each["id"] for each in first.footprints] == [each["id"] for each in again.footprints]
    assert len({each["id"] for each in first.footprints}) == len(first.footprints)
    assert not {each["id"] for each in first.footprints} & {each["id"] for each in other.footprints}


def test_one_shipment_comes_with_the_operations_that_it_names(
    network_books: Path, made: Exchanged
) -> None:
    name = data(made.footprints[0])["shipmentId"]
    one = exchanged(open_workspace(network_books), COMPANY, shipments=(name,))
    (shipment,) = [data(each) for each in one.footprints if "tces" in data(each)]
    known = {data(each).get("tocId") or data(each).get("hocId") for each in one.footprints}

    assert shipment["shipmentId"] == name
    assert {tce.get("tocId") or tce.get("hocId") for tce in shipment["tces"]} <= known
    assert check(one.footprints).undone == []


def test_elements_tell_what_comes_immediately_before(made: Exchanged) -> None:
    longest = max((data(each) for each in made.footprints if "tces" in data(each)),
                  key=lambda held: len(held["tces"]))  # fmt: skip
    names = [tce["tceId"] for tce in longest["tces"]]

    assert longest["tces"][0]["prevTceIds"] == []
    assert len(names) > 2
    assert {tce["prevTceIds"][-1] for tce in longest["tces"][1:]} <= set(names)


def test_a_period_without_goods_and_a_company_without_urn_are_refused(
    network_books: Path,
) -> None:
    workspace = open_workspace(network_books)

    with pytest.raises(TanluError, match="TL919"):
        exchanged(workspace, COMPANY, period="1999")
    with pytest.raises(TanluError, match="TL919"):
        exchanged(workspace, Company("Nobody", ("4063973",)))
