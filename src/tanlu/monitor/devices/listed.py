"""A list of devices in a file: every row new, known or quarantined, and the file kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.monitor.devices import stated
from tanlu.monitor.devices.enrolling import Enrolled, enrol, faults
from tanlu.monitor.devices.registry import lines_at, now_us
from tanlu.monitor.faults import clean, hint_of
from tanlu.monitor.read import Dialect, bodies, sniff
from tanlu.monitor.read.cells import BROKEN
from tanlu.monitor.values import tidy
from tanlu.terms import schema, time

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["Listed", "enrol_list"]

BAD, UNREAD = "TL363", "TL311"
TIMES = ("since", "calibrated", "calibration_due")
POSSESSION = "possession"
SHORT = 16
# a device that was enrolled with these same words is known; these two are ours to set
OURS = ("since", "token_sha256")


class Listed(NamedTuple):
    """What an import did; ``rows_in = rows_new + rows_known + rows_quarantined``."""

    rows_in: int
    rows_new: int
    rows_known: int
    rows_quarantined: int
    codes: dict[str, int]
    unread: tuple[str, ...]
    enrolled: Enrolled


def enrol_list(workspace: Workspace, path: str | Path, *, tokens: bool = False) -> Listed:
    """Enrol the devices that a table lists: CSV, TSV, XLSX or Parquet, one commit.

    Columns are those of the schema ``device`` by name or by their Chinese word, and
    ``possession`` (hexadecimal) for devices with a key. Times are microseconds or dates as people
    write them, in the zone of the workspace. A row that cannot hold is quarantined with its code,
    column and value; the file can be mended and read again, what is known stays as it is.

    Raises
    ------
    TanluError
        TL301 when the file cannot be read, TL363 when it has no column of device names.
    """
    file = Path(path)
    dialect = sniff(file)
    names = _columns(dialect)
    if "device" not in names.values():
        from tanlu.errors import TanluError

        raise TanluError("TL363", value=file.name, why="no column is called device or 设备")
    found = list(bodies(file, dialect))
    none = pl.DataFrame(schema={"_line": pl.Int64} | dict.fromkeys(dialect.columns, pl.String))
    cells = pl.concat([body.rows for body in found]) if found else none
    broken = pl.concat([body.broken for body in found]) if found else pl.DataFrame(schema=BROKEN)
    sha256 = workspace.originals.put(file)
    table, unread = _decoded(cells, names, workspace.zone)
    shown = _shown(cells, names)
    refused = pl.concat([_refused(table, unread, shown), broken.select(
        "_line", "code", pl.lit(None, pl.String).alias("column"), "value",
        pl.lit(None, pl.String).alias("why"))])  # fmt: skip
    refused = refused.unique("_line", keep="first", maintain_order=True).sort("_line")
    lines = table.join(refused, on="_line", how="anti", maintain_order="left").drop("_line")
    fresh = _unknown(workspace, lines)
    quarantine = _quarantine(refused, cells, broken, sha256, dialect)
    with workspace.writer():
        done = enrol(workspace, fresh, tokens=tokens, possession=shown, refused=quarantine)
    codes = dict(refused["code"].value_counts(sort=True).iter_rows())
    return Listed(
        cells.height + broken.height, fresh.height, lines.height - fresh.height,
        refused.height, codes, tuple(n for n in dialect.columns if n not in names), done,
    )  # fmt: skip


def _columns(dialect: Dialect) -> dict[str, str]:
    """Give for each column of the file what it is called here; the first of a name is taken."""
    known = {column.name: column.name for column in schema("device").columns}
    known |= {column.meaning_zh: column.name for column in schema("device").columns}
    known[POSSESSION] = known["持有证明"] = POSSESSION
    found: dict[str, str] = {}
    for name in dialect.columns:
        said = known.get(name.strip().lower())
        if said and said not in found.values():
            found[name] = said
    return found


def _decoded(
    cells: pl.DataFrame, names: dict[str, str], zone: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the lines of the table, and the cells that are no number or time where one must be."""
    types = schema("device").dtypes()
    columns: list[pl.Series] = [cells["_line"].cast(pl.Int64)]
    unread = []
    for name, said in names.items():
        if said == POSSESSION:
            continue
        text = tidy(cells[name])
        value = _value(text, said, types[said], zone).alias(said)
        wrong = text.is_not_null() & value.is_null()
        if wrong.any():
            told = pl.DataFrame({"_line": columns[0], "column": said, "value": text})
            unread.append(told.filter(wrong))
        columns.append(value)
    none = pl.DataFrame(schema={"_line": pl.Int64, "column": pl.String, "value": pl.String})
    return pl.DataFrame(columns), pl.concat([none, *unread])


def _value(text: pl.Series, name: str, kind: pl.DataType, zone: str) -> pl.Series:
    if kind == pl.String:
        return text.str.to_lowercase() if name in ("state", "key", "clock", "key_grade") else text
    plain = text.str.replace_all(",", "", literal=True)
    number = plain.cast(kind, strict=False)
    if name not in TIMES:
        return number
    # a year or a day of digits alone is no number of microseconds
    count = number.set(text.str.len_chars() < 12, None)
    said = pl.select(time.parse(pl.lit(text), zone=zone).start).to_series()
    return count.zip_with(count.is_not_null(), said)


def _shown(cells: pl.DataFrame, names: dict[str, str]) -> dict[str, bytes]:
    """Give the possession that each row shows; what is no hexadecimal shows nothing."""
    back = {said: name for name, said in names.items()}
    if POSSESSION not in back:
        return {}
    told = pl.DataFrame({"device": tidy(cells[back["device"]]),
                         "signed": tidy(cells[back[POSSESSION]])})  # fmt: skip
    told = told.filter(pl.col("signed").str.contains("^[0-9a-fA-F]{128}$"))
    return {device: bytes.fromhex(signed) for device, signed in told.iter_rows()}


def _refused(table: pl.DataFrame, unread: pl.DataFrame, shown: dict[str, bytes]) -> pl.DataFrame:
    """Give the rows that are not enrolled: ``_line, code, column, value, why``."""
    lines = schema("device").fit(table.drop("_line")).with_columns(
        pl.col("device").fill_null(""), pl.col("since").fill_null(-1).replace(-1, now_us()),
    )  # fmt: skip
    said = faults(lines).with_columns(table["_line"].gather(faults(lines)["_row"]).alias("_line"))
    keyed = table.select("_line", "device", "key") if "key" in table.columns else None
    strange = pl.DataFrame(schema={"_line": pl.Int64, "device": pl.String})
    if keyed is not None:
        strange = stated.strange(keyed.filter(pl.col("key").str.contains("^[0-9a-f]{64}$")), shown)
    parts = [
        unread.select("_line", pl.lit(UNREAD).alias("code"), "column", "value",
                      pl.lit(None, pl.String).alias("why")),
        said.select("_line", pl.lit(BAD).alias("code"), "column", value="device", why="why"),
        strange.select("_line", pl.lit("TL134").alias("code"), pl.lit("key").alias("column"),
                       value="device",
                       why=pl.lit("who enrols does not show that the key is in its hands")),
    ]  # fmt: skip
    return pl.concat(parts)


def _unknown(workspace: Workspace, lines: pl.DataFrame) -> pl.DataFrame:
    """Give the rows that say something of a device that its line of now does not say."""
    told = lines_at(workspace.scan("device").collect(), "device", now_us())
    names = [name for name in lines.columns if name not in ("device", *OURS)]
    there = told.select("device", *(pl.col(name).alias(f"{name}_b") for name in names),
                        _known=pl.lit(value=True))  # fmt: skip
    both = lines.join(there, on="device", how="left", maintain_order="left")
    same = pl.all_horizontal(
        pl.lit(value=True), *(pl.col(name).eq_missing(pl.col(f"{name}_b")) for name in names)
    )
    enrolled = told.filter(pl.col("state") == "enrolled")["device"].implode()
    held = pl.col("device").is_in(enrolled) if "state" not in names else pl.lit(value=True)
    return both.filter(~(pl.col("_known").fill_null(value=False) & same & held)).select(
        lines.columns
    )


def _quarantine(
    refused: pl.DataFrame, cells: pl.DataFrame, broken: pl.DataFrame, sha256: str, dialect: Dialect
) -> pl.DataFrame:
    names = list(dialect.columns)
    raw = pl.concat([
        cells.select("_line", raw=pl.struct(names).struct.json_encode()),
        broken.select("_line", raw=pl.struct(pl.col("text").alias("")).struct.json_encode()),
    ])  # fmt: skip
    hints = {code: hint_of(code, columns="") for code in refused["code"].unique()}
    start = f"{sha256[:SHORT]}:{dialect.sheet or '-'}:"
    found = refused.join(raw, on="_line", how="left", maintain_order="left")
    return schema("quarantine").fit(
        found.select(
            (pl.lit(start) + pl.col("_line").cast(pl.String)).alias("quarantine_id"),
            "code", "column", clean(pl.col("value")).alias("value"),
            pl.coalesce("why", pl.col("code").replace_strict(hints, return_dtype=pl.String))
            .alias("hint"),
            pl.lit(sha256).alias("source_sha256"),
            pl.lit(dialect.sheet, pl.String).alias("source_sheet"),
            pl.col("_line").alias("source_line"),
            pl.col("raw").str.replace_all("\x7f", "\\u007f", literal=True).alias("raw"),
        )
    )  # fmt: skip
