"""Reading: a file and its mapping in, batches of activities, refused rows and findings out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.decode import Decoder
from tanlu.monitor.faults import Faults, clean, hint_of
from tanlu.monitor.mapping import Mapping
from tanlu.monitor.read import Body, Dialect, bodies, sniff
from tanlu.monitor.read.formulas import as_was, names_as_were
from tanlu.monitor.references import Shares, gather
from tanlu.monitor.suspects import Usual, suspect
from tanlu.terms import schema

__all__ = ["CORRECTION", "Batch", "Reader", "read"]

CORRECTION = "_quarantine_id"
OWN = (CORRECTION, "_code", "_column", "_value", "_hint", "_raw")
UNNAMED = "TL342"
SHORT = 20  # hexadecimal digits of the file's hash within an identity

Pseudonyms = Callable[[pl.Series], pl.Series]


class Batch(NamedTuple):
    """Some rows of a file: ``rows_in == activities.height + quarantine.height``.

    ``activities``, ``quarantine`` and ``findings`` have the schemas of these names; ``personal``
    has ``pseudonym, field, value``; ``assumed`` counts rows by the code of an assumption;
    ``source`` has the cells of the accepted rows in their order.
    """

    activities: pl.DataFrame
    quarantine: pl.DataFrame
    findings: pl.DataFrame
    rows_in: int
    personal: pl.DataFrame
    assumed: dict[str, int]
    source: pl.DataFrame


class Reader:
    """A file opened with a mapping.

    Raises
    ------
    TanluError
        TL301 when the file cannot be read, TL304 when it lacks a column that is mapped.
    """

    def __init__(
        self, path: Path, mapping: Mapping, *, pseudonyms: Pseudonyms | None = None
    ) -> None:
        self.path = path
        self.mapping = mapping
        self.pseudonyms = pseudonyms
        self.dialect = _dialect(path, mapping)
        self.sha256 = _digest(path)
        self.usual = Usual()
        self.corrects = CORRECTION in self.dialect.columns
        self.shares: dict[str, Shares] = {}
        self.unnamed = 0

    def findings(self) -> pl.DataFrame:
        """Give the findings on the file as a whole."""
        faults = Faults(pl.Series("_line", [0], dtype=pl.Int64))
        yes = pl.Series([True])
        for name in self.dialect.sheets:
            if name != self.dialect.sheet:
                faults.note(yes, "TL338", None, name, severity="info", each=True)
        for name in self.dialect.columns:
            if name not in self.mapping.columns() and name not in OWN:
                faults.note(yes, "TL339", name, name, severity="info", each=True)
        if self.dialect.certainty == "guessed":
            faults.note(yes, "TL340", None, self.dialect.encoding)
        if self.unnamed:
            told = {"code": UNNAMED, "severity": "warning", "hint": hint_of(UNNAMED)}
            faults.add(pl.DataFrame([{**told, "count": self.unnamed}]))
        return faults.findings(self.sha256)

    def bodies(self) -> Iterator[Body]:
        """Give the raw bodies of the file, each of at most 65 536 rows."""
        for body in bodies(self.path, self.dialect, wanted=self.mapping.columns()):
            rows = body.rows.with_columns(as_was(pl.col(pl.String))) if self.corrects else body.rows
            yield body._replace(rows=rows)

    def batches(self) -> Iterator[Batch]:
        """Give the batches of the file in order."""
        self.prepare()
        for body in self.bodies():
            yield self.decode(body)

    def prepare(self) -> None:
        """Collect the lines that refer to each other, where the mapping asks for it."""
        self.shares = gather(lambda: (body.rows for body in self.bodies()), self.mapping)

    def decode(self, body: Body) -> Batch:
        """Give the batch of a body."""
        rows, personal = self._pseudonymous(body.rows)
        decoder = Decoder(rows, self.mapping, self.shares)
        told = decoder.run().with_columns(rows["_line"])
        table = self._identified(told, rows)
        refused = decoder.faults.refused()
        bad = table["_line"].is_in(refused["_line"].implode())
        self.unnamed += int((self._unnamed(told, rows) & ~bad).sum())
        accepted = table.filter(~bad)
        faults = Faults(accepted["_line"])
        suspect(accepted, self.usual, faults)
        activities = schema("activity").fit(
            accepted.rename({"_line": "source_line"}).select(
                pl.all(),
                pl.lit(self.sha256).alias("source_sha256"),
                pl.lit(self.dialect.sheet, pl.String).alias("source_sheet"),
            )
        )
        notes = pl.concat([decoder.faults.findings(self.sha256), faults.findings(self.sha256)])
        return Batch(
            activities=activities,
            quarantine=self._quarantine(rows.filter(bad), table, refused, body.broken),
            findings=_named(notes, activities),
            rows_in=body.height,
            personal=personal,
            assumed=_counts(activities["assumptions"]),
            source=rows.filter(~bad),
        )

    def refused(
        self, rows: pl.DataFrame, table: pl.DataFrame, faults: pl.DataFrame
    ) -> pl.DataFrame:
        """Give refused rows in the schema ``quarantine``, with their cells as JSON.

        ``rows`` has the cells, ``table`` the identities, ``faults`` code, column, value by _line.
        """
        cells = [name for name in self.dialect.columns if name not in OWN]
        raw = pl.struct(cells).struct.json_encode().str.replace_all("\x7f", "\\u007f", literal=True)
        hints = {code: hint_of(code, columns="") for code in faults["code"].unique()}
        found = (
            rows.select("_line", raw.alias("raw"))
            .join(faults, on="_line", how="inner", maintain_order="left")
            .join(table.select("_line", "activity_id", "corrects"), on="_line", how="left")
            .with_columns(
                pl.col("code").replace_strict(hints, return_dtype=pl.String).alias("hint"),
                pl.coalesce("corrects", self._place(pl.col("_line"))).alias("quarantine_id"),
            )
        )
        return self._fit(found)

    # ── parts of decode ──

    def _pseudonymous(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Put keyed pseudonyms in place of personal values; without a key they are not read."""
        kept = []
        for name in self.mapping.personal:
            plain = rows[name].cast(pl.String).str.strip_chars()
            plain = plain.set(plain.str.len_bytes() == 0, None)
            if self.pseudonyms is None:
                rows = rows.with_columns(pl.lit(None, pl.String).alias(name))
                continue
            known = plain.str.contains("^p:[0-9a-f]{32}$").fill_null(value=False)
            keyed = self.pseudonyms(plain.set(known, None))
            rows = rows.with_columns(keyed.zip_with(~known, plain).alias(name))
            pairs = (
                pl.DataFrame({"pseudonym": keyed, "value": plain})
                .drop_nulls()
                .unique(maintain_order=True)
            )
            kept.append(pairs.select("pseudonym", pl.lit(name).alias("field"), "value"))
        empty = pl.DataFrame(schema=dict.fromkeys(("pseudonym", "field", "value"), pl.String))
        return rows, pl.concat(kept) if kept else empty

    def _identified(self, table: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
        """Give each row its identity: the client's, else that of the line it stands on."""
        corrects = pl.lit(None, pl.String)
        if self.corrects:
            corrects = pl.lit(rows[CORRECTION].cast(pl.String).str.strip_chars())
        own = [pl.col("activity_id")] if "activity_id" in table.columns else []
        if own and not table["activity_id"].null_count():
            return table.with_columns(corrects.alias("corrects"))
        return table.with_columns(corrects.alias("corrects")).with_columns(
            pl.coalesce([*own, "corrects", self._place(pl.col("_line"))]).alias("activity_id")
        )

    def _unnamed(self, told: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
        """Tell which rows nothing names but the place where they stand."""
        plain = pl.repeat(value=True, n=told.height, eager=True)
        if "activity_id" in told.columns:
            plain = told["activity_id"].is_null()
        return plain & rows[CORRECTION].is_null() if self.corrects else plain

    def _place(self, line: pl.Expr) -> pl.Expr:
        start = f"{self.sha256[:SHORT]}:{self.dialect.sheet or '-'}:"
        return pl.lit(start) + line.cast(pl.String)

    def _quarantine(
        self, rows: pl.DataFrame, table: pl.DataFrame, refused: pl.DataFrame, broken: pl.DataFrame
    ) -> pl.DataFrame:
        found = self.refused(rows, table, refused)
        if broken.is_empty():
            return found
        whole = pl.struct(pl.col("text").alias("")).struct.json_encode()
        hints = {code: hint_of(code) for code in broken["code"].unique()}
        lines = broken.select(
            "_line",
            "code",
            pl.lit(None, pl.String).alias("column"),
            clean(pl.col("value")).alias("value"),
            pl.col("code").replace_strict(hints, return_dtype=pl.String).alias("hint"),
            pl.when(pl.col("code") == "TL310").then("text").otherwise(whole)
            .str.replace_all("\x7f", "\\u007f", literal=True).alias("raw"),
            pl.lit(None, pl.String).alias("activity_id"),
            self._place(pl.col("_line")).alias("quarantine_id"),
        )  # fmt: skip
        return pl.concat([found, self._fit(lines)]).sort("source_line")

    def _fit(self, found: pl.DataFrame) -> pl.DataFrame:
        return schema("quarantine").fit(
            found.select(
                "quarantine_id", "code", "column", "value", "hint", "raw", "activity_id",
                pl.col("_line").alias("source_line"),
                pl.lit(self.sha256).alias("source_sha256"),
                pl.lit(self.dialect.sheet, pl.String).alias("source_sheet"),
            )
        )  # fmt: skip


def read(
    path: str | Path, mapping: Mapping | str | Path, *, pseudonyms: Pseudonyms | None = None
) -> Iterator[Batch]:
    """Read a file in bounded memory; nothing is written and nothing is dropped.

    Parameters
    ----------
    path
        A file of text, a workbook or Parquet.
    mapping
        What its columns mean.
    pseudonyms
        Gives keyed pseudonyms of a column; without it personal columns are not read.

    Raises
    ------
    TanluError
        TL301 when the file cannot be read, TL302 or TL303 when the mapping does not hold, TL304
        when they do not fit each other.
    """
    known = mapping if isinstance(mapping, Mapping) else Mapping.load(mapping)
    yield from Reader(Path(path), known, pseudonyms=pseudonyms).batches()


def _dialect(path: Path, mapping: Mapping) -> Dialect:
    found = sniff(path)
    if mapping.pins and CORRECTION not in found.columns:
        found = sniff(path, mapping.pins)
    if CORRECTION in found.columns:
        found = replace(found, columns=names_as_were(found.columns))
    for name in mapping.columns():
        if name not in found.columns:
            raise TanluError("TL304", value=name, columns=_some(found.columns))
    return found


def _some(columns: Sequence[str]) -> str:
    """Give the first columns; the header of what is no table has no end."""
    told = ", ".join(name[:40] for name in columns[:30])
    return told if len(columns) <= 30 else f"{told} … ({len(columns)})"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _counts(assumptions: pl.Series) -> dict[str, int]:
    counted = assumptions.drop_nulls().str.split(";").explode().value_counts(sort=True)
    return {str(code): int(count) for code, count in counted.rows()}


def _named(findings: pl.DataFrame, activities: pl.DataFrame) -> pl.DataFrame:
    """Name the activity of a finding that is about one row."""
    ids = activities.select("source_line", pl.format("activity:{}", "activity_id").alias("_of"))
    one = pl.when(pl.col("count") == 1).then("_of")
    joined = findings.join(ids, on="source_line", how="left", maintain_order="left")
    named = joined.with_columns(pl.coalesce("subject", one).alias("subject")).drop("_of")
    return schema("finding").fit(named)
