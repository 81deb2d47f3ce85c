"""What stands beside the rows: totals, gases with their GWP, names of factors, how to read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tanlu.factors.packs import library_of
from tanlu.report.items.sources import sources
from tanlu.report.words import Words
from tanlu.report.workbook.grids import Grids
from tanlu.report.workbook.sheets import clean
from tanlu.terms import gases as potentials

if TYPE_CHECKING:
    import polars as pl

    from tanlu.report.workbook.tables import Tables

__all__ = ["gases", "named", "readme", "summed"]

SPECIES = {
    "co2_fossil": "CO2", "ch4_fossil": "CH4_fossil", "ch4_bio": "CH4_bio", "n2o": "N2O",
    "sf6": "SF6", "nf3": "NF3",
}  # fmt: skip
UNSPLIT = "CO2e"


def summed(frames: Tables, layout: Grids) -> pl.DataFrame:
    """Give the totals by key with their sums as formulas over all sheets of emissions."""
    import polars as pl

    height = frames.lines.height
    parts = zip(
        layout.lines.ranges("counted", 0, height - 1),
        layout.lines.ranges("key", 0, height - 1),
        strict=True,
    )
    grid, at = layout.totals, pl.int_range(pl.len())
    here = grid.here("key", at)
    terms = [
        pl.format("SUMIFS({},{},{})", pl.lit(amount), pl.lit(key), here) for amount, key in parts
    ]
    return frames.totals.with_columns(
        pl.concat_str(terms, separator="+").alias("sum"),
        pl.col("counted_ug").cast(pl.String).alias("text"),
        pl.col("counted_ug").cast(pl.Float64).alias("sum="),
        pl.col("counted_ug").cast(pl.Float64),
        (pl.col("counted_ug").cast(pl.Float64) / 1e12).alias("tonnes="),
        pl.lit(0).alias("difference="),
        pl.format("{}-{}", grid.here("sum", at), grid.here("counted_ug", at)).alias("difference"),
        pl.format("{}/1E12", grid.here("sum", at)).alias("tonnes"),
        pl.when(pl.col("counted_ug") == 0).then(1.0)
        .otherwise(pl.col("live_ug").cast(pl.Float64) / pl.col("counted_ug").cast(pl.Float64))
        .alias("live"),
    )  # fmt: skip


def gases(lines: pl.DataFrame, layout: Grids) -> pl.DataFrame:
    """Give each gas with its mass and GWP, and the CO2e that these give beside what is kept.

    Before consolidation: what is emitted in full, each emission once.
    """
    lines = lines.unique("emission_id", maintain_order=True)
    rows: list[dict[str, Any]] = []
    columns = {f"{name}_ug": species for name, species in SPECIES.items()}
    columns["co2e_unsplit_ug"] = UNSPLIT
    for (gwp_set, basis), part in lines.sort("gwp_set", "basis").group_by(
        "gwp_set", "basis", maintain_order=True
    ):
        first = len(rows)
        masses = {
            name: int(part[column].cast(_wide()).sum() or 0) for column, name in columns.items()
        }
        for name, mass in part.drop_nulls("gas").select("gas", "gas_ug").iter_rows():
            masses[name] = masses.get(name, 0) + int(mass or 0)
        for name, mass in masses.items():
            if mass:
                rows.append(_gas((str(gwp_set), str(basis)), (name, mass), layout, len(rows)))
        rows.append(_sum(part, (str(gwp_set), str(basis)), (first, len(rows)), layout))
    return _framed(rows)


def _wide() -> Any:
    import polars as pl

    return pl.Int128


def _gas(rule: tuple[str, str], of: tuple[str, int], layout: Grids, at: int) -> dict[str, Any]:
    (gwp_set, basis), (name, mass) = rule, of
    gwp = 1.0 if name == UNSPLIT else float(potentials.potential(name, gwp_set))
    columns = [column.key for column in layout.gwp.columns]
    letters = {key: chr(65 + columns.index(key)) for key in ("mass_ug", "gwp")}
    return {
        "gwp_set": gwp_set, "basis": basis, "gas": name, "mass_ug": float(mass),
        "text": str(mass), "gwp": gwp, "product": f"{letters['mass_ug']}{at + 2}*"
        f"{letters['gwp']}{at + 2}", "product=": mass * gwp,
    }  # fmt: skip


def _sum(
    part: pl.DataFrame, rule: tuple[str, str], span: tuple[int, int], layout: Grids
) -> dict[str, Any]:
    kept = int(part["co2e_ug"].cast(_wide()).sum() or 0)
    columns = [column.key for column in layout.gwp.columns]
    letters = {key: chr(65 + columns.index(key)) for key in ("product", "co2e_ug")}
    first, at = span
    here = f"{letters['product']}{at + 2}"
    return {
        "gwp_set": rule[0], "basis": rule[1], "gas": "Σ", "text": str(kept),
        "product": f"SUM({letters['product']}{first + 2}:{letters['product']}{at + 1})",
        "product=": float(kept), "co2e_ug": float(kept),
        "difference": f"{here}-{letters['co2e_ug']}{at + 2}", "difference=": 0.0,
    }  # fmt: skip


def _framed(rows: list[dict[str, Any]]) -> pl.DataFrame:
    import polars as pl

    texts = ("gwp_set", "basis", "gas", "text", "product", "difference")
    numbers = ("mass_ug", "gwp", "product=", "co2e_ug", "difference=")
    types = dict.fromkeys(texts, pl.String) | dict.fromkeys(numbers, pl.Float64)
    return pl.DataFrame(rows, schema=types)


def named(workspace: Any, factors: pl.DataFrame, layout: Grids, as_of: int | None) -> pl.DataFrame:
    """Give the factors with names and documents, and their CO2e from gases as a formula."""
    import polars as pl

    facts = [{"factor_id": name} for name in factors["factor_id"].unique().sort().to_list()]
    told = sources(facts, library_of(workspace, as_of=as_of))
    papers = {row["source_id"]: row for row in told["sources"]}
    said = {
        fact["factor_id"]: (fact["name"], *_papers([papers[s] for s in fact["sources"]
                                                     if s in papers]))
        for fact in facts
    }  # fmt: skip
    columns = {
        name: pl.col("factor_id").replace_strict(
            {key: value[i] for key, value in said.items()}, default=None, return_dtype=pl.String
        )
        for i, name in enumerate(("name", "source", "document", "licence"))
    }
    at = pl.int_range(pl.len())
    gwps = {
        name: pl.col("gwp_set").replace_strict(
            {each: float(potentials.potential(SPECIES[name], each)) for each in potentials.SETS},
            default=None, return_dtype=pl.Float64,
        )
        for name in ("ch4_fossil", "ch4_bio", "n2o")
    }  # fmt: skip
    here = layout.factors.here
    formula = pl.format(
        "{}+{}*{}+{}*{}+{}*{}+{}", here("co2_fossil_g", at),
        *(each for name, gwp in gwps.items() for each in (here(f"{name}_g", at), gwp)),
        here("unsplit_g", at),
    )  # fmt: skip
    known = pl.any_horizontal(pl.col("^.*_g$").exclude("co2e_g", "co2_bio_g").is_not_null())
    return factors.with_columns(
        **columns,
        gases=pl.when(known).then(formula),
    ).with_columns(pl.col("co2e_g").alias("gases="))


def _papers(found: list[dict[str, Any]]) -> tuple[str, str, str]:
    each = [("title", found), ("document", found), ("licence", found)]
    title, document, licence = (
        "; ".join(dict.fromkeys(str(paper[key]) for paper in papers if paper.get(key)))
        for key, papers in each
    )
    return title, document, licence


def readme(
    book: Any, words: Words, layout: Grids, about: dict[str, str], look: dict[str, Any]
) -> None:
    """Write the first sheet: what this is, how to verify it, from which state it was made."""
    sheet = book.add_worksheet(words("book.readme"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 96)
    sheet.write_string(0, 0, words("book.title"), look["title"])
    row = 2
    for i in range(1, 6):
        sheet.write_string(row, 0, str(i), look["name"])
        sheet.write_string(row, 1, words(f"book.how.{i}"), look["words"])
        row += 1
    row += 1
    for key, value in about.items():
        sheet.write_string(row, 0, words(f"book.about.{key}"), look["name"])
        sheet.write_string(row, 1, clean(value), look["words"])
        row += 1
    row += 1
    for name, grid in layout._asdict().items():
        target = re.sub("'", "''", grid.name)
        sheet.write_url(row, 0, f"internal:'{target}'!A1", string=grid.name)
        sheet.write_string(row, 1, words(f"book.s.{name}"), look["words"])
        row += 1
