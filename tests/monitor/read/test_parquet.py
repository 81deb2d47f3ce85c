"""Parquet files by rows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from tests.monitor.files import mapping, saved, whole

from tanlu.errors import TanluError
from tanlu.monitor.read import parquet


def test_a_file_is_read_in_slices_with_the_number_of_each_row(tmp_path: Path) -> None:
    pl.DataFrame({"a": range(10)}).write_parquet(tmp_path / "f.parquet")
    names, rows = parquet.shape(tmp_path / "f.parquet")
    frames = list(parquet.slices(tmp_path / "f.parquet", rows, 4))

    assert (names, rows) == (("a",), 10)
    assert [frame.height for frame in frames] == [4, 4, 2]
    assert pl.concat(frames)["_line"].to_list() == list(range(1, 11))


def test_columns_of_every_type_become_text_number_date_or_time(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "list": [[1, 2]], "struct": [{"a": "x"}], "decimal": [Decimal("1.50")],
            "time": [time(1)], "span": [timedelta(seconds=1)], "bool": [True],
            "raw": [b"\x00\xff"], "null": [None], "day": [date(2026, 3, 1)],
            "at": [datetime(2026, 3, 1)],
        }
    ).with_columns(pl.lit("x").cast(pl.Categorical).alias("word"))  # fmt: skip
    frame.write_parquet(tmp_path / "f.parquet")
    (found,) = parquet.slices(tmp_path / "f.parquet", 1, 10)

    assert found.select("list", "struct", "decimal", "bool", "raw", "word").row(0) == (
        "[1,2]", '{"a":"x"}', 1.5, "true", "00ff", "x",
    )  # fmt: skip
    assert found.schema["day"] == pl.Date


def test_typed_columns_are_read_as_they_are(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "id": ["A1", "A2"], "mode": ["road", "rail"], "kg": [1.5, None], "km": [3, 4],
            "from": ["a", "b"], "to": ["c", "d"], "day": [date(2026, 3, 1), None],
        }
    )  # fmt: skip
    frame.write_parquet(tmp_path / "f.parquet")
    found = whole(tmp_path / "f.parquet")

    assert found.activities.select("mass_mg", "distance_m").rows() == [(1_500_000, 3_000)]
    assert found.quarantine["code"].to_list() == ["TL315"]


def test_a_damaged_file_is_an_error(tmp_path: Path) -> None:
    pl.DataFrame({"a": range(1000)}).write_parquet(tmp_path / "f.parquet")
    raw = (tmp_path / "f.parquet").read_bytes()

    with pytest.raises(TanluError, match="TL301"):
        parquet.shape(saved(tmp_path, raw[: len(raw) // 2]))


def test_a_file_without_rows_gives_none(tmp_path: Path) -> None:
    pl.DataFrame(schema=dict.fromkeys(mapping().columns(), pl.String)).write_parquet(
        tmp_path / "f.parquet"
    )

    from tanlu.monitor import read

    assert list(read(tmp_path / "f.parquet", mapping())) == []


def test_a_column_may_have_the_name_of_the_line(tmp_path: Path) -> None:
    from tests.monitor.files import TEXT, mapping, saved, whole

    rows = pl.read_csv(saved(tmp_path, TEXT)).with_columns(pl.lit(7).alias("_line"))
    rows.write_parquet(tmp_path / "f.parquet")
    found = whole(tmp_path / "f.parquet", mapping("[labels]", 'mine = "{_line (2)}"'))

    assert found.activities["source_line"].to_list() == [1, 2, 3]
    assert set(found.activities["labels"]) == {'{"mine":"7"}'}


def test_a_text_that_a_file_holds_once_is_not_held_in_all_its_rows_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f.parquet"
    rows = ["x" * 1000] * 900 + ["y"] * 100
    pl.DataFrame({"a": rows, "b": [None] * 1000}).write_parquet(path)
    monkeypatch.setattr(parquet, "BYTES", 100_000)
    frames = list(parquet.slices(path, 1000, 600))
    assert path.stat().st_size < 3000
    assert max(int(each["a"].str.len_bytes().sum()) for each in frames) <= 101_000
    assert pl.concat(frames)["a"].to_list() == rows
    assert pl.concat(frames)["_line"].to_list() == list(range(1, 1001))


def test_a_row_that_is_longer_than_a_line_may_be_is_told(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    pl.DataFrame({"a": ["x", "y" * (1 << 20), "z"], "b": ["", "b", ""]}).write_parquet(path)
    with pytest.raises(TanluError, match="row 2 is longer than 1,048,576 bytes"):
        list(parquet.slices(path, 3, 10))


def test_a_list_of_a_million_in_a_row_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    for size in (100_000, 1_000_000):
        pl.DataFrame({"a": [[7] * size]}).write_parquet(path)
        assert path.stat().st_size < 5000
        if size > 100_000:
            with pytest.raises(TanluError, match="not plausible"):
                parquet.shape(path)
        else:
            assert parquet.shape(path) == (("a",), 1)
