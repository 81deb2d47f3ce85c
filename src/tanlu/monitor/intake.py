"""A file into the ledger: once, whole, resumable, with every row new, known or quarantined."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from tanlu.monitor.batch import Batch, Reader
from tanlu.monitor.faults import Faults
from tanlu.monitor.mapping import Assumption, Mapping
from tanlu.monitor.nearness import near_duplicates
from tanlu.store import Workspace
from tanlu.terms import Progress, schema

__all__ = ["intake", "rehearse"]

CLASH, NO_SUCH, ASSUMED = "TL350", "TL351", "TL331"
# where a row was read is no part of what happened
WHERE = ("source_sha256", "source_sheet", "source_line", "source_device", "source_seq", "corrects")
CONTENT = tuple(name for name in schema("activity").names if name not in WHERE)
# refused rows that a rehearsal shows; they are counted all
MOST_REFUSED = 20_000
TOLD = {
    "measured": pl.any_horizontal(pl.col("energy_j", "volume_ml").is_not_null()).sum(),
    "tonnes": pl.col("mass_mg").is_not_null().sum(),
    "placed": (
        pl.col("distance_m").is_not_null()
        | (pl.col("origin").is_not_null() & pl.col("destination").is_not_null())
    ).sum(),
}
REASONS = ("quarantine_id", "code", "column", "value", "raw")


def intake(
    path: str | Path, mapping: Mapping | str | Path, workspace: Workspace
) -> Iterator[Progress]:
    """Read a file into a workspace, batch by batch.

    Each batch is one commit of its activities, refused rows and findings with the lines it covers,
    so that a reading that was killed is finished by reading again. The last Progress has the
    result, a dict: ``rows_in = rows_new + rows_known + rows_quarantined``, ``rows_accepted =
    rows_new + rows_known``, ``findings`` and ``quarantined`` (counts by code), ``assumptions``
    (rows by code), ``version``, ``file_sha256``, and how the file is written.

    Raises
    ------
    TanluError
        As `read`; TL602 when another process writes.
    """
    known = mapping if isinstance(mapping, Mapping) else Mapping.load(mapping)
    reader = Reader(Path(path), known, pseudonyms=workspace.pseudonyms)
    yield from _Intake(reader, workspace).run()


def rehearse(
    path: str | Path, mapping: Mapping | str | Path, workspace: Workspace
) -> Iterator[Progress]:
    """Tell what would become of the rows of a file; write nothing.

    The last Progress has the result of `intake` without ``version``, with ``refused``: the first
    refused rows (schema ``quarantine``), and ``measured``, ``tonnes`` and ``placed``: how many of
    the rows taken have energy, a mass, and a distance or two ends. A row that is there twice and
    far apart is seen only when it is read.

    Raises
    ------
    TanluError
        As `read`.
    """
    known = mapping if isinstance(mapping, Mapping) else Mapping.load(mapping)
    reader = Reader(Path(path), known, pseudonyms=workspace.pseudonyms)
    yield from _Intake(reader, workspace).rehearse()


class _Judged(NamedTuple):
    """Rows of a batch that are new, that are known, and that clash with what is known."""

    fresh: pl.DataFrame
    known: int
    clashing: pl.DataFrame


class _Intake:
    """One reading of one file."""

    def __init__(self, reader: Reader, workspace: Workspace) -> None:
        self.reader = reader
        self.workspace = workspace
        self.counts: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()
        self.quarantined: Counter[str] = Counter()
        self.assumed: Counter[str] = Counter()
        self.span: tuple[int, int] | None = None
        self.before = self._quarantined_before()

    def run(self) -> Iterator[Progress]:
        """Read the file; see `intake`."""
        total = self.reader.dialect.rows
        yield Progress("read", 0, total)
        self.workspace.originals.put(self.reader.path)
        self.workspace.originals.keep(self.reader.mapping.text.encode())
        for batch in self.reader.batches():
            with self.workspace.writer():
                self._take(batch)
            yield Progress("read", self.counts["rows_in"], total)
        self._finish()
        yield Progress("read", self.counts["rows_in"], total, result=self._result())

    def rehearse(self) -> Iterator[Progress]:
        """Judge the file and write nothing; see `rehearse`."""
        total = self.reader.dialect.rows
        yield Progress("rehearse", 0, total)
        refused = schema("quarantine").empty()
        told: Counter[str] = Counter()
        for batch in self.reader.batches():
            judged, quarantine = self._looked(batch)
            self._count(batch, judged, quarantine)
            self._noticed(batch.findings)
            refused = pl.concat([refused, quarantine.head(MOST_REFUSED - refused.height)])
            told.update(batch.activities.select(**TOLD).row(0, named=True))
            yield Progress("rehearse", self.counts["rows_in"], total)
        self._noticed(self.reader.findings())
        result = {**self._result(), **told, "refused": refused}
        yield Progress("rehearse", self.counts["rows_in"], total, result=result)

    # ── one batch ──

    def _looked(self, batch: Batch) -> tuple[_Judged, pl.DataFrame]:
        """Give what is new, known and clashing of a batch, and all that is refused."""
        activities, unasked = self._answering(batch.activities)
        judged = self._judged(activities)
        refused = [
            batch.quarantine,
            self._refused(batch, judged.clashing, CLASH, "activity_id"),
            self._refused(batch, unasked, NO_SUCH, "corrects"),
        ]
        return judged, pl.concat(refused).sort("source_line")

    def _count(self, batch: Batch, judged: _Judged, quarantine: pl.DataFrame) -> None:
        self.counts["rows_in"] += batch.rows_in
        self.counts["rows_new"] += judged.fresh.height
        self.counts["rows_known"] += judged.known
        self.counts["rows_quarantined"] += quarantine.height
        self.quarantined.update(quarantine["code"].to_list())
        self.assumed.update(batch.assumed)

    def _take(self, batch: Batch) -> None:
        judged, quarantine = self._looked(batch)
        self._commit(judged.fresh, quarantine, batch)
        self._count(batch, judged, quarantine)
        if judged.fresh.height:
            low, high = judged.fresh.select(pl.min("start"), pl.max("end")).row(0)
            old = self.span or (low, high)
            self.span = (min(old[0], low), max(old[1], high))

    def _answering(self, activities: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Part rows that correct what is no open quarantined row, or correct it a second time."""
        asked = activities["corrects"].drop_nulls().unique()
        if asked.is_empty():
            return activities, activities.clear()
        there = self.workspace.known_ids("quarantine", asked)
        answered = (
            self.workspace.scan("activity", columns=["corrects", "activity_id"])
            .filter(pl.col("corrects").is_in(asked.implode()))
            .collect()
            .unique("corrects")
            .rename({"activity_id": "by"})
        )
        joined = activities.join(answered, on="corrects", how="left", maintain_order="left")
        fine = joined.select(
            pl.col("corrects").is_null()
            | (
                pl.col("corrects").is_in(there.implode())
                & (pl.col("by").is_null() | (pl.col("by") == pl.col("activity_id")))
            )
        ).to_series()
        return activities.filter(fine), activities.filter(~fine)

    def _judged(self, activities: pl.DataFrame) -> _Judged:
        """Compare rows with those of the same identity in the ledger and before them here."""
        ids = activities["activity_id"]
        first = ids.is_first_distinct()
        prior = self.workspace.known("activity", ids, columns=["activity_id", *CONTENT[1:]])
        if prior.is_empty() and first.all():
            return _Judged(activities, 0, activities.clear())
        prior = prior.unique("activity_id", keep="last", maintain_order=True)
        stored = ids.is_in(prior["activity_id"].implode())
        fresh = first & ~stored
        before = pl.concat([prior, activities.filter(fresh).select(prior.columns)])
        rest = activities.filter(~fresh)
        both = rest.join(before, on="activity_id", how="left", suffix="_b", maintain_order="left")
        same = both.select(
            pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_b")) for name in CONTENT[1:])
        ).to_series()
        return _Judged(activities.filter(fresh), int(same.sum()), rest.filter(~same))

    def _refused(self, batch: Batch, rows: pl.DataFrame, code: str, column: str) -> pl.DataFrame:
        """Give accepted rows as refused ones, with their cells."""
        if rows.is_empty():
            return schema("quarantine").empty()
        table = rows.with_columns(pl.col("source_line").alias("_line"))
        faults = table.select(
            "_line",
            pl.lit(code).alias("code"),
            pl.lit(column).alias("column"),
            pl.col(column).alias("value"),
        )
        cells = batch.source.join(table.select("_line"), on="_line", how="semi")
        return self.reader.refused(cells, table, faults)

    def _commit(self, fresh: pl.DataFrame, quarantine: pl.DataFrame, batch: Batch) -> None:
        added, gone = self._requarantined(quarantine, batch.activities)
        tables = {
            "activity": fresh,
            "quarantine": added,
            "finding": self._unknown_findings(batch.findings),
        }
        if gone.height:
            tables["retraction"] = gone
        filled = {name: rows for name, rows in tables.items() if rows.height}
        if not filled:
            return
        lines = pl.concat([batch.activities["source_line"], batch.quarantine["source_line"]])
        source = {
            "file": self.reader.sha256,
            "name": self.reader.path.name,
            "sheet": self.reader.dialect.sheet,
            "lines": [lines.min(), lines.max()],
            "mapping": self.reader.mapping.sha256,
        }
        known = batch.personal if batch.personal.height else None
        self.workspace.commit(filled, source=source, personal=known)

    # ── what was quarantined before ──

    def _quarantined_before(self) -> pl.DataFrame:
        rows = self.workspace.scan("quarantine", columns=list(REASONS))
        if self.reader.corrects:
            return rows.collect(engine="streaming")
        start = f"{self.reader.sha256[:20]}:"
        return rows.filter(pl.col("quarantine_id").str.starts_with(start)).collect()

    def _requarantined(
        self, quarantine: pl.DataFrame, accepted: pl.DataFrame
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Give the refused rows that are new or have another reason, and what they replace.

        A row that is accepted now, by a better mapping of the same file, is no longer refused.
        """
        if self.before.is_empty():
            return quarantine, schema("retraction").empty()
        same = quarantine.join(self.before, on=list(REASONS), how="semi", nulls_equal=True)[
            "quarantine_id"
        ]
        added = quarantine.filter(~pl.col("quarantine_id").is_in(same.implode()))
        dialect = self.reader.dialect
        start = f"{self.reader.sha256[:20]}:{dialect.sheet or '-'}:"
        mended = accepted.select(pl.lit(start) + pl.col("source_line").cast(pl.String)).to_series()
        ids = pl.concat([added["quarantine_id"], mended.alias("quarantine_id")])
        gone = self.before["quarantine_id"].filter(
            self.before["quarantine_id"].is_in(ids.implode())
        )
        frame = gone.unique().alias("id").to_frame()
        return added, frame.with_columns(
            key=pl.lit("quarantine_id"), of=pl.lit("quarantine"), reason=pl.lit("read again")
        )

    def _unknown_findings(self, findings: pl.DataFrame) -> pl.DataFrame:
        self._noticed(findings)
        known = self.workspace.known_ids("finding", findings["finding_id"])
        return findings.filter(~pl.col("finding_id").is_in(known.implode())).unique(
            "finding_id", maintain_order=True
        )

    def _noticed(self, findings: pl.DataFrame) -> None:
        for code, count in findings.select("code", "count").rows():
            self.findings[code] += count

    # ── the whole file ──

    def _finish(self) -> None:
        """Find what only the whole file shows: its columns, its assumptions, its near twins."""
        found = [self.reader.findings(), self._assumptions()]
        with self.workspace.writer():
            if self.span is not None:
                found.append(near_duplicates(self.workspace, self.reader.sha256, self.span))
            rows = self._unknown_findings(pl.concat(found))
            if rows.height:
                source = {"file": self.reader.sha256, "name": self.reader.path.name}
                self.workspace.commit({"finding": rows}, source=source)

    def _assumptions(self) -> pl.DataFrame:
        faults = Faults(pl.Series("_line", [0], dtype=pl.Int64))
        for code, count in sorted(self.assumed.items()):
            known = self.reader.mapping.assumptions.get(code)
            row = {
                "code": ASSUMED,
                "severity": "info",
                "subject": f"assumption:{code}",
                "value": code,
                "hint": known.reason if known else None,
                "count": count,
                "evidence": _reasons(known) if known else None,
            }
            faults.add(pl.DataFrame([row]))
        return faults.findings(self.reader.sha256)

    def _result(self) -> dict[str, Any]:
        keys = ("rows_in", "rows_new", "rows_known", "rows_quarantined")
        counts = {key: self.counts[key] for key in keys}
        dialect = self.reader.dialect
        return {
            **counts,
            "rows_accepted": counts["rows_new"] + counts["rows_known"],
            "findings": dict(sorted(self.findings.items())),
            "quarantined": dict(sorted(self.quarantined.items())),
            "assumptions": dict(sorted(self.assumed.items())),
            "version": self.workspace.version,
            "file": self.reader.path.name,
            "file_sha256": self.reader.sha256,
            "format": dialect.format,
            "encoding": dialect.encoding,
            "line_end": dialect.line_end,
            "delimiter": dialect.delimiter,
            "sheet": dialect.sheet,
        }


def _reasons(known: Assumption) -> str:
    """Give what a report tells about an assumption, in both tongues, as canonical JSON."""
    told = {"en": known.reason, "source": known.source, "zh": known.reason_zh or known.reason}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
