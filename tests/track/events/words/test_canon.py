"""Times and numbers in one form, against the reference generator and Python's own calendar."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from epcis_event_hash_generator import hash_generator
from hypothesis import given
from hypothesis import strategies as st

from tanlu.track.events.words.canon import canonical, instant, normal_time
from tests.track.events import made


@given(made.TIMES)
def test_a_time_has_the_form_of_the_reference(text: str) -> None:
    assert normal_time(text) == hash_generator._fix_time_stamp_format(text)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_an_instant_is_that_of_the_calendar(moment: datetime, shift: int) -> None:
    sign = "-" if shift < 0 else "+"
    zone = f"{sign}{abs(shift) // 60:02d}:{abs(shift) % 60:02d}"
    text = moment.isoformat(timespec="microseconds") + zone
    found = instant(text)
    expected = datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)

    assert found is not None
    assert found[0] == (expected.days * 86_400 + expected.seconds) * 10**6 + expected.microseconds


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30T00:00:00Z", "2026-02-28T24:00:00Z", "2026-02-28T00:00:00", "2026-02-28",
        "2026-12-31T23:59:60Z", "0000-01-01T00:00:00Z", "2026-02-28T00:00:00+24:00", "",
        "2026-02-28T00:00:0０Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:00:00-02:00",
    ],
)  # fmt: skip
def test_what_names_no_instant_is_none(text: str) -> None:
    assert instant(text) is None
    assert normal_time(text) == text


def test_milliseconds_that_round_up_carry_into_the_second() -> None:
    # the reference loses such an event
    assert normal_time("2026-02-28T23:59:59.9996Z") == "2026-03-01T00:00:00.000Z"


@given(
    st.one_of(
        st.decimals(-(10**6), 10**6, places=3).map(str),
        st.from_regex(r"\A[+-]?0{0,3}[0-9]{1,4}(\.[0-9]{0,4})?(e[0-9])?\Z"),
        st.sampled_from(("1_000", "nan", "2026-01-01", "urn:epcglobal:cbv:bizstep:x", "a.b", "")),
    )
)
def test_a_value_has_the_form_of_the_reference(text: str) -> None:
    assert canonical(text) == hash_generator._canonize_value(text)


def test_infinity_stays_a_text() -> None:
    assert canonical("inf") == "inf"
