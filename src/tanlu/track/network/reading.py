"""A network of others as a table of lines: Parquet, CSV or GeoJSON, bad rows apart with a code."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.track.inputs import file_form
from tanlu.track.network.edges import KINDS, graph
from tanlu.track.network.geojson import features

if TYPE_CHECKING:
    from tanlu.track.network.edges import Graph

__all__ = ["LINE", "Network", "read_network"]

UNREAD, BROKEN = "TL445", "TL446"
MOST_BYTES = 8 << 30
# vertices of one line; how far two that follow each other lie apart at most [1e-7 deg]
MOST_VERTICES, MOST_STEP_E7 = 1_000_000, 50_000_000
POLE, TURN = 900_000_000, 1_800_000_000
LINE = pl.Schema({
    "line_id": pl.String(), "kind": pl.String(), "lat_e7": pl.List(pl.Int64()),
    "lon_e7": pl.List(pl.Int64()), "oneway": pl.Int64(), "level": pl.Int64(),
})  # fmt: skip
FORMS = {
    ".parquet": "parquet", ".csv": "csv", ".geojson": "geojson", ".json": "geojson",
    ".geojsonl": "lines", ".geojsons": "lines", ".geojsonseq": "lines", ".ndjson": "lines",
}  # fmt: skip


class Network(NamedTuple):
    """A network as it was read: lines in = ``lines`` + ``rejected`` rows.

    ``rejected``: ``line`` (number of the row), ``line_id``, ``code``, ``why``; ``graph`` of the
    others; ``hash``: SHA-256 of the file.
    """

    lines: int
    rejected: pl.DataFrame
    graph: Graph
    hash: str


def read_network(path: str | Path) -> Network:
    """Read a network of roads, railways, waterways and paths.

    Parameters
    ----------
    path
        Parquet or CSV with ``line_id``, ``kind`` (road, rail, water, path) and either ``lat_e7``
        and ``lon_e7`` (lists; in CSV numbers apart by blanks) or ``wkt`` (LINESTRING, degrees),
        WGS 84; ``oneway`` (1, -1 against the line, else 0) and ``level`` where known. Or GeoJSON
        whose properties have ``kind`` or the tags of OpenStreetMap.

    Raises
    ------
    TanluError
        TL445 when the file cannot be read or tells no lines, TL439 when it is larger than 8 GiB.

    Notes
    -----
    A line that is none has code TL446 and is left out.
    """
    file = Path(path)
    try:
        form = file_form(file, FORMS, UNREAD, MOST_BYTES)
        if form == "parquet":
            rows = pl.read_parquet(file, glob=False)
        elif form == "csv":
            rows = pl.read_csv(file, infer_schema=False, glob=False, truncate_ragged_lines=True)
        else:
            rows = features(file, LINE, whole=form == "geojson")
        rows = _typed(rows, file)
        with file.open("rb") as body:
            digest = hashlib.file_digest(body, "sha256").hexdigest()
    except (pl.exceptions.PolarsError, OSError) as error:
        why = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise TanluError(UNREAD, value=file, why=why) from error
    good, rejected = _parted(rows)
    return Network(rows.height, rejected, graph(good), digest)


def _typed(rows: pl.DataFrame, file: Path) -> pl.DataFrame:
    """Give the rows as ``LINE`` has them, ``why`` where one is told already."""
    there = rows.columns
    needed = ["kind"] if "wkt" in there else ["kind", "lat_e7", "lon_e7"]
    missing = [name for name in needed if name not in there]
    if missing:
        raise TanluError(UNREAD, value=file, why=f"it does not tell {', '.join(missing)}")
    made = {name: _column(rows, name) for name in LINE}
    if "why" in there:
        made["why"] = pl.col("why")
    return rows.select(**made).with_row_index("line", offset=1).with_columns(
        pl.col("line").cast(pl.Int64), pl.col("oneway", "level").fill_null(0),
        pl.col("line_id").fill_null(pl.format("#{}", "line")),
        pl.col("kind").str.strip_chars().str.to_lowercase(),
    )  # fmt: skip


def _column(rows: pl.DataFrame, name: str) -> pl.Expr:
    """Give one column in its type."""
    kind = LINE[name]
    if isinstance(kind, pl.List):
        if "wkt" in rows.columns:
            return _degrees(name)
        if rows.schema[name] == pl.String:
            numbers = pl.col(name).str.extract_all(r"[^\s,;\[\]]+")
            return numbers.list.eval(pl.element().cast(pl.Int64, strict=False))
        return pl.col(name).cast(kind, strict=False)
    if name not in rows.columns:
        return pl.lit(None, kind)
    return pl.col(name).cast(kind, strict=False)


def _degrees(name: str) -> pl.Expr:
    """Give latitudes or longitudes of LINESTRING (lon lat, lon lat) in 1e-7 degrees."""
    line = pl.col("wkt").str.extract(r"(?i)^\s*LINESTRING\s*Z?M?\s*\(([^()]*)\)\s*$")
    which = 1 if name == "lat_e7" else 0
    return line.str.split(",").list.eval(
        (pl.element().str.extract_all(r"\S+").list.get(which, null_on_oob=True)
         .cast(pl.Float64, strict=False) * 1e7).round().cast(pl.Int64, strict=False)
    )  # fmt: skip


def _parted(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part lines from rows that are none."""
    lat, lon = pl.col("lat_e7"), pl.col("lon_e7")
    count = lat.list.len()
    wide = lon.list.diff().list.eval(pl.element().abs())
    short = wide.list.eval(pl.min_horizontal(pl.element(), 2 * TURN - pl.element()))
    high = lat.list.diff().list.eval(pl.element().abs())
    told = pl.col("why") if "why" in rows.columns else pl.lit(None, pl.String)
    whole = lat.list.drop_nulls().list.len() + lon.list.drop_nulls().list.len()
    checks = (
        (~pl.col("kind").is_in(list(KINDS)), "its kind is none of road, rail, water, path"),
        ((count != lon.list.len()) | (whole != 2 * count), "it has no places"),
        ((count < 2) | (count > MOST_VERTICES), "its places are not 2 to 1,000,000"),
        ((lat.list.min() < -POLE) | (lat.list.max() > POLE)
         | (lon.list.min() < -TURN) | (lon.list.max() > TURN), "it leaves the globe"),
        ((lat.list.min() == lat.list.max()) & (lon.list.min() == lon.list.max()),
         "it has no length"),
        ((short.list.max() > MOST_STEP_E7) | (high.list.max() > MOST_STEP_E7),
         "two of its places lie more than 5° apart"),
        (~pl.col("level").is_between(-1000, 1000), "its level is no level"),
        (~pl.col("oneway").is_in([-1, 0, 1]), "its direction is none of 1, 0, -1"),
    )  # fmt: skip
    why = pl.coalesce(
        told, *(pl.when(bad.fill_null(value=True)).then(pl.lit(said)) for bad, said in checks)
    )
    judged = rows.with_columns(why=why)
    bad = judged.filter(pl.col("why").is_not_null())
    good = judged.filter(pl.col("why").is_null())
    rejected = bad.select("line", "line_id", "why", code=pl.lit(BROKEN))
    return good.select(list(LINE)), rejected
