"""All orders, parcels or SKUs of a ledger at once: the stages of each in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.account.lifecycle import STAGES, by_stage, keyed, overhead
from tanlu.report import numbers
from tanlu.report.numbers import grouped
from tanlu.report.product import ledger
from tanlu.report.product.facts import kg
from tanlu.terms import VERSION, Chart, Document, Section, time

if TYPE_CHECKING:
    import polars as pl

    from tanlu.report.words import Words

__all__ = ["many", "table"]

MOST = 100
SUMMED = ("key", "stage", "co2e_ug", "sigma_ln_ppm", "factor_hash", "factor_id")


def table(rows: pl.LazyFrame, by: str, weight: str | None = None) -> pl.DataFrame:
    """Give the stages of every key: key, stage, co2e_ug with interval, columnar.

    With a weight, what was emitted for all is shared among the keys (``overhead``).

    Raises
    ------
    TanluError
        TL502 for another word than order, parcel, consignment or sku.
    """
    import polars as pl

    found = keyed(rows, by).select(SUMMED)
    if weight is not None:
        found = pl.concat([found, overhead(rows, by, weight).lazy().select(SUMMED)])
    return by_stage(found, ["key"])


def many(
    workspace: Any, words: Words, *, by: str, period: str | None, as_of: int | None,
    profile: str | None, weight: str | None = None,
) -> Document:  # fmt: skip
    """Give the report over all keys: how many, the mean, the largest, each by stage."""
    import polars as pl

    zone = str(workspace.zone)
    span = None if period is None else time.period(period, zone)
    rows, chosen, ground = ledger.of_ledger(workspace, span, as_of=as_of, profile=profile)
    found = table(rows, by, weight)
    sums = found.group_by("key").agg(pl.col("co2e_ug").sum())
    count, total = sums.height, int(sums["co2e_ug"].sum() or 0)
    largest = sums.sort("co2e_ug", "key", descending=[True, False]).head(MOST)
    stages = found.group_by("stage").agg(pl.col("co2e_ug").sum(), pl.col("key").n_unique())
    of_stage = {row["stage"]: row for row in stages.iter_rows(named=True)}
    facts: dict[str, Any] = {
        "report": "products", "language": words.language, "by": by, "profile": chosen,
        "basis": ground, "period": {"text": period, "zone": zone}, "count": count,
        "overhead": weight,
        "ledger_version": int(workspace.version if as_of is None else as_of),
        "code_version": VERSION, "co2e_kg": kg(total),
        "mean_kg": _text(numbers.quotient(numbers.exact(total, 9), count, 9)),
        "stages": [
            {"stage": stage, "co2e_kg": kg(of_stage[stage]["co2e_ug"]) if stage in of_stage
             else None, "keys": of_stage[stage]["key"] if stage in of_stage else 0}
            for stage in (*STAGES, "untold") if stage in of_stage or stage in STAGES
        ],
        "largest": [
            {"key": row["key"], "co2e_kg": kg(row["co2e_ug"]),
             "stages": {
                 each["stage"]: kg(each["co2e_ug"])
                 for each in found.filter(key=row["key"]).iter_rows(named=True)
             }}
            for row in largest.iter_rows(named=True)
        ],
    }  # fmt: skip
    title = words("product.many", by=words.maybe("product.by", by))
    return Document(title, words.language, _sections(words, facts, title), facts)


def _text(value: Any) -> str | None:
    return None if value is None else numbers.plain(value)


def _sections(words: Words, facts: dict[str, Any], title: str) -> tuple[Section, ...]:
    used = [row["stage"] for row in facts["stages"] if row["co2e_kg"] is not None]
    gaps = [words(f"stage.{row['stage']}") for row in facts["stages"]
            if row["co2e_kg"] is None and row["stage"] != "use"]  # fmt: skip
    sign = "、" if words.language == "zh" else ", "
    figures = (
        (words("product.count"), f"{facts['count']:,}", ""),
        (words("product.mean"), grouped(_dec(facts["mean_kg"])), "kg CO₂e"),
        (words("total"), grouped(_dec(facts["co2e_kg"])), "kg CO₂e"),
    )
    chart = Chart(
        "bar", words("product.stages"), "kg CO₂e",
        tuple(words(f"stage.{stage}") for stage in used),
        ((words("total"), tuple(
            float(row["co2e_kg"]) for row in facts["stages"] if row["co2e_kg"] is not None)),),
    )  # fmt: skip
    text = words("product.gaps", stages=sign.join(gaps)) if gaps else words("product.no_gaps")
    columns = (words("column.item"), words("product.total_kg"),
               *(words(f"stage.{stage}") for stage in used))  # fmt: skip
    rows = tuple(
        (row["key"], _dec(row["co2e_kg"]), *(_dec(row["stages"].get(stage)) for stage in used))
        for row in facts["largest"]
    )
    return (
        Section(title, text, figures, chart=chart if used else None),
        Section(words("product.largest"), words("product.per_kg"), (), columns, rows),
    )


def _dec(text: str | None) -> Any:
    from decimal import Decimal

    return None if text is None else Decimal(text)
