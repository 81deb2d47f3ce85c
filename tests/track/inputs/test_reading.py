"""Positions of others: heads, times, and rows that cannot be read."""

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.terms import schema
from tanlu.track.inputs import read_positions

AT = 1_790_841_600_000_000  # 2026-10-01 08:00 UTC
CSV = "vehicle_id,Timestamp,Lat,Lng,speed_kmh\n"


def read(tmp_path, text: str, name: str = "a.csv", **more):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    held = read_positions(file, tmp_path, **more)
    return held, pl.concat([schema("position").empty(), *held.batches()])


@pytest.mark.parametrize(
    "time",
    [
        "2026-10-01T08:00:00Z", "2026-10-01 08:00:00", "2026/10/01 08:00:00",
        "2026-10-01T16:00:00+08:00", "1790841600", "1790841600000", "1790841600000000",
        "1790841600.0",
    ],
)  # fmt: skip
def test_a_time_is_read_however_it_is_written(tmp_path, time):
    _, rows = read(tmp_path, CSV + f"t,{time},39.9,116.4,36\n")

    assert rows["at"].to_list() == [AT]


def test_a_time_without_zone_is_of_the_zone_that_is_named(tmp_path):
    _, rows = read(tmp_path, CSV + "t,2026-10-01 16:00:00,39.9,116.4,36\n", zone="Asia/Shanghai")

    assert rows["at"].to_list() == [AT]


def test_known_heads_and_units_are_read(tmp_path):
    held, rows = read(tmp_path, CSV + "t,1790841600,39.90000004,116.4,36\n")

    schema("position").check(rows)
    row = rows.row(0, named=True)
    assert (row["device"], row["lat_e7"], row["lon_e7"]) == ("t", 399_000_000, 1_164_000_000)
    assert row["speed_mm_s"] == 10_000
    assert held.heads["lon_e7"] == "Lng"


def test_rows_are_used_or_rejected_with_code_and_line(tmp_path):
    held, rows = read(
        tmp_path,
        CSV + "t,1790841600,39.9,116.4,1\nt,soon,39.9,116.4,1\nt,1790841610,x,116.4,1\n"
        "t,12,39.9,116.4,1\n",
    )

    assert held.rejected.select("line", "code").rows() == [
        (2, "TL437"), (3, "TL438"), (4, "TL437"),
    ]  # fmt: skip
    assert held.rows == rows.height + held.rejected.height == 4


def test_a_file_without_device_is_one_device(tmp_path):
    _, rows = read(tmp_path, "time,lat,lon\n1790841600,1,2\n", "lorry.csv")

    assert rows["device"].to_list() == ["lorry"]


def test_batches_hold_whole_devices(tmp_path):
    text = CSV + "".join(f"d{k % 3},{1790841600 + k},1,2,0\n" for k in range(30))
    held, _ = read(tmp_path, text)

    batches = list(held.batches(most=10))

    assert [each["device"].n_unique() for each in batches] == [1, 1, 1]
    assert sum(each.height for each in batches) == 30


def test_parquet_and_ndjson_give_what_csv_gives(tmp_path):
    _, rows = read(tmp_path, CSV + "t,1790841600,39.9,116.4,36\n")
    rows.write_parquet(tmp_path / "p.parquet")
    rows.write_ndjson(tmp_path / "n.ndjson")

    for name in ("p.parquet", "n.ndjson"):
        assert next(read_positions(tmp_path / name, tmp_path).batches()).equals(rows)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "time,lat\n1,2\n"), ("a.xml", "x"), ("a.parquet", "no parquet"),
        ("a.gpx", "no xml"), ("a.csv", ""),
    ],
)  # fmt: skip
def test_what_is_no_file_of_positions_is_refused(tmp_path, name, text):
    with pytest.raises(TanluError, match="TL436"):
        read(tmp_path, text, name)


def test_a_file_larger_than_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("tanlu.track.inputs.reading.MOST_BYTES", 3)

    with pytest.raises(TanluError, match="TL439"):
        read(tmp_path, CSV)


def test_a_decimal_comma_shifts_no_place(tmp_path):
    text = "time,lat,lon\n1790841600,31,23,121,47\n1790841610,31.2,121.4,\n"
    held, rows = read(tmp_path, text)

    assert held.rejected.select("line", "code").rows() == [(1, "TL438")]
    assert rows["lon_e7"].to_list() == [1_214_000_000]


def test_the_angle_of_a_track_is_no_device(tmp_path):
    text = "time,lat,lon,track\n1790841600,31,121,88\n1790841610,31,121,89\n"
    held, rows = read(tmp_path, text)

    assert held.devices["device"].to_list() == ["a"]
    assert rows["heading_cdeg"].to_list() == [8_800, 8_900]


def test_fixes_of_towers_are_known_by_their_usual_names(tmp_path):
    text = "time,lat,lon,provider,accuracy\n" + "".join(
        f"{1790841600 + n},31,121,{said}\n"
        for n, said in enumerate(["LBS,", "network,", "network,900", "network,20", "gps,"])
    )
    _, rows = read(tmp_path, text)

    assert rows["source"].to_list() == ["cell", "cell", "cell", "network", "gps"]


def test_an_accuracy_below_nought_is_no_fix(tmp_path):
    text = "time,lat,lon,accuracy\n1790841600,31,121,-1\n1790841610,31,121,0\n"
    held, rows = read(tmp_path, text)

    assert held.rejected["code"].to_list() == ["TL438"]
    assert rows.height == 1


@pytest.mark.parametrize("head", ["line", "code", "value", "_why"])
def test_a_head_that_is_called_as_we_call_ours_is_only_a_head(tmp_path, head):
    file = tmp_path / "p.csv"
    file.write_text(f"time,lat,lon,{head}\n2026-01-01T00:00:00Z,30,110,7\nx,30,110,7\n")

    found = read_positions(file, tmp_path)

    assert (found.rows, found.rejected["line"].to_list()) == (2, [2])
