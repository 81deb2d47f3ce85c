"""Places: recorded coordinates win over those of the code."""

from __future__ import annotations

import pytest

from tanlu.report.tracing.places import Places, degrees
from tanlu.report.words import Words


def test_a_code_has_a_name_and_a_place() -> None:
    found = Places(Words("zh"), ["CNQDG", "PVG", None, "door"]).of("CNQDG", None, None)

    assert found is not None
    assert (found["name"], found["of"]) == ("青岛", "code")
    assert round(float(found["lat"])) == 36


def test_what_was_recorded_wins() -> None:
    found = Places(Words("en"), ["CNQDG"]).of("CNQDG", 1, -2)

    assert found is not None
    assert (found["lat"], found["lon"], found["of"]) == ("0.0000001", "-0.0000002", "record")


def test_an_own_code_has_its_name_and_no_place() -> None:
    places = Places(Words("en"), ["door"])

    assert places.of("door", None, None) == {
        "code": "door", "name": "door", "lat": None, "lon": None, "of": None,
    }  # fmt: skip
    assert places.of(None, None, None) is None


@pytest.mark.parametrize(
    ("e7", "text"),
    [(0, "0"), (1_234_500_000, "123.45"), (-5, "-0.0000005"), (-1_800_000_000, "-180")],
)
def test_degrees_are_exact(e7: int, text: str) -> None:
    assert text == degrees(e7)
