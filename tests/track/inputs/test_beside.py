"""Events and readings from files: what cannot be used is told, never taken for nothing."""

import contextlib
import random

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.track.inputs import read_beside

EVENTS = "event_id,at,zone,type,action,subject,parent,mass_mg\n"
AT = 1_767_225_600_000_000


@pytest.mark.parametrize(
    "told", [str(AT), str(AT // 1000), str(AT // 1_000_000), "2026-01-01T00:00:00Z",
             "2026-01-01 08:00:00+08:00"],
)  # fmt: skip
def test_times_of_events_are_read_as_those_of_positions(tmp_path, told):
    file = tmp_path / "e.csv"
    file.write_text(f"{EVENTS}e,{told},UTC,aggregation,add,waybill:1,t,5\n")

    rows, found = read_beside(file, "event")

    assert (rows["at"].to_list(), found.height) == ([AT], 0)


@pytest.mark.parametrize(
    ("field", "value"), [("at", "yesterday"), ("at", ""), ("mass_mg", "1,5".replace(",", ".x")),
                         ("mass_mg", "NaN"), ("mass_mg", "-3"), ("mass_mg", "1e300")],
)  # fmt: skip
def test_a_row_with_a_text_for_a_number_is_a_finding_and_not_a_null(tmp_path, field, value):
    good = {"event_id": "e", "at": str(AT), "zone": "UTC", "type": "aggregation", "action": "add",
            "subject": "waybill:1", "parent": "t", "mass_mg": "5"}  # fmt: skip
    file = tmp_path / "e.csv"
    lines = [",".join({**good, field: value}.values()), ",".join(good.values())]
    file.write_text(EVENTS + "\n".join(lines))

    rows, found = read_beside(file, "event")

    assert rows.height == 1
    assert found.select("code", "subject", "count", "source_line").rows() == [
        ("TL448", "e.csv", 1, 1)
    ]  # fmt: skip


def test_counters_that_nobody_knows_or_that_are_no_numbers_are_told(tmp_path):
    long, wide = tmp_path / "l.csv", tmp_path / "w.csv"
    long.write_text(f"device,at,stream,value\nt,{AT},fuel_l,5\nt,{AT},fuel_ml,inf\n"
                    f"t,{AT},fuel_ml,5\n")  # fmt: skip
    wide.write_text(f"device,at,energy_j,fuel_ml\nt,{AT},7,\nt,{AT},x,8.5\n")

    told, odd = read_beside(long, "reading")
    both, bad = read_beside(wide, "reading")

    assert told.select("stream", "value").rows() == [("fuel_ml", 5.0)]
    assert odd["count"].to_list() == [2]
    assert sorted(both.select("stream", "value").rows()) == [("energy_j", 7.0), ("fuel_ml", 8.5)]
    assert bad["count"].to_list() == [1]


def test_whatever_bytes_stand_in_a_file_it_is_read_or_refused(tmp_path):
    rng, read = random.Random(9), 0
    good = (EVENTS + f"e,{AT},UTC,aggregation,add,waybill:1,t,5\n" * 5).encode()
    for _ in range(150):
        raw = bytearray(good)
        for _ in range(rng.randint(1, 5)):
            raw[rng.randrange(len(raw))] = rng.choice(b'",\n\r\0\xffx9')
        file = tmp_path / "e.csv"
        file.write_bytes(raw)
        with contextlib.suppress(TanluError):
            rows, _ = read_beside(file, "event")
            read += rows["at"].null_count() == 0

    assert read > 50


def test_parquet_keeps_its_types(tmp_path):
    file = tmp_path / "r.parquet"
    rows = pl.DataFrame({"device": ["t"], "at": [AT], "stream": ["energy_j"], "value": [1.5]})
    rows.write_parquet(file)

    assert read_beside(file, "reading")[0].rows() == rows.rows()


def test_a_column_that_is_called_line_is_left_out(tmp_path):
    file = tmp_path / "e.csv"
    file.write_text(f"at,subject,line\n{AT},waybill:1,7\n,waybill:1,7\n")

    rows, found = read_beside(file, "event")

    assert (rows.height, found["source_line"].to_list()) == (1, [2])
