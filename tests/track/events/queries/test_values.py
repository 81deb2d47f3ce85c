"""Values of query parameters."""

from __future__ import annotations

from typing import Any

import pytest

from tanlu.track.events.queries.values import moment, number, read_value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 5), ("-5.50", -5.5), ("1e3", 1000.0), (7, 7), (1.5, 1.5), ("9" * 30, int("9" * 30)),
        ("", None), ("x", None), ("١", None), ("nan", None), ("1e999", None), (True, None),
        (None, None), ("0x1", None), ("1_0", None), ("9" * 5000, None),
    ],
)  # fmt: skip
def test_a_number_is_what_json_would_read_as_one(text: Any, expected: Any) -> None:
    assert number(text) == expected


def test_a_moment_is_a_date_and_time_with_an_offset() -> None:
    assert moment("1970-01-01T08:00:01+08:00") == 1_000_000
    assert moment("1970-01-01") is moment(5) is None


@pytest.mark.parametrize(
    ("kind", "given", "text"),
    [
        ("bizStep", "https://ref.gs1.org/cbv/BizStep-shipping", "shipping"),
        ("bizStep", "urn:epcglobal:cbv:bizstep:shipping", "shipping"),
        ("bizStep", "ex:own", "https://n.org/own"),
        ("measurement", "https://gs1.org/voc/Temperature", "Temperature"),
        ("type", "ObjectEvent", "object"),
        ("type", "https://example.com/Own", "https://example.com/Own"),
        ("hexadecimal", "ab", "AB"),
        ("uri", "ex:own", "https://n.org/own"),
        ("any", True, "true"),
        ("any", 5, "5"),
    ],
)
def test_a_value_is_read_as_its_parameter_takes_it(kind: str, given: Any, text: str) -> None:
    assert read_value("p", given, kind, {"ex": "https://n.org/"}).text == text
