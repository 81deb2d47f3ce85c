"""What was noticed in a body: rows that are refused, and findings on rows that are not."""

from __future__ import annotations

import hashlib
import json

import polars as pl

from tanlu.errors import catalogue
from tanlu.terms import schema

__all__ = ["Faults", "clean", "finding_id", "hint_of"]

ROW = {"_line": pl.Int64, "code": pl.String, "column": pl.String, "value": pl.String}
NOTE = {
    "code": pl.String,
    "severity": pl.String,
    "subject": pl.String,
    "column": pl.String,
    "value": pl.String,
    "hint": pl.String,
    "count": pl.Int64,
    "source_line": pl.Int64,
    "evidence": pl.String,
}
SHOWN = 200


def hint_of(code: str, language: str = "en", **fields: str) -> str | None:
    """Give the hint of a code, or None where it has none."""
    entry = catalogue()[code]
    hint = entry.hint_zh if language == "zh" else entry.hint
    for name, text in fields.items():
        hint = hint.replace(f"{{{name}}}", text)
    return hint or None


def clean(text: pl.Expr) -> pl.Expr:
    """Give texts without control characters, short enough to be shown."""
    return text.str.replace_all(r"[\x00-\x1f\x7f]+", " ").str.head(SHOWN)


def finding_id(source: str, *what: object) -> str:
    """Give the identity of a finding: the same one of the same file is found once."""
    text = json.dumps([source, *what], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Faults:
    """Collects refused rows and findings of one body."""

    def __init__(self, lines: pl.Series) -> None:
        self.lines = lines
        self._rows: list[pl.DataFrame] = []
        self._notes: list[pl.DataFrame] = []

    def refuse(self, mask: pl.Series, code: str | pl.Series, column: str, values: object) -> None:
        """Refuse the rows of a mask; the first reason of a row is kept."""
        if not mask.any():
            return
        self._rows.append(self._there(mask, code, column, values))

    def note(
        self,
        mask: pl.Series,
        code: str,
        column: str | None,
        values: object,
        *,
        severity: str = "warning",
        hint: str | None = None,
        each: bool = False,
    ) -> None:
        """Note the rows of a mask: one finding for the column, or for ``each`` value."""
        if not mask.any():
            return
        there = self._there(mask, code, column, values)
        keys = ["code", "column", *(["value"] if each else [])]
        found = there.group_by(keys, maintain_order=True).agg(
            pl.first("value").alias("shown"), pl.len().cast(pl.Int64).alias("count"),
            pl.min("_line").alias("source_line"),
        )  # fmt: skip
        self.add(
            found.select(
                "code",
                pl.lit(severity).alias("severity"),
                "column",
                pl.col("shown").alias("value"),
                pl.lit(hint or hint_of(code), pl.String).alias("hint"),
                "count",
                "source_line",
            )
        )

    def add(self, notes: pl.DataFrame) -> None:
        """Add findings that are ready, with some of the columns of a finding."""
        if notes.height:
            have = set(notes.columns)
            self._notes.append(
                notes.select(
                    (pl.col(name) if name in have else pl.lit(None)).cast(kind).alias(name)
                    for name, kind in NOTE.items()
                )
            )

    def refused(self) -> pl.DataFrame:
        """Give the refused rows, one for each line: ``_line, code, column, value``."""
        if not self._rows:
            return pl.DataFrame(schema=ROW)
        return pl.concat(self._rows).unique("_line", keep="first", maintain_order=True)

    def findings(self, source: str) -> pl.DataFrame:
        """Give the findings in the schema ``finding``; ``source`` is the file's SHA-256."""
        if not self._notes:
            return schema("finding").empty()
        notes = pl.concat(self._notes)
        keys = notes.select("code", "subject", "column", "value", "source_line").rows()
        ids = [finding_id(source, *key) for key in keys]
        return schema("finding").fit(
            notes.with_columns(
                pl.Series("finding_id", ids, dtype=pl.String),
                pl.lit(source).alias("source_sha256"),
            )
        )

    def _there(
        self, mask: pl.Series, code: str | pl.Series, column: str | None, values: object
    ) -> pl.DataFrame:
        table = pl.DataFrame(
            {"_line": self.lines, "_mask": mask.fill_null(value=False)}
        ).with_columns(
            code if isinstance(code, pl.Series) else pl.lit(code).alias("code"),
            pl.lit(column, pl.String).alias("column"),
            values.cast(pl.String) if isinstance(values, pl.Series) else pl.lit(values, pl.String),
        )
        table.columns = ["_line", "_mask", "code", "column", "value"]
        return table.filter("_mask").select(
            "_line", "code", "column", clean(pl.col("value")).alias("value")
        )
