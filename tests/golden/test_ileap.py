"""Shipments of the iLEAP demonstration interface, in exact decimals."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tanlu.account.operations import Intensity, activity_tkm, confirm, element
from tanlu.errors import TanluError


@pytest.fixture
def demo(shared: Path) -> dict[str, Any]:
    return json.loads(
        (shared / "data/golden/ileap_demo_shipments.json").read_text(encoding="utf-8")
    )


def emitted(tce: dict[str, Any], demo: dict[str, Any]) -> tuple[Fraction, Fraction]:
    """WTW and TTW [kg] of one element of a chain."""
    mass = Fraction(tce["mass_kg"]) / 1000
    if tce["tocId"]:
        toc = demo["tocs"][tce["tocId"]]
        ttw, wtw = Fraction(toc["ttw"]), Fraction(toc["wtw"])
        activity = activity_tkm([(mass, tce["distance_actual_km"])])
    else:
        hoc = demo["hocs"][tce["hocId"]]
        ttw, wtw, activity = Fraction(hoc["ttw_kg_per_t"]), Fraction(hoc["wtw_kg_per_t"]), mass
    use, upstream = element(Intensity(ttw, wtw - ttw, "t.km"), activity)
    return use + upstream, use


def test_every_element_is_exact(demo: dict[str, Any]) -> None:
    for shipment in demo["shipments"]:
        for tce in shipment["tces"]:
            expected = Fraction(tce["co2eWTW_expected"]), Fraction(tce["co2eTTW_expected"])

            assert expected == emitted(tce, demo)


def test_every_shipment_adds_up(demo: dict[str, Any]) -> None:
    for shipment in demo["shipments"]:
        total = sum(emitted(tce, demo)[0] for tce in shipment["tces"])

        assert Fraction(shipment["expected_pCfExcludingBiogenic"]) == total


def test_the_swapped_digits_are_found(demo: dict[str, Any]) -> None:
    wrong = []
    for shipment in demo["shipments"]:
        for tce in shipment["tces"]:
            try:
                confirm(tce["tceId"], tce["co2eWTW_printed"], emitted(tce, demo)[0])
            except TanluError as error:
                wrong.append((error.code, error.fields["value"]))

    assert wrong == [("TL514", "1692.62")]
