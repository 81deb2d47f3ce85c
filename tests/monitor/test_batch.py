"""A file and its mapping in, batches out: every row accounted for."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.monitor import Mapping, read
from tanlu.terms import schema
from tests.monitor.files import HEADER, MAPPING, ROWS, TEXT, mapping, saved, whole


def test_amounts_are_kept_in_whole_milligrams_and_metres(tmp_path: Path) -> None:
    found = whole(saved(tmp_path, TEXT)).activities

    assert found["mass_mg"].to_list() == [1_200_000_000, 24_000_000_000, 500_000]
    assert found["distance_m"].to_list() == [350_000, 2_100_000, 12_250]
    assert found["kind"].to_list() == ["transport.road", "transport.rail", "transport.road"]


def test_each_frame_has_its_schema(tmp_path: Path) -> None:
    found = whole(saved(tmp_path, TEXT + "A4,boat,1,1,a,b,2026-03-01\n"))

    assert found.activities.schema == schema("activity").dtypes()
    assert found.quarantine.schema == schema("quarantine").dtypes()
    assert found.findings.schema == schema("finding").dtypes()


def test_a_bad_row_is_quarantined_with_code_column_value_hint_and_cells(tmp_path: Path) -> None:
    found = whole(saved(tmp_path, TEXT + "A4,road,heavy,1,a,b,2026-03-01\n"))
    row = found.quarantine.row(0, named=True)

    assert (row["code"], row["column"], row["value"]) == ("TL311", "kg", "heavy")
    assert row["source_line"] == 5
    assert row["activity_id"] == "A4"
    assert "1234.5" in row["hint"]
    assert json.loads(row["raw"]) == {
        "id": "A4", "mode": "road", "kg": "heavy", "km": "1", "from": "a", "to": "b",
        "day": "2026-03-01",
    }  # fmt: skip


def test_a_row_with_two_faults_is_one_row_in_quarantine(tmp_path: Path) -> None:
    found = whole(saved(tmp_path, f"{HEADER}\nA4,boat,heavy,far,a,b,soon\n"))

    assert found.quarantine.height == 1
    assert found.rows_in == 1


def test_rows_without_an_identity_of_their_own_are_known_by_their_line(tmp_path: Path) -> None:
    text = MAPPING.replace('activity_id = { from = "id" }\n', "")
    path = saved(tmp_path, TEXT)
    once = whole(path, Mapping.parse(text)).activities["activity_id"]
    twice = whole(path, Mapping.parse(text)).activities["activity_id"]

    assert once.to_list() == twice.to_list()
    assert once.n_unique() == 3
    assert [each.rsplit(":", 1)[1] for each in once] == ["2", "3", "4"]


def test_the_source_of_each_row_is_its_line(tmp_path: Path) -> None:
    rows = whole(saved(tmp_path, f"{HEADER}\n\n{ROWS[0]}\n\n\n{ROWS[1]}\n")).activities

    assert rows["source_line"].to_list() == [3, 6]
    assert rows["source_sha256"].n_unique() == 1


def test_a_mapped_column_that_is_absent_is_an_error_before_any_row(tmp_path: Path) -> None:
    with pytest.raises(TanluError, match="TL304"):
        next(read(saved(tmp_path, "id,mode\nA1,road\n"), mapping()))


def test_columns_that_are_not_read_are_told(tmp_path: Path) -> None:
    from tanlu.monitor.batch import Reader

    path = saved(tmp_path, "note," + HEADER + "\nfragile," + ROWS[0] + "\n")
    found = Reader(path, mapping()).findings()

    assert found.select("code", "value").rows() == [("TL339", "note")]


def test_personal_columns_are_not_read_without_a_key(tmp_path: Path) -> None:
    by = Mapping.parse(
        MAPPING.replace('zone = "Asia/Shanghai"', 'zone = "Asia/Shanghai"\npersonal = ["from"]')
    )
    found = whole(saved(tmp_path, TEXT), by).activities

    assert found["origin"].null_count() == 3


def test_personal_columns_are_kept_as_pseudonyms_with_their_values_apart(tmp_path: Path) -> None:
    by = Mapping.parse(
        MAPPING.replace('zone = "Asia/Shanghai"', 'zone = "Asia/Shanghai"\npersonal = ["from"]')
    )

    def keyed(plain: pl.Series) -> pl.Series:
        return pl.Series([None if x is None else "p:" + "0" * 32 for x in plain], dtype=pl.String)

    (batch,) = read(saved(tmp_path, TEXT), by, pseudonyms=keyed)

    assert set(batch.activities["origin"]) == {"p:" + "0" * 32}
    assert set(batch.personal["value"]) == {"CNSHA", "CNCAN"}


def test_quarantined_rows_hold_no_personal_values(tmp_path: Path) -> None:
    by = Mapping.parse(
        MAPPING.replace('zone = "Asia/Shanghai"', 'zone = "Asia/Shanghai"\npersonal = ["from"]')
    )
    path = saved(tmp_path, f"{HEADER}\nA1,road,heavy,1,Li Wei,b,2026-03-01\n")

    assert "Li Wei" not in str(whole(path, by).quarantine.to_dicts())


def test_many_rows_come_in_several_batches_in_order(tmp_path: Path) -> None:
    count = 150_000
    lines = "\n".join(f"A{n},road,1,1,a,b,2026-03-01" for n in range(count))
    batches = list(read(saved(tmp_path, f"{HEADER}\n{lines}\n"), mapping()))
    ids = pl.concat([batch.activities["activity_id"] for batch in batches])

    assert len(batches) > 1
    assert ids.to_list() == [f"A{n}" for n in range(count)]


def test_what_was_assumed_is_counted(tmp_path: Path) -> None:
    by = mapping("[assumptions]", 'FTL = "all trucks were full"', "[activity.load_ppm]",
                 "value = 1", 'unit = "fraction"', 'assumption = "FTL"')  # fmt: skip
    (batch,) = read(saved(tmp_path, TEXT), by)

    assert batch.assumed == {"FTL": 3}
    assert batch.activities["load_ppm"].to_list() == [1_000_000] * 3
