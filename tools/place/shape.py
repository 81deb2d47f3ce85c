"""What the scripts of this folder share: integers of 1e-7 degree, Chinese names, tables."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import polars as pl

from tanlu.terms.place.names.folding import folded

DATA = Path(__file__).resolve().parents[2] / "src" / "tanlu" / "terms" / "place" / "data"
HAND = Path(__file__).resolve().parent / "hand"
HAN = re.compile(r"[一-鿿·]{2,12}")
# a place that is one Chinese character short of its kind: 苏州市 is 苏州, but 沙市 stays
KINDS = re.compile(r"(?<=..)(市|县|縣|区|區|鎮|镇|自治州|地区)$")
CHINA = ("CN", "HK", "MO", "TW")


def e7(column: str) -> pl.Expr:
    """Degrees as integers of 1e-7 degree."""
    scaled = pl.col(column).cast(pl.Float64) * 1e7
    return (scaled.sign() * (scaled.abs() + 0.5).floor()).cast(pl.Int32)


def package(name: str, path: str) -> bytes:
    """Give a file of an installed package, without importing the package."""
    return Path(str(metadata.distribution(name).locate_file(f"{name}/{path}"))).read_bytes()


def version(name: str) -> str:
    return metadata.version(name)


def load_json(name: str, path: str) -> Any:
    return json.loads(package(name, path))


def hand(name: str) -> pl.DataFrame:
    """Read a table that people wrote; all columns are text."""
    return pl.read_csv(HAND / name, infer_schema=False, comment_prefix="#")


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def chinese(names: list[str]) -> list[str]:
    """Give the Chinese names among names in simplified characters, the best first.

    The best is the one that is there with and without the word of its kind (苏州, 苏州市), then the
    short one.
    """
    han = [name for name in names if HAN.fullmatch(name)]
    plain = [KINDS.sub("", _converter().convert(name)) for name in han]
    found = dict.fromkeys(plain)
    return sorted(found, key=lambda name: (-plain.count(name), len(name)))


def keys(names: pl.DataFrame) -> pl.DataFrame:
    """Give the look-up keys of a frame (name, kind, code), once each."""
    return (
        names.select(key=folded(pl.col("name")), kind="kind", code="code")
        .filter(pl.col("key").str.len_chars() > 1)
        .unique(maintain_order=True)
    )


def write(table: pl.DataFrame, name: str) -> None:
    """Write a table beside the code: sorted by its caller, compact."""
    path = DATA / name
    if path.suffix == ".csv":
        table.write_csv(path, line_terminator="\n")
    else:
        table.write_parquet(path, compression="zstd", compression_level=19, statistics=False)
    print(f"{name}: {len(table)} rows, {path.stat().st_size} bytes")
