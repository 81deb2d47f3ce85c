"""Findings of a trace: what is missing, overlaps, goes in circles or was cut off."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from tanlu.errors import say
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

__all__ = ["told"]


def told(
    code: str,
    subjects: Sequence[str],
    severity: str,
    *,
    values: Sequence[str],
    columns: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Give a finding for each subject, schema ``finding``."""
    import polars as pl

    rows = [
        {
            "finding_id": sha256(f"{code}|{subject}|{value}".encode()).hexdigest()[:32],
            "code": code, "severity": severity, "subject": subject,
            "column": None if columns is None else columns[at],
            "value": value, "hint": say(code, value=value), "count": 1,
        }
        for at, (subject, value) in enumerate(zip(subjects, values, strict=True))
    ]  # fmt: skip
    return (
        schema("finding")
        .fit(pl.DataFrame(rows, infer_schema_length=None))
        .unique("finding_id", maintain_order=True)
        if rows
        else schema("finding").empty()
    )
