"""Small bodies that promise much are refused before anything is unpacked."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.monitor.stream.bodies import Undecodable
from tanlu.monitor.stream.decoding import bounds

SOUND = pl.DataFrame(
    {"device": ["a", "b"] * 500, "seq": range(1000), "value": [0.5] * 1000}
).with_columns(kind=pl.col("device").cast(pl.Categorical))
ARROW = ("uncompressed", "lz4", "zstd")
PARQUET = ("uncompressed", "lz4", "zstd", "snappy", "gzip", "brotli")


def arrow(table: pl.DataFrame, compression: Any) -> bytes:
    out = io.BytesIO()
    table.write_ipc_stream(out, compression=compression)
    return out.getvalue()


def parquet(table: pl.DataFrame, compression: Any) -> bytes:
    out = io.BytesIO()
    table.write_parquet(out, compression=compression)
    return out.getvalue()


@pytest.mark.parametrize("compression", ARROW)
def test_a_sound_stream_passes(compression: str) -> None:
    bounds.look_at_arrow(arrow(SOUND, compression))


@pytest.mark.parametrize("compression", PARQUET)
def test_a_sound_file_passes(compression: str) -> None:
    bounds.look_at_parquet(parquet(SOUND, compression))


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_file_of_another_writer_passes(version: str) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    table = pa.table({"device": pa.array(["a", "b"] * 1000).dictionary_encode()})
    pq.write_table(table, out, data_page_version=version)
    bounds.look_at_parquet(out.getvalue())
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema, options=pa.ipc.IpcWriteOptions()) as writer:
        writer.write_table(table)
    bounds.look_at_arrow(out.getvalue())


BOMBS = {
    "rows": pl.DataFrame({"device": ["a"]}).select(pl.col("device").repeat_by(3_000_000).explode()),
    "text": pl.DataFrame({"device": ["x" * 50_000_000]}),
}


@pytest.mark.parametrize("bomb", sorted(BOMBS))
@pytest.mark.parametrize(
    ("make", "look"), [(arrow, bounds.look_at_arrow), (parquet, bounds.look_at_parquet)]
)
def test_a_bomb_is_refused_by_what_it_says_of_itself(
    bomb: str, make: Callable[[pl.DataFrame, str], bytes], look: Callable[[bytes], None]
) -> None:
    data = make(BOMBS[bomb], "zstd")

    assert len(data) < 100_000
    with pytest.raises(Undecodable, match=r"more than \d+ (rows|bytes)"):
        look(data)


def test_too_many_columns_are_refused() -> None:
    wide = pl.DataFrame({f"c{number}": [1] for number in range(300)})

    with pytest.raises(Undecodable, match="more than 256 columns"):
        bounds.look_at_arrow(arrow(wide, "uncompressed"))
    with pytest.raises(Undecodable, match="more than 256 columns"):
        bounds.look_at_parquet(parquet(wide, "uncompressed"))


@given(st.data(), st.sampled_from(["arrow", "parquet"]))
@settings(max_examples=300)
def test_damage_raises_nothing_else(data: st.DataObject, kind: str) -> None:
    make, look = {
        "arrow": (arrow, bounds.look_at_arrow), "parquet": (parquet, bounds.look_at_parquet),
    }[kind]  # fmt: skip
    whole = bytearray(make(SOUND, "zstd"))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    for told in (bytes(whole), bytes(whole[:cut])):
        with contextlib.suppress(Undecodable):
            look(told)
