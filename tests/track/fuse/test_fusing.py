"""Fusion as a whole: what it promises of any positions."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tanlu.errors import TanluError
from tanlu.terms import schema
from tanlu.track.fuse import fuse
from tests.track.fuse.drawn import EPOCH, along, drawn

E7 = st.integers(-900_000_000, 900_000_000)


def _line(  # noqa: PLR0917 - figures of one line
    lat: float, lon: float, speed: float, angle: float, count: int, every: int
) -> pl.DataFrame:
    """Give a straight way without noise: a great circle of a small sphere would bend it."""
    t = np.arange(count) * every
    north = lat + speed * t * math.cos(angle) / along(np.asarray(lat))
    w = np.sqrt(1 - 6.694379990141e-3 * np.sin(np.radians((north + lat) / 2)) ** 2)
    across = 6_378_137.0 / w * np.cos(np.radians((north + lat) / 2)) * np.pi / 180
    east = lon + speed * t * math.sin(angle) / across
    east = (east + 180.0) % 360.0 - 180.0
    return pl.DataFrame({
        "device": ["a"] * count, "seq": t, "at": EPOCH + t * 1_000_000,
        "lat_e7": np.rint(north * 1e7).astype(np.int64),
        "lon_e7": np.rint(east * 1e7).astype(np.int64),
    })  # fmt: skip


@pytest.mark.parametrize("motion", ["full", "one"])
@pytest.mark.parametrize("lon", [121.4, 179.99, -0.01])
def test_a_straight_line_without_noise_is_as_long_as_it_is(motion: str, lon: float) -> None:
    found = fuse(_line(31.2, lon, 20.0, 1.1, 600, 5), motion=motion).fixes  # type: ignore[arg-type]

    assert int(found["way_mm"].sum()) == pytest.approx(20e3 * 599 * 5, rel=1e-3)
    assert found.height == 600


@pytest.mark.parametrize("angle", [0.0, 0.7, 1.5, 2.9, 4.4])
def test_the_direction_does_not_matter(angle: float) -> None:
    way = int(fuse(_line(45.0, 7.0, 15.0, angle, 300, 5)).fixes["way_mm"].sum())

    assert way == pytest.approx(15e3 * 299 * 5, rel=1e-3)


def test_where_on_the_globe_a_track_lies_does_not_matter() -> None:
    here = drawn("truck", 2, 1800, 5, 6, lat=31.2, lon=121.4)
    there = drawn("truck", 2, 1800, 5, 6, lat=-31.2, lon=179.99)
    ways = [fuse(made.positions).fixes["way_mm"].sum() for made in (here, there)]

    assert int(ways[0]) == pytest.approx(int(ways[1]), rel=2e-3)


def test_the_order_of_the_rows_does_not_matter() -> None:
    made = drawn("van", 3, 900, 5, 3).positions
    mixed = made.sample(fraction=1.0, shuffle=True, seed=5)

    assert_frame_equal(fuse(mixed).fixes, fuse(made).fixes)
    assert_frame_equal(fuse(mixed).rejected, fuse(made).rejected)


def test_devices_do_not_touch_each_other() -> None:
    made = drawn("two_wheeler", 3, 900, 5, 5).positions
    apart = [fuse(part).fixes for part in made.partition_by("device", maintain_order=True)]

    assert_frame_equal(fuse(made).fixes, pl.concat(apart))


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]), st.integers(0, 40), st.integers(0, 10**10), E7, E7,
            st.none() | st.integers(-5, 3_000), st.sampled_from([None, "gnss", "cell", "inertial"]),
        ),
        max_size=40,
    ),
    motion=st.sampled_from(["full", "one"]),
)  # fmt: skip
def test_whatever_comes_is_a_fix_or_rejected_and_no_way_is_negative(
    rows: list[tuple[object, ...]], motion: str
) -> None:
    table = pl.DataFrame(rows, orient="row", schema={
        "device": pl.String, "seq": pl.Int64, "at": pl.Int64, "lat_e7": pl.Int64,
        "lon_e7": pl.Int64, "accuracy_m": pl.Int64, "source": pl.String,
    })  # fmt: skip
    found = fuse(table, motion=motion)  # type: ignore[arg-type]

    assert found.fixes.height + found.rejected.height == table.height
    schema("fix").check(found.fixes)
    later = found.fixes.filter(pl.col("device") == pl.col("device").shift())
    assert later.filter(pl.col("way_mm").is_null() | (pl.col("way_mm") < 0)).is_empty()
    assert found.fixes.filter(~pl.col("lat_e7").is_between(-900_000_000, 900_000_000)).is_empty()


@pytest.mark.parametrize(
    ("mode", "every"), [("truck", 1), ("truck", 10), ("train", 30), ("sea", 60)]
)
def test_nine_tenths_of_the_ellipses_hold_the_truth(mode: str, every: int) -> None:
    made = drawn(mode, 6, 7200, every, 31)
    both = fuse(made.positions).fixes.join(made.truth, on=["device", "at"], suffix="_true")
    north = (both["lat_e7"] - both["lat_e7_true"]) * 1e-7 * 110_880
    east = (both["lon_e7"] - both["lon_e7_true"]) * 1e-7 * 95_300
    square = (north * north + east * east) / (both["sigma_mm"] / 1e3).pow(2)

    # of two normal parts of variance 1 the sum of squares is below 4.605 in nine of ten
    assert 0.85 <= float((square < 4.605).sum()) / both.height <= 0.96


@pytest.mark.parametrize(
    ("mode", "every"), [("truck", 1), ("truck", 15), ("train", 30), ("sea", 60)]
)
def test_the_way_is_that_of_the_truth_within_half_a_percent(mode: str, every: int) -> None:
    made = drawn(mode, 6, 7200, every, 32, outages=0.0)
    true = made.truth.group_by("device").agg(pl.col("way_m").max())["way_m"].sum()

    assert int(fuse(made.positions).fixes["way_mm"].sum()) == pytest.approx(1e3 * true, rel=5e-3)


def test_a_device_that_stands_has_no_way_and_no_heading() -> None:
    rng = np.random.default_rng(7)
    count = 600
    rows = pl.DataFrame({
        "device": ["a"] * count, "seq": range(count),
        "at": [EPOCH + n * 5_000_000 for n in range(count)],
        "lat_e7": (312_000_000 + rng.normal(0, 450, count)).astype(np.int64),
        "lon_e7": (1_214_000_000 + rng.normal(0, 526, count)).astype(np.int64),
    })  # fmt: skip
    found = fuse(rows).fixes

    # an hour of noise of 5 m is 25 km of chords
    assert int(found["way_mm"].sum()) < 20_000
    assert found["heading_cdeg"].null_count() > 0.95 * count


@pytest.mark.parametrize(
    "wrong", [{"datum": "nad27"}, {"motion": "three"}], ids=["datum", "motion"]
)
def test_what_nobody_knows_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(TanluError) as caught:
        fuse(schema("position").empty(), **wrong)  # type: ignore[arg-type]

    assert caught.value.code == "TL400"


def test_positions_without_a_needed_column_are_refused() -> None:
    with pytest.raises(TanluError) as caught:
        fuse(pl.DataFrame({"device": ["a"], "at": [1], "lat_e7": [1]}))

    assert caught.value.fields["value"] == "lon_e7"


def test_nothing_in_gives_nothing_out() -> None:
    found = fuse(schema("position").empty())

    assert (found.fixes.height, found.rejected.height, found.findings.height) == (0, 0, 0)
