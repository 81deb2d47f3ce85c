"""Reasons of refusal."""

from __future__ import annotations

import numpy as np

from tanlu.errors import catalogue
from tanlu.monitor.stream import reasons


def test_the_first_reason_of_a_row_stays() -> None:
    given = np.zeros(3, np.int8)
    reasons.refuse(given, np.array([True, False, True]), reasons.CLOCK)
    reasons.refuse(given, np.array([True, True, False]), reasons.VALUE)

    told = [reasons.REASONS[each] for each in given]
    assert told == [reasons.CLOCK, reasons.VALUE, reasons.CLOCK]


def test_every_reason_is_in_the_catalogue() -> None:
    assert {each.code for each in reasons.REASONS if each} <= set(catalogue())
