"""Counts that no file can hold are refused before a decoder asks for their memory."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from tests.monitor.test_fuzz import mutated

from tanlu.errors import TanluError
from tanlu.monitor.read import parquet
from tanlu.monitor.read.pages import damage

ROWS = pl.DataFrame(
    {
        "id": [f"A{n % 7}-{'x' * (n % 300)}" for n in range(5000)],
        "n": range(5000),
        "maybe": [None if n % 3 else n / 7 for n in range(5000)],
        "nested": [[n, n + 1][: n % 3] for n in range(5000)],
        "pair": [{"a": n, "b": None} for n in range(5000)],
        "day": [dt.date(2026, 1, 1)] * 5000,
        "yes": [n % 2 == 0 for n in range(5000)],
        "none": pl.Series([None] * 5000, dtype=pl.Int64),
    }
)


@pytest.mark.parametrize("compression", ["zstd", "snappy", "gzip", "lz4", "uncompressed"])
@pytest.mark.parametrize("height", [0, 1, 5000])
def test_sound_files_of_polars_pass(tmp_path: Path, compression: str, height: int) -> None:
    path = tmp_path / "f.parquet"
    ROWS.head(height).write_parquet(
        path, compression=compression, row_group_size=1200, data_page_size=4096
    )

    assert damage(path) is None


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("dictionary", [True, False])
@pytest.mark.parametrize("height", [0, 1, 5000])
def test_sound_files_of_arrow_pass(
    tmp_path: Path, version: str, *, dictionary: bool, height: int
) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "f.parquet"
    pq.write_table(
        ROWS.head(height).to_arrow(), path, data_page_version=version, use_dictionary=dictionary,
        data_page_size=2048, row_group_size=1300, write_page_index=True,
    )  # fmt: skip

    assert damage(path) is None


def test_a_page_that_promises_more_than_any_memory_is_refused(tmp_path: Path) -> None:
    # these seven bytes once ended the process: the page tells a negative count of values
    path = tmp_path / "f.parquet"
    path.write_bytes(mutated("parquet", 517_352, 3))

    with pytest.raises(TanluError, match="TL301"):
        parquet.shape(path)


@pytest.mark.parametrize("raw", [b"", b"PAR1", b"PAR1" + b"\xff" * 8 + b"PAR1", b"x" * 100])
def test_what_is_no_parquet_is_left_or_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "f.parquet"
    path.write_bytes(raw)

    assert damage(path) in (None, "the footer is longer than the file", "a header cannot be read")


def test_any_changed_byte_of_a_header_is_no_exception(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    ROWS.select("n", "id").head(50).write_parquet(path, compression="uncompressed")
    sound = path.read_bytes()
    for at in range(0, len(sound), 7):
        for byte in (0, 127, 255):
            path.write_bytes(sound[:at] + bytes([byte]) + sound[at + 1 :])
            assert damage(path) is None or isinstance(damage(path), str)
