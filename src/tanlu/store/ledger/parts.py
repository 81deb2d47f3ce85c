"""Parts: immutable Parquet files, written once and hashed."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Any

from tanlu.store.ledger.digest import block_root, schema_hash
from tanlu.store.ledger.files import digest, place
from tanlu.store.ledger.manifest import PartEntry
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

__all__ = [
    "PART_ROWS",
    "RANGE_COLUMNS",
    "identity",
    "read_part",
    "salt_of",
    "write_file",
    "write_parts",
]

PART_ROWS = 131_072
# bytes of a page: whoever wants a few rows decodes little else, and the file is hardly larger
PAGE = 65_536
# the hashes of a part stand in the public log: nobody shall try out values against them
SALT = "tanlu-salt"
SALT_BYTES = 32
# columns by which a reader skips parts: identity, subject, time
RANGE_COLUMNS = ("subject", "start", "end", "at")
IDENTITIES = {
    "activity": "activity_id",
    "emission": "emission_id",
    "quarantine": "quarantine_id",
    "finding": "finding_id",
    "retraction": "id",
    "personal": "pseudonym",
}


def identity(table: str) -> str:
    """Give the column that names a row of a table: its first one where nothing else is said."""
    return IDENTITIES.get(table) or schema(table).names[0]


def write_parts(
    folder: Path, table: str, frame: pl.DataFrame, version: int, taken: int = 0
) -> Iterator[PartEntry]:
    """Write the rows of a commit as parts of at most 131,072 rows, each synced.

    The folder of the parts is not synced: the commit does that once.
    """
    fitted = schema(table).fit(frame)
    for number, chunk in enumerate(fitted.iter_slices(PART_ROWS), taken):
        suffix = f"-{number}" if number else ""
        name = f"parts/{table}/{version:08d}{suffix}.parquet"
        salt = token_hex(SALT_BYTES)
        with place(folder / name) as draft:
            write_file(chunk, draft, salt)
            sha256, size = digest(draft), draft.stat().st_size
        yield PartEntry(
            version=version,
            table=table,
            file=name,
            rows=chunk.height,
            bytes=size,
            sha256=sha256,
            root=block_root(table, chunk, salt=salt).hex(),
            schema=schema_hash(table),
            ranges=_ranges(table, chunk),
            superseding=_superseding(chunk),
        )


def write_file(frame: pl.DataFrame, path: Path, salt: str = "") -> None:
    """Write a frame as one Parquet file, with its salt among the file's own words.

    Raises
    ------
    OSError
        When the disk refuses; Polars says so in several ways.
    """
    import polars as pl

    try:
        frame.write_parquet(
            path,
            compression="zstd",
            compression_level=1,
            data_page_size=PAGE,
            metadata={SALT: salt} if salt else None,
        )
    except pl.exceptions.PolarsError as error:
        raise OSError(str(error)) from error


def salt_of(path: Path) -> str:
    """Give the salt of a part's file, hexadecimal; empty in those of earlier versions."""
    import polars as pl

    return pl.read_parquet_metadata(path).get(SALT, "")


def read_part(folder: Path, entry: PartEntry) -> pl.DataFrame:
    """Give the rows of a part with the columns with which it was written."""
    import polars as pl

    return pl.read_parquet(folder / entry.file, memory_map=False)


def _ranges(table: str, frame: pl.DataFrame) -> dict[str, list[Any]]:
    import polars as pl

    names = [name for name in (identity(table), *RANGE_COLUMNS) if name in frame.columns]
    found = frame.select_seq(
        pl.col(names).min().name.prefix("min "), pl.col(names).max().name.prefix("max ")
    ).row(0, named=True)
    return {
        name: [found[f"min {name}"], found[f"max {name}"]]
        for name in names
        if found[f"min {name}"] is not None
    }


def _superseding(frame: pl.DataFrame) -> int:
    return frame["supersedes"].count() if "supersedes" in frame.columns else 0
