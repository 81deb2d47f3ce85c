"""What is told and what may be asked."""

from __future__ import annotations

import datetime as dt

import pytest

from tanlu.errors import TanluError
from tanlu.serve.access.routes.shapes import by_person, told
from tanlu.serve.api import Asked, Principal


def test_times_are_told_as_times():
    row = {"created_us": 1_000_001, "until_us": None, "name": "a_us", "status": 3}
    at = dt.datetime(1970, 1, 1, 0, 0, 1, 1, tzinfo=dt.UTC)
    assert told(row) == {"created": at, "until": None, "name": "a_us", "status": 3}


def test_who_comes_in_is_decided_by_persons_alone():
    ann = Principal("ann", "home", "manager")
    assert by_person(Asked(None, None, ann)) is ann
    for kind in ("client", "device"):
        with pytest.raises(TanluError, match="TL964"):
            by_person(Asked(None, None, Principal("x", "home", "manager", kind)))
