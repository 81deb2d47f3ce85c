"""One resolved row for the tests of this room."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from tanlu.factors import resolve
from tanlu.factors.compose import KEY


def at(year: int) -> int:
    """Give the middle of a year in microseconds."""
    return int(dt.datetime(year, 7, 1, tzinfo=dt.UTC).timestamp()) * 1_000_000


def frame(*keys):
    """Give a table of keys."""
    keys = [(*key, *[None] * (len(KEY) - len(key))) for key in keys]
    return pl.DataFrame(keys, schema=dict.fromkeys(KEY, pl.String), orient="row")


@pytest.fixture(scope="session")
def one():
    """Give a function: the one resolved row of a key in a year, as a dict."""

    def find(kind, name=None, carrier=None, *, temperature=None, place=None, year=2025,
             material=None, **options):  # fmt: skip
        key = (kind, name, carrier, temperature, place, None, material)
        found = resolve(frame(key), **options)
        moment = at(year)
        held = found.filter((pl.col("valid_from") <= moment) & (pl.col("valid_to") > moment))
        assert held.height <= 1
        return held.to_dicts()[0] if held.height else None

    return find
