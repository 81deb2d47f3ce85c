"""A file of positions as rows of the schema ``position``, batch by batch of devices."""

from __future__ import annotations

import csv
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import polars.selectors as cs

from tanlu.errors import TanluError
from tanlu.terms import schema
from tanlu.track.inputs.gpx import points

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Positions", "instants", "read_positions", "read_table"]

MOST_BYTES = 64 << 30
MOST_ROWS = 2_000_000
FORMS = {
    ".parquet": "parquet", ".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".ndjson": "ndjson",
    ".jsonl": "ndjson", ".gpx": "gpx",
}  # fmt: skip
NEEDED = ("at", "lat_e7", "lon_e7")
UNREAD, UNTIMED, PLACELESS, LARGE = "TL436", "TL437", "TL438", "TL439"
# 1990 to 2100: what is before or after is no time of a device
EARLIEST_US, LATEST_US = 631_152_000_000_000, 4_102_444_800_000_000
# no head of a file is called so
LINE = "line of the file"
# what others call fixes of cell towers, and those that may be as rough when no better than [m]
TOWERS, ROUGH, ROUGH_M = ("cell", "lbs", "gsm", "lte", "基站"), ("network", "wifi"), 200
# the field of a line behind its last head
SURPLUS = "field without a head"


class Positions(NamedTuple):
    """What a file holds, its good rows kept beside.

    ``rows``: how many it has; ``rejected`` ones (``line``, ``code``, ``value``, ``device``);
    ``files`` of all, the good ones without a ``code``; ``devices`` with their counts; ``heads`` by
    column.
    """

    rows: int
    rejected: pl.DataFrame
    files: list[Path]
    devices: pl.DataFrame
    heads: dict[str, str]

    def batches(self, most: int = MOST_ROWS, after: str | None = None) -> Iterator[pl.DataFrame]:
        """Give the rows of whole devices, about ``most`` at a time, in order of device and time.

        Of devices that come ``after`` one, where that is told.
        """
        devices = self.devices
        if after is not None:
            devices = devices.filter(pl.col("device") > pl.lit(after))
        groups = devices.with_columns(batch=(pl.col("count").cum_sum() - pl.col("count")) // most)
        for _, group in groups.group_by("batch", maintain_order=True):
            own = pl.col("device").is_in(group["device"].implode())
            # bounds tell at once which parts of a file that is in order have none of them
            first, last = (pl.lit(group["device"][place]) for place in (0, -1))
            own &= pl.col("device").is_between(first, last)
            yield self.good().filter(own).sort("device", "at", "seq").collect()

    def good(self) -> pl.LazyFrame:
        """Give the good rows."""
        rows = pl.scan_parquet(self.files).filter(pl.col("code").is_null())
        return rows.select(schema("position").names)


def read_positions(path: str | Path, folder: Path, *, zone: str = "UTC") -> Positions:
    """Read a file of positions: Parquet, CSV, TSV, NDJSON or GPX.

    Parameters
    ----------
    path
        The file, or a folder that holds ``positions.parquet``. Heads are those of the schema
        ``position`` or well-known ones (``heads.csv``); a file without a device is one device,
        called as the file is.
    folder
        Where rows are kept while they are worked on; the caller removes it. A file that was read
        into it before, and did not change since, is not read again.
    zone
        IANA zone of times that tell none.

    Raises
    ------
    TanluError
        TL436 when the file cannot be read or tells no time or place, TL439 when it is larger than
        64 GiB.

    Notes
    -----
    Rows without a clear time have code TL437, without a clear place TL438; rows in = rows +
    rejected.
    """
    file = Path(path)
    if file.is_dir():
        file = file / "positions.parquet"
    table = read_table(file)
    heads = _heads(table.collect_schema().names())
    missing = [name for name in NEEDED if name not in heads]
    if missing:
        why = f"it does not tell {', '.join(missing)}"
        raise TanluError(UNREAD, value=file, why=why)
    rows = table.with_row_index(LINE, offset=1)
    named = _named(rows, heads, file.stem, zone)
    held = _kept(file, named, folder)
    bad, good = held.filter(pl.col("code").is_not_null()), held.filter(pl.col("code").is_null())
    line = pl.col(LINE).cast(pl.Int64).alias("line")
    rejected = bad.select(line, "code", "value", "device").collect()
    devices = (good.group_by("device").agg(count=pl.len().cast(pl.Int64)).sort("device")).collect(
        engine="streaming"
    )
    total = int(devices["count"].sum() or 0) + rejected.height
    return Positions(total, rejected, [_place(file, folder)], devices, heads)


def _place(file: Path, folder: Path) -> Path:
    """Give where the rows of a file as it stands are kept."""
    stat = file.stat()
    told = f"{file.resolve()}|{stat.st_size}|{stat.st_mtime_ns}"
    return folder / f"read-{sha256(told.encode()).hexdigest()[:16]}.parquet"


def _kept(file: Path, rows: pl.LazyFrame, folder: Path) -> pl.LazyFrame:
    """Keep rows as a file of our own, unless it is there already."""
    there = _place(file, folder)
    if not there.exists():
        part = there.with_suffix(".part")
        try:
            rows.sink_parquet(part)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise TanluError(UNREAD, value=file, why=str(error).splitlines()[0]) from error
        part.replace(there)
    return pl.scan_parquet(there)


def file_form(file: Path, forms: Mapping[str, str], unread: str, most: int) -> str:
    """Give the form of a file by its ending; what is larger than may be read is refused.

    Raises
    ------
    TanluError
        ``unread`` for an ending that is none of ``forms``, TL439 beyond ``most`` bytes.
    """
    form = forms.get(file.suffix.lower())
    if form is None:
        raise TanluError(unread, value=file, why=f"a file is one of {', '.join(sorted(forms))}")
    if file.stat().st_size > most:
        raise TanluError(LARGE, value=file, most=most >> 30)
    return form


def read_table(file: Path) -> pl.LazyFrame:
    """Give a file as it is, texts where it has no types.

    Raises
    ------
    TanluError
        TL436, TL439.
    """
    try:
        form = file_form(file, FORMS, UNREAD, MOST_BYTES)
        if form == "parquet":
            table = pl.scan_parquet(file, glob=False)
        elif form == "gpx":
            table = points(file).lazy()
        elif form == "ndjson":
            table = pl.scan_ndjson(file, infer_schema_length=1000, ignore_errors=True)
        else:
            table = _texts(file, "\t" if form == "tsv" else ",")
        table.collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        why = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise TanluError(UNREAD, value=file, why=why) from error
    return table


def _texts(file: Path, separator: str) -> pl.LazyFrame:
    """Give a file of fields as texts, with what a line has behind its last head."""
    more: dict[str, Any] = {
        "separator": separator, "glob": False, "truncate_ragged_lines": True,
        "ignore_errors": True, "encoding": "utf8-lossy",
    }  # fmt: skip
    names = pl.scan_csv(file, infer_schema=False, **more).collect_schema().names()
    kinds = dict.fromkeys([*names, SURPLUS], pl.String)
    return pl.scan_csv(file, schema=kinds, missing_columns="insert", **more)


@cache
def _known() -> dict[str, tuple[str, float | None]]:
    """Give the column and the factor of each known head."""
    text = resources.files("tanlu.track.inputs").joinpath("heads.csv").read_text("utf-8")
    return {
        head: (row["column"], float(row["factor"]) if row["factor"] else None)
        for row in csv.DictReader(text.splitlines())
        for head in row["heads"].split(";")
    }


def _plain(head: str) -> str:
    return head.strip().lower().replace(" ", "_").replace("-", "_").lstrip("\ufeff")


def _heads(names: list[str]) -> dict[str, str]:
    """Give the head that each column is read from: the first in the order of ``heads.csv``."""
    there = {_plain(name): name for name in reversed(names)}
    found: dict[str, str] = {}
    for head, (column, _) in _known().items():
        if head in there and column not in found:
            found[column] = there[head]
    return found


def _named(rows: pl.LazyFrame, heads: dict[str, str], device: str, zone: str) -> pl.LazyFrame:
    """Give the rows as the schema has them, with ``line``, ``code`` and ``value`` of bad ones."""
    kinds = rows.collect_schema()
    wanted = schema("position").dtypes()
    made: dict[str, pl.Expr] = {
        "device": pl.lit(device), "stream": pl.lit("position"), "seq": pl.col(LINE).cast(pl.Int64),
    }  # fmt: skip
    for column, head in heads.items():
        factor = _known()[_plain(head)][1]
        if column == "at":
            made[column] = instants(head, kinds[head], zone)
        elif factor is not None:
            number = pl.col(head).cast(pl.Float64, strict=False)
            value = pl.when(number.is_finite()).then(number) * factor
            made[column] = value.round(0, mode="half_away_from_zero").cast(pl.Int64, strict=False)
        else:
            made[column] = pl.col(head).cast(wanted[column], strict=False)
    if "device" in heads:
        made["device"] = pl.col(heads["device"]).cast(pl.String).fill_null(device)
    whole = {
        name: made.get(name, pl.lit(None)).cast(kind, strict=False) for name, kind in wanted.items()
    }
    told = pl.concat_str(
        [pl.col(heads[name]).cast(pl.String).fill_null("-") for name in NEEDED], separator=" "
    )
    timed = pl.col("at").is_between(EARLIEST_US, LATEST_US).fill_null(value=False)
    placed = pl.col("lat_e7").is_not_null() & pl.col("lon_e7").is_not_null()
    # a receiver without a fix tells an accuracy below nought
    placed &= (pl.col("accuracy_m") >= 0).fill_null(value=True)
    if SURPLUS in kinds:
        # a decimal comma parts a number in two: no field is under its head
        placed &= pl.col(SURPLUS).str.strip_chars().replace("", None).is_null()
    code = pl.when(~timed).then(pl.lit(UNTIMED)).when(~placed).then(pl.lit(PLACELESS))
    rows = rows.select(LINE, told.alias("value"), cs.by_name(SURPLUS, require_all=False), **whole)
    rows = rows.with_columns(code=code, source=_source())
    return rows.with_columns(value=pl.when(pl.col("code").is_not_null()).then("value"))


def _source() -> pl.Expr:
    """Give ``cell`` for what others call a fix of towers."""
    said = pl.col("source").str.strip_chars().str.to_lowercase()
    rough = said.is_in(ROUGH) & (pl.col("accuracy_m").fill_null(ROUGH_M) >= ROUGH_M)
    return pl.when(said.is_in(TOWERS) | rough).then(pl.lit("cell")).otherwise("source")


def instants(head: str, kind: pl.DataType, zone: str) -> pl.Expr:
    """Give a time as microseconds UTC, from numbers by their size or from ISO 8601 texts."""
    if isinstance(kind, pl.Datetime):
        instant = pl.col(head)
        if kind.time_zone is None:
            instant = instant.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        return instant.dt.epoch("us")
    number = pl.col(head).cast(pl.Float64, strict=False)
    size = number.abs()
    whole = pl.col(head).cast(pl.Int64, strict=False)
    counted = (
        pl.when(size > 1e14)
        .then(pl.coalesce(whole, number.cast(pl.Int64, strict=False)))
        .when(size > 1e11)
        .then((number * 1e3).cast(pl.Int64, strict=False))
        .otherwise((number * 1e6).round().cast(pl.Int64, strict=False))
    )
    if kind != pl.String:
        return counted
    text = pl.col(head).str.strip_chars().str.replace("T", " ").str.replace("/", "-")
    text = text.str.replace("/", "-").str.replace(r"Z$", "+00:00")
    zoned = text.str.contains(r"[+-]\d\d:?\d\d$")
    utc = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%z", strict=False, time_unit="us")
    local = text.str.to_datetime(
        "%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us", ambiguous="earliest"
    ).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    said = pl.when(zoned).then(utc.dt.epoch("us")).otherwise(local.dt.epoch("us"))
    return pl.coalesce(counted, said)
