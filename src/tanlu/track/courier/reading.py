"""Labelled traces from a zip or a folder of somebody else: read, not trusted, never unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.terms import schema

__all__ = ["Labelled", "labelled"]

COLUMNS = ("timestamp", "x", "y", "groundtruth")
LABELS = {"onfoot": "walk", "driving": "van"}
# the largest published trace has 6 kB; what a member may unfold to, and all of them [B]
MEMBER_B, ALL_B = 64 << 20, 4 << 30
MEMBERS = 200_000
# what may part columns; what a step may last in the unit of its number, and the shortest unit [us]
MARKS, LONGEST, SHORTEST = (b",", b";", b"\t"), 500.0, 1e-3
# a time is at most so far from 1970 [us]: some thousands of years
MOST_US = 1e17
CLOCK = "%Y-%m-%d %H:%M:%S%.f"
KEPT = {"trace": pl.String, "at": pl.Int64, "x_m": pl.Float64, "y_m": pl.Float64,
        "truth": pl.String}  # fmt: skip
TOO_LARGE, TOO_MANY = "it is larger than a trace may be", "more lies in it than may be read"
LACKING = "a time, a place or a label is missing or is none"


class Labelled(NamedTuple):
    """Traces with their labels: what can be used, what was found wrong, and how many rows came."""

    traces: pl.DataFrame
    findings: pl.DataFrame
    rows_in: int
    rows_rejected: int
    unreadable: int


def labelled(source: Path) -> Labelled:
    """Give the traces of a zip or a folder of CSV files, one trace a file, in any sub-folder.

    A file has the columns ``timestamp``, ``x`` [m], ``y`` [m] and ``groundtruth`` (``OnFoot`` or
    ``Driving``) in any order and case, parted by comma, semicolon or tabulator; its rows may come
    in any order. A timestamp is a date with time (ISO 8601, with or without an offset) or a number
    of s, ms, us or ns. A file that cannot be read is a finding TL410; rows without a time, a
    place or a label are counted in a finding TL411 and left out.

    Raises
    ------
    TanluError
        TL410 when the source itself cannot be read or holds no trace.
    """
    parts: list[pl.DataFrame] = []
    findings: list[dict[str, Any]] = []
    rows_in = unreadable = 0
    for name, body in _bodies(source):
        rows = body if isinstance(body, str) else _rows(name, body)
        if isinstance(rows, str):
            findings.append(_finding("TL410", name, rows, 1))
            unreadable += 1
            continue
        whole = rows.drop_nulls()
        rows_in += rows.height
        if whole.height < rows.height:
            findings.append(_finding("TL411", name, LACKING, rows.height - whole.height))
        parts.append(whole)
    kept = pl.concat(parts) if parts else pl.DataFrame(schema=KEPT)
    if kept.is_empty():
        why = findings[0]["hint"] if findings else "no file in it is a trace"
        raise TanluError("TL410", value=source, why=why)
    shape = schema("finding")
    found = shape.fit(pl.DataFrame(findings)) if findings else shape.empty()
    return Labelled(kept, found, rows_in, rows_in - kept.height, unreadable)


def _finding(code: str, name: str, why: str, count: int) -> dict[str, Any]:
    return {
        "finding_id": f"{code}|{name}", "code": code, "severity": "warning", "subject": name,
        "hint": why, "count": count,
    }  # fmt: skip


def _is_trace(name: str) -> bool:
    """Tell whether a member is meant as a trace: not what a desk leaves beside its files."""
    parts = PurePosixPath(name).parts
    return name.lower().endswith(".csv") and not any(
        one.startswith(".") or one == "__MACOSX" for one in parts
    )


def _bodies(source: Path) -> Iterator[tuple[str, bytes | str]]:
    """Give name and content of each trace, or why it has none."""
    try:
        if source.is_dir():
            files = sorted(one for one in source.rglob("*") if one.is_file())
            for one in files:
                name = one.relative_to(source).as_posix()
                if _is_trace(name):
                    yield name, _file(one)
            return
        with zipfile.ZipFile(source) as archive:
            yield from _members(source, archive)
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise TanluError("TL410", value=source, why=why) from error


def _file(path: Path) -> bytes | str:
    try:
        return TOO_LARGE if path.stat().st_size > MEMBER_B else path.read_bytes()
    except OSError as error:
        return error.strerror or str(error)


def _members(source: Path, archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes | str]]:
    members = [one for one in archive.infolist() if not one.is_dir() and _is_trace(one.filename)]
    if len(members) > MEMBERS:
        raise TanluError("TL410", value=source, why=TOO_MANY)
    left, seen = ALL_B, set()
    for one in sorted(members, key=lambda member: member.filename):
        if one.filename in seen:
            yield one.filename, "there is another of this name"
            continue
        seen.add(one.filename)
        try:
            # what the archive says of the size is not believed: never more is unfolded than may be
            with archive.open(one) as opened:
                body = opened.read(min(MEMBER_B, left) + 1)
        except (OSError, RuntimeError, ValueError, EOFError, zipfile.BadZipFile, zlib.error,
                NotImplementedError) as error:  # fmt: skip
            yield one.filename, str(error) or "its bytes are damaged"
            continue
        left -= len(body)
        yield one.filename, TOO_LARGE if len(body) > MEMBER_B or left < 0 else body
        if left < 0:
            raise TanluError("TL410", value=source, why=TOO_MANY)


def _rows(name: str, body: bytes) -> pl.DataFrame | str:
    """Give the rows of one trace, null where a value is none, or why there are none."""
    head = body.split(b"\n", 1)[0]
    # the one that is there most often; a comma where none is
    mark = max(MARKS, key=head.count)
    try:
        table = pl.read_csv(
            io.BytesIO(body),
            infer_schema=False,
            separator=mark.decode(),
            truncate_ragged_lines=True,
        )
    except pl.exceptions.PolarsError:
        return "it is no table"
    # from the last to the first, so that the first of two columns of one name counts
    found = {_bare(column): column for column in reversed(table.columns)}
    lacking = [column for column in COLUMNS if column not in found]
    if lacking:
        return f"it lacks {', '.join(lacking)}"
    kept = table.select(pl.col(found[column]).str.strip_chars().alias(column) for column in COLUMNS)
    # a last line of nothing is none
    kept = kept.filter(~pl.all_horizontal(pl.all().fill_null("") == ""))
    number = pl.col("x", "y").cast(pl.Float64, strict=False)
    label = pl.col("groundtruth").str.to_lowercase().str.replace_all("[^a-z]", "")
    return kept.select(
        pl.lit(name).alias("trace"),
        _time(kept["timestamp"]).alias("at"),
        pl.when(number.is_finite()).then(number).name.map(lambda axis: f"{axis}_m"),
        label.replace_strict(LABELS, default=None, return_dtype=pl.String).alias("truth"),
    )


def _bare(column: str) -> str:
    return "".join(one for one in column.lower() if one.isalnum())


def _time(said: pl.Series) -> pl.Series:
    """Give times of any year in microseconds: as a date, or as a number of an unknown unit.

    Nanoseconds are cut off; a date without an offset is in UTC. The unit of numbers is the one in
    which most steps from fix to fix last 0.5 to 500 s, so it matters not where they begin.
    """
    text = said.str.replace_all("/", "-").str.replace("[Tt ]+", " ").str.replace("[Zz]$", "")
    plain = text.str.to_datetime(CLOCK, time_unit="us", strict=False).dt.epoch("us")
    if not plain.null_count():
        return plain
    moved = text.str.to_datetime(f"{CLOCK}%#z", time_unit="us", strict=False).dt.epoch("us")
    number = said.cast(pl.Float64, strict=False)
    number = number.set(~number.is_finite(), None)
    step = number.drop_nulls().unique().sort().diff().median()
    scale = 1e6
    while isinstance(step, float) and step >= LONGEST and scale > SHORTEST:
        step, scale = step / 1e3, scale / 1e3
    micros = number * scale
    # what no clock can say is no time
    micros = micros.set(micros.abs() > MOST_US, None).round().cast(pl.Int64)
    return plain.fill_null(moved).fill_null(micros)
