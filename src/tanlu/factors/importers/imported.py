"""What an import gives: factors, what was known already, and every refused row with its reason.

An importer makes *records*: rows of schema ``factor`` as text with where they stand
(``_sheet``, ``_line``) and, where they are refused, the code and its fields (``_code``,
``_column``, ``_value``, ``_told``). Here they are settled: a leaf for each, an identity, each
once.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tanlu.errors import say
from tanlu.factors.importers.decimals import DECIMAL
from tanlu.factors.packs.load import IDENTITY, LATER
from tanlu.terms import gases, kinds, schema, taxonomy

__all__ = [
    "FAULT",
    "NAMES",
    "VALUES",
    "WHERE",
    "Imported",
    "fault",
    "faultless",
    "records",
    "settled",
]

NAMES = schema("factor").names
WHERE = {"_sheet": pl.String, "_line": pl.Int64}
FAULT = {"_code": pl.String, "_column": pl.String, "_value": pl.String, "_told": pl.String}
# columns that say how much; two rows of one identity are the same where these agree
VALUES = (
    *("value", "value_empty", "value_full", "points", "co2_fossil", "co2_bio", "ch4_fossil"),
    *("ch4_bio", "n2o", "co2e_published"),
)
OFF, OFF_SHARE = 3e-5, 0.01  # of a sum of gases whose print is rounded
CLOSE = 1e-9  # relative: the same number printed with other digits
QUARANTINE: dict[str, type[pl.DataType]] = {
    "sheet": pl.String, "line": pl.Int64, "column": pl.String, "value": pl.String,
    "code": pl.String, "hint": pl.String, "hint_zh": pl.String,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Imported:
    """A pack that a file makes.

    Attributes
    ----------
    pack
        ``pack_id, semver, title, title_zh, licence, attribution``.
    factors
        Columns of schema ``factor`` as text, values in decimal text.
    sources
        One row a document: ``source_id, title, publisher, …``.
    fuels
        Heating values and densities where the file has them.
    quarantine
        ``sheet, line, column, value, code, hint, hint_zh``: each record that was refused.
    rows_in
        Records with a value: ``factors + known + quarantined``.
    known
        Records that say again what another one of the file says.
    blank
        Lines of the file in which no value stands: nothing is published there.
    lines_in
        Lines of the file that name a factor; a record may stand on several (one a gas).
    """

    pack: dict[str, str]
    factors: pl.DataFrame
    sources: pl.DataFrame
    fuels: pl.DataFrame | None
    quarantine: pl.DataFrame
    rows_in: int
    known: int = 0
    blank: int = 0
    lines_in: int = 0


def records(frame: pl.DataFrame) -> pl.DataFrame:
    """Give a frame all columns of a record, absent ones null, in their order."""
    kinds_of = {**dict.fromkeys(NAMES, pl.String), **WHERE, **FAULT}
    added = [pl.lit(None, kind).alias(name) for name, kind in kinds_of.items()]
    absent = [each for each in added if each.meta.output_name() not in frame.columns]
    return frame.with_columns(absent).select(
        pl.col(name).cast(kind) for name, kind in kinds_of.items()
    )


def faultless(frame: pl.DataFrame) -> pl.DataFrame:
    """Give a frame the empty columns of a fault."""
    return frame.with_columns(pl.lit(None, kind).alias(name) for name, kind in FAULT.items())


def fault(code: str, column: str, when: pl.Expr, value: pl.Expr, told: pl.Expr) -> list[pl.Expr]:
    """Give the columns that refuse the rows ``when``, where they are not refused already."""
    new = when.fill_null(value=False) & pl.col("_code").is_null()
    said = {"_code": pl.lit(code), "_column": pl.lit(column), "_value": value, "_told": told}
    return [
        pl.when(new).then(expr.cast(pl.String)).otherwise(pl.col(name)).alias(name)
        for name, expr in said.items()
    ]


def settled(
    found: pl.DataFrame,
    pack: dict[str, str],
    sources: Sequence[dict[str, str]],
    *,
    fuels: pl.DataFrame | None = None,
    blank: int = 0,
    lines_in: int | None = None,
    known: int = 0,
) -> Imported:
    """Give the import that records make; ``known`` is what the importer dropped as said twice."""
    rows = _once(_identified(_summed(_measured(_leafed(records(found))))))
    good = rows.filter(pl.col("_code").is_null() & ~pl.col("_again"))
    bad = rows.filter(pl.col("_code").is_not_null())
    return Imported(
        pack=pack,
        factors=good.select(NAMES).sort("factor_id"),
        sources=pl.DataFrame(list(sources)),
        fuels=fuels,
        quarantine=_refused(bad),
        rows_in=found.height + known,
        known=known + rows.height - good.height - bad.height,
        blank=blank,
        lines_in=found.height + blank if lines_in is None else lines_in,
    )


def _leafed(rows: pl.DataFrame) -> pl.DataFrame:
    """Refuse what belongs under no leaf of the taxonomy."""
    asked = rows.select("activity", *taxonomy.FACETS).unique()
    facets = asked.select(taxonomy.FACETS).to_dicts()
    leaves = [
        _leaf(activity, told) for activity, told in zip(asked["activity"], facets, strict=True)
    ]
    nearest = [
        None if leaf else _nearest(activity, told)
        for leaf, activity, told in zip(leaves, asked["activity"], facets, strict=True)
    ]
    table = asked.with_columns(
        pl.Series("_leaf", leaves, pl.String), pl.Series("_near", nearest, pl.String)
    )
    joined = rows.join(
        table, on=["activity", *taxonomy.FACETS], how="left", nulls_equal=True,
        maintain_order="left",
    )  # fmt: skip
    said = pl.concat_str("activity", *taxonomy.FACETS, separator=" ", ignore_nulls=True)
    return joined.with_columns(
        fault("TL223", "activity", pl.col("_leaf").is_null(), said, pl.col("_near"))
    ).drop("_leaf", "_near")


def _leaf(activity: str | None, facets: dict[str, str | None]) -> str | None:
    leaf = taxonomy.leaf_of(activity or "", facets)
    return leaf.name if leaf else None


def _nearest(activity: str | None, facets: dict[str, str | None]) -> str:
    told = [activity or "", *(each for each in facets.values() if each)]
    names = [*taxonomy.taxonomy(), *kinds.leaves()]
    near = difflib.get_close_matches(".".join(told)[:80], names, n=1, cutoff=0.2)
    return near[0] if near else "energy.fuel.diesel"


def _measured(rows: pl.DataFrame) -> pl.DataFrame:
    """Refuse what holds no value, or one that is no decimal number."""
    single = [name for name in VALUES if name != "points"]
    for name in single:
        wrong = pl.col(name).is_not_null() & ~pl.col(name).str.contains(DECIMAL)
        rows = rows.with_columns(fault("TL224", name, wrong, pl.col(name), pl.lit(name)))
    empty = pl.all_horizontal(pl.col(name).is_null() for name in VALUES)
    return rows.with_columns(
        fault("TL230", "value", empty, pl.lit(None, pl.String), pl.lit("value"))
    )


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    """Refuse gases that are not the CO2e beside them, and zeros that nobody explains."""
    masses = ("co2_fossil", "ch4_fossil", "n2o")
    told = pl.all_horizontal(pl.col(name).is_not_null() for name in (*masses, "co2e_published"))
    for weights in gases.SETS:
        factors = [float(gases.potential(name, weights)) for name in ("CO2", "CH4_fossil", "N2O")]
        total = pl.sum_horizontal(
            _number(pl.col(name)) * by for name, by in zip(masses, factors, strict=True)
        )
        whole = _number(pl.col("co2e_published"))
        apart = (total - whole).abs() > pl.max_horizontal(OFF, whole.abs() * OFF_SHARE)
        wrong = told & (pl.col("gwp_set") == weights) & apart
        said = total.round_sig_figs(8)
        rows = rows.with_columns(
            fault("TL226", "co2e_published", wrong, said, pl.col("co2e_published"))
        )
    none = [_number(pl.col(name)).fill_null(0) == 0 for name in VALUES if name != "points"]
    unsaid = pl.all_horizontal(pl.col(name).is_null() for name in ("note", "derivation", "points"))
    return rows.with_columns(
        fault("TL228", "value", pl.all_horizontal(*none) & unsaid, pl.lit("0"), pl.lit("note"))
    )


def _identified(rows: pl.DataFrame) -> pl.DataFrame:
    parts = [pl.col(name).fill_null("") for name in IDENTITY]
    later = [
        pl.when(pl.col(name).is_not_null())
        .then(pl.concat_str(pl.lit(f"|{name}="), pl.col(name)))
        .otherwise(pl.lit(""))
        for name in LATER
    ]
    texts = rows.select(pl.concat_str(pl.concat_str(parts, separator="|"), *later).alias("text"))[
        "text"
    ]
    ids = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts]
    return rows.with_columns(pl.Series("factor_id", ids, pl.String))


def _once(rows: pl.DataFrame) -> pl.DataFrame:
    """Mark what is said again, and refuse what is said again with another value."""
    good = pl.col("_code").is_null()
    first = [pl.col(name).first().over("factor_id", good) for name in VALUES]
    same = [
        (_number(pl.col(name)) - _number(start)).abs().fill_null(0)
        <= CLOSE * _number(start).abs().fill_null(0)
        if name != "points"
        else pl.col(name).eq_missing(start)
        for name, start in zip(VALUES, first, strict=True)
    ]
    shape = [
        pl.col(name).is_null().eq(start.is_null())
        for name, start in zip(VALUES, first, strict=True)
    ]
    later = good & (pl.int_range(pl.len()).over("factor_id", good) > 0)
    marked = rows.with_columns(_again=later, _same=pl.all_horizontal(*same, *shape))
    conflict = pl.col("_again") & ~pl.col("_same")
    shown = pl.coalesce("value", "co2e_published", "co2_fossil", "value_full", "points")
    return marked.with_columns(
        fault("TL227", "value", conflict, shown, shown.first().over("factor_id"))
    ).with_columns(_again=pl.col("_again") & pl.col("_same"))


def _number(text: pl.Expr) -> pl.Expr:
    return text.cast(pl.Float64, strict=False)


def _refused(bad: pl.DataFrame) -> pl.DataFrame:
    told = bad.select("_code", "_column", "_value", "_told").unique()
    hints = [
        [_hint(row, language) for row in told.iter_rows(named=True)] for language in ("en", "zh")
    ]
    table = told.with_columns(
        pl.Series("hint", hints[0], pl.String), pl.Series("hint_zh", hints[1], pl.String)
    )
    joined = bad.join(table, on=list(FAULT), how="left", nulls_equal=True, maintain_order="left")
    return joined.select(
        pl.col("_sheet").alias("sheet"), pl.col("_line").alias("line"),
        pl.col("_column").alias("column"), pl.col("_value").alias("value"),
        pl.col("_code").alias("code"), "hint", "hint_zh",
    ).select(pl.col(name).cast(kind) for name, kind in QUARANTINE.items())  # fmt: skip


def _hint(row: dict[str, str | None], language: str) -> str:
    fields = {"value": row["_value"] or "", "column": row["_column"] or "", "told": row["_told"]}
    return say(row["_code"] or "TL220", language=language, **fields)
