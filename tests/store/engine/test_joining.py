from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.store.engine import join_intervals

ENGINES = ["polars", pytest.param("duckdb", marks=pytest.mark.engine)]
KEYS = ("kind", "place")
TYPES = {"kind": pl.String, "place": pl.String, "start": pl.Int64}

keys = st.tuples(
    st.sampled_from(["road", "rail", None]), st.sampled_from(["CN-31", "CN", "", None])
)
rows = st.lists(st.tuples(keys, st.one_of(st.none(), st.integers(-5, 45))), max_size=20)
cuts = st.dictionaries(keys, st.lists(st.integers(0, 40), min_size=2, max_size=7, unique=True))


@pytest.fixture(params=ENGINES)
def engine(request) -> str:
    pytest.importorskip(request.param, reason="extra duckdb is absent")
    return request.param


def resolved(given_cuts: dict) -> pl.DataFrame:
    made = []
    for (kind, place), points in given_cuts.items():
        for number, (start, end) in enumerate(pairwise(sorted(points))):
            if number % 3 != 2:  # leave gaps
                made.append((kind, place, start, end, f"{kind}|{place}|{start}"))
    names = ["kind", "place", "valid_from", "valid_to", "factor_id"]
    types = [pl.String, pl.String, pl.Int64, pl.Int64, pl.String]
    return pl.DataFrame(made[::-1], schema=dict(zip(names, types, strict=True)), orient="row")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=rows, given_cuts=cuts)
def test_each_row_finds_the_interval_of_its_key_and_time(engine, rows, given_cuts) -> None:
    table = resolved(given_cuts)
    frame = pl.DataFrame([(*key, at) for key, at in rows], schema=TYPES, orient="row")
    expected = []
    for (kind, place), at in rows:
        hits = [
            each["factor_id"]
            for each in table.to_dicts()
            if (each["kind"], each["place"]) == (kind, place)
            and at is not None
            and each["valid_from"] <= at < each["valid_to"]
        ]
        expected.append(hits[0] if hits else None)
    joined = join_intervals(frame, table, keys=KEYS, engine=engine)

    assert joined["factor_id"].to_list() == expected
    assert joined.select(*TYPES).equals(frame)


def test_a_column_of_both_is_the_frames() -> None:
    table = resolved({("road", "CN"): [0, 10]}).with_columns(note=pl.lit("table"))
    frame = pl.DataFrame({"kind": ["road"], "place": ["CN"], "start": [5], "note": ["frame"]})

    assert join_intervals(frame, table, keys=KEYS)["note"].to_list() == ["frame"]


def test_another_instant_may_decide() -> None:
    table = resolved({("road", "CN"): [0, 10, 20]})
    frame = pl.DataFrame({"kind": ["road"], "place": ["CN"], "start": [5], "end": [15]})

    assert join_intervals(frame, table, at="end", keys=KEYS)["valid_from"].to_list() == [10]
