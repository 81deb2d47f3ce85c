"""What cannot be: each fault by itself gets its code, and only the rows at fault."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tanlu.track.fuse import Fused, from_wgs84, fuse
from tests.track.fuse.drawn import EPOCH, drawn

E7 = pl.col("lat_e7")


@pytest.fixture(scope="module")
def track() -> pl.DataFrame:
    """Give one truck for half an hour, a fix each 5 s, without jumps and outages."""
    return drawn("truck", 1, 1800, 5, 11, jumps=0.0, outages=0.0).positions


def _codes(found: Fused, rows: pl.DataFrame) -> dict[str, int]:
    assert found.fixes.height + found.rejected.height == rows.height
    counts = found.rejected.group_by("code").len().drop_nulls()
    said = dict(zip(*(found.findings[name] for name in ("code", "count")), strict=True))
    assert said == dict(zip(counts["code"], counts["len"], strict=True))
    return {code: count for code, count in said.items() if code != "TL406"}


def _with(rows: pl.DataFrame, marked: pl.Expr, **columns: pl.Expr | pl.Series) -> pl.DataFrame:
    """Give the rows with other values where they are marked."""
    return rows.with_columns(
        **{k: pl.when(marked).then(v).otherwise(k) for k, v in columns.items()}
    )


def _between(first: int, end: int) -> pl.Expr:
    return pl.col("seq").is_between(first, end - 1)


def test_a_sound_track_has_no_finding(track: pl.DataFrame) -> None:
    assert _codes(fuse(track), track) == {}


def test_coordinates_off_the_globe_are_refused(track: pl.DataFrame) -> None:
    rows = _with(track, _between(10, 13), lat_e7=pl.lit(910_000_000))

    assert _codes(fuse(rows), rows) == {"TL400": 3}


def test_positions_without_coordinates_are_refused(track: pl.DataFrame) -> None:
    rows = _with(track, _between(0, 2), lon_e7=pl.lit(None, pl.Int64))

    assert _codes(fuse(rows), rows) == {"TL400": 2}


def test_null_island_is_refused(track: pl.DataFrame) -> None:
    rows = _with(track, _between(100, 104), lat_e7=pl.lit(0), lon_e7=pl.lit(0))

    assert _codes(fuse(rows), rows) == {"TL401": 4}


def test_rows_whose_clock_runs_backwards_are_put_aside(track: pl.DataFrame) -> None:
    rows = _with(track, _between(200, 210), at=pl.col("at") - 500_000_001)

    assert _codes(fuse(rows), rows) == {"TL402": 10}


def test_a_device_that_counts_anew_is_no_time_reversal(track: pl.DataFrame) -> None:
    rows = track.with_columns(seq=pl.col("seq") % 150)

    assert _codes(fuse(rows), rows) == {}


def test_a_teleport_is_put_aside_and_the_return_is_not(track: pl.DataFrame) -> None:
    rows = _with(track, _between(150, 153), lat_e7=E7 + 30_000_000)
    found = fuse(rows)

    assert _codes(found, rows) == {"TL403": 3}
    assert int(found.fixes["way_mm"].sum()) == pytest.approx(
        int(fuse(track).fixes["way_mm"].sum()), rel=0.005
    )


def test_a_real_move_after_an_outage_is_kept(track: pl.DataFrame) -> None:
    late = pl.col("seq") >= 180
    rows = _with(track, late, lat_e7=E7 + 10_000_000, at=pl.col("at") + 7_200_000_000)

    assert _codes(fuse(rows), rows) == {}


def test_two_devices_of_one_name_are_told_apart(track: pl.DataFrame) -> None:
    other = drawn("truck", 1, 1800, 9, 12, jumps=0.0, outages=0.0, lat=30.2).positions
    other = other.with_columns(device=pl.lit(track["device"][0]), seq=pl.col("seq") + 10_000,
                               at=pl.col("at") + 500_000)  # fmt: skip
    rows = pl.concat([track, other]).with_columns(seq=pl.lit(None, pl.Int64))

    assert _codes(fuse(rows), rows) == {"TL404": other.height}


def test_rows_that_repeat_others_are_merged_without_a_code(track: pl.DataFrame) -> None:
    rows = pl.concat([track, track.slice(50, 7)])
    found = fuse(rows)

    assert _codes(found, rows) == {}
    assert found.rejected.filter(pl.col("code").is_null()).height == 7


@pytest.mark.parametrize("marked", [_between(120, 240), pl.col("seq") % 7 == 3])
def test_rows_of_another_datum_are_put_aside(track: pl.DataFrame, marked: pl.Expr) -> None:
    lat, lon = from_wgs84(track["lat_e7"].to_numpy() / 1e7, track["lon_e7"].to_numpy() / 1e7,
                          "gcj02")  # fmt: skip
    mars = pl.Series((lat * 1e7).astype(np.int64)), pl.Series((lon * 1e7).astype(np.int64))
    rows = _with(track, marked, lat_e7=mars[0], lon_e7=mars[1])
    found = fuse(rows)

    assert _codes(found, rows) == {"TL405": rows.filter(marked).height}
    assert found.findings["severity"][0] == "error"


def test_positions_of_gcj02_become_those_of_wgs84(track: pl.DataFrame) -> None:
    lat, lon = from_wgs84(track["lat_e7"].to_numpy() / 1e7, track["lon_e7"].to_numpy() / 1e7,
                          "gcj02")  # fmt: skip
    rows = track.with_columns(lat_e7=pl.Series(np.rint(lat * 1e7)).cast(pl.Int64),
                              lon_e7=pl.Series(np.rint(lon * 1e7)).cast(pl.Int64))  # fmt: skip
    found, wanted = fuse(rows, datum="gcj02").fixes, fuse(track).fixes

    for name in ("lat_e7", "lon_e7"):
        assert ((found[name] - wanted[name]).abs() <= 2).all()


def test_a_list_that_begins_with_the_newest_is_used_whole() -> None:
    n = 50
    rows = pl.DataFrame({
        "device": ["a"] * n, "seq": range(n), "at": [EPOCH - k * 10_000_000 for k in range(n)],
        "lat_e7": [480_000_000 + k * 1_000 for k in range(n)], "lon_e7": [110_000_000] * n,
    })  # fmt: skip

    assert fuse(rows).rejected.height == 0


@pytest.mark.parametrize("told", [-1, 1_000_000_000])
def test_a_place_of_absurd_accuracy_is_none(track: pl.DataFrame, told: int) -> None:
    marked = pl.int_range(pl.len()) == 100
    rows = _with(track, marked, lat_e7=E7 + 180_000_000, accuracy_m=pl.lit(told, pl.Int64))
    found = fuse(rows)

    assert _codes(found, rows) == {"TL400": 1}
    assert found.fixes["way_mm"].sum() == pytest.approx(fuse(track).fixes["way_mm"].sum(), rel=1e-3)
