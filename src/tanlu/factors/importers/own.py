"""Own factors in a plain table: the template, and each row with its errors.

``own.csv`` says what each column means in both tongues; a heading may be written in either. A line
that begins with ``#`` is a remark.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path

import polars as pl

from tanlu.errors import TanluError
from tanlu.factors import grams
from tanlu.factors.importers import decimals, words
from tanlu.factors.importers.imported import Imported, fault, faultless, settled
from tanlu.factors.importers.read import sheet_names, sheet_of, table
from tanlu.factors.importers.read.bounds import guarded
from tanlu.terms import kinds, taxonomy

__all__ = ["load", "template"]

AMOUNTS = (
    "value", "co2e", "co2_fossil", "co2_bio", "ch4_fossil", "ch4_bio", "n2o", "lower", "upper",
)  # fmt: skip
GASES = ("co2_fossil", "co2_bio", "ch4_fossil", "ch4_bio", "n2o")
NEEDED = ("activity", "place", "data_year", "boundary", "denominator")
SETS = ("SAR", "TAR", "AR4", "AR5", "AR6")
STATUS = ("official", "peer", "derived", "assumption", "deprecated")
NUMERATORS = ("kg", "MJ", "kWh")
EXAMPLES: tuple[dict[str, str], ...] = (
    {
        "activity": "# energy.electricity", "energy_carrier": "electricity", "place": "CN-GD",
        "data_year": "2023", "boundary": "generation", "method": "location", "numerator": "kg",
        "denominator": "kWh", "co2_fossil": "0.4419", "status": "official",
        "source_title": "2023年电力二氧化碳排放因子", "source_publisher": "生态环境部 国家统计局",
        "source_doc_no": "公告2025年第47号", "source_published": "2025-12-31",
        "licence": "official document", "redistribution": "yes", "clause": "表3 广东",
        "note": "example 示例: only CO2 is published, so the other gases stay empty, not zero"
        "；只公布 CO2，其余气体留空而非填零",
    },
    {
        "activity": "# transport.road", "vehicle_class": "truck.artic.44t",
        "energy_carrier": "diesel", "place": "GB", "data_year": "2025", "boundary": "ttw",
        "numerator": "kg", "denominator": "t.km", "co2e": "0.07703", "gwp_set": "AR5",
        "status": "official", "source_title": "Greenhouse gas reporting: conversion factors 2025",
        "source_publisher": "DESNZ", "source_published": "2025-06-10", "licence": "OGL-UK-3.0",
        "redistribution": "yes", "clause": "Freighting goods > HGV > Articulated (>33t)",
        "note": "example 示例: remove the # to use the line; well to tank is a line of its own"
        "；去掉 # 即生效，油井到油箱另起一行",
    },
)  # fmt: skip


@cache
def _columns() -> dict[str, dict[str, str]]:
    file = resources.files("tanlu.factors.importers").joinpath("own.csv")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {row["column"]: row for row in rows}


def template(path: str | Path) -> Path:
    """Write the empty template: headings, what they mean, and two explained example lines.

    The ending decides the format: ``.xlsx`` or ``.csv``.

    Raises
    ------
    TanluError
        TL237 for another ending, TL220 when it cannot be written.
    """
    made = Path(path)
    rows = [
        list(_columns()),
        [("# " if not place else "") + row["zh"] for place, row in enumerate(_columns().values())],
        [("# " if not place else "") + row["en"] for place, row in enumerate(_columns().values())],
        *([each.get(name, "") for name in _columns()] for each in EXAMPLES),
    ]
    if made.suffix not in {".csv", ".xlsx"}:
        raise TanluError("TL237", value=made.suffix, column="format", told=".csv, .xlsx")
    with guarded(made):
        if made.suffix == ".csv":
            with made.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
        else:
            _write(made, rows)
    return made


def _write(path: Path, rows: list[list[str]]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("factors 因子")
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, cell)
        sheet.freeze_panes(1, 1)


def load(path: Path) -> Imported:
    """Give the factors of a filled template.

    Raises
    ------
    TanluError
        TL220 for a file that is no table or lacks the needed columns.
    """
    sheet, rows = _rows(path)
    remark = pl.col("activity").str.starts_with("#").fill_null(value=False)
    empty = pl.all_horizontal(pl.col(name).is_null() for name in _columns())
    told = rows.filter(~remark & ~empty)
    checked = _sourced(_told(_worded(_numbered(faultless(told)))), path)
    made = _converted(checked.with_columns(pl.lit(sheet).alias("_sheet")))
    return settled(
        made.with_columns(co2e_published=pl.col("co2e")),
        _pack(path),
        _sources(made, path),
        blank=rows.height - told.height,
        lines_in=rows.height,
    )


def _rows(path: Path) -> tuple[str | None, pl.DataFrame]:
    if path.suffix.casefold() in {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"}:
        name = sheet_names(path)[0]
        sheet = sheet_of(path, name)
        cells = [each for each in sheet.text.columns if each != "_line"]
        shown = sheet.text.select(
            "_line",
            *(
                pl.coalesce(decimals.kept(sheet.numbers[each]), pl.col(each).str.strip_chars())
                .replace("", None)
                .alias(each)
                for each in cells
            ),
        )
        heads = {each: (shown[each][0] or "").strip() for each in cells} if shown.height else {}
        frame = shown.slice(1).rename(
            {each: head for each, head in heads.items() if list(heads.values()).count(head) == 1}
        )
    else:
        name, frame = "", table(path)
    named = {**{row["zh"]: key for key, row in _columns().items()}, **{k: k for k in _columns()}}
    kept = {head: named[head] for head in frame.columns if head in named}
    if not {"activity", "denominator"} <= set(kept.values()):
        raise TanluError("TL220", value=path.name, why="its headings are not those of the template")
    chosen = frame.select("_line", *(pl.col(old).alias(new) for old, new in kept.items()))
    absent = [
        pl.lit(None, pl.String).alias(each) for each in _columns() if each not in chosen.columns
    ]
    return name or None, chosen.with_columns(absent)


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """Refuse what is no number, negative, or a zero where nothing is known."""
    for name in AMOUNTS:
        read = rows.with_columns(decimals.numbers(rows[name]).alias("_read"))
        number = pl.col("_read").cast(pl.Float64, strict=False)
        wrong = pl.col(name).is_not_null() & pl.col("_read").is_null()
        avoided = pl.col("boundary") == "avoided"
        rows = (
            read.with_columns(fault("TL224", name, wrong, pl.col(name), pl.lit(name)))
            .with_columns(
                fault("TL229", name, (number < 0) & avoided.not_().fill_null(value=True),
                      pl.col(name), pl.lit("avoided"))
            )
            .with_columns(pl.col("_read").alias(name))
            .drop("_read")
        )  # fmt: skip
    whole = pl.coalesce("co2e", "value", *GASES).cast(pl.Float64, strict=False)
    zero = (whole == 0) & pl.col("note").is_null() & pl.col("derivation").is_null()
    return rows.with_columns(fault("TL228", "co2e", zero, pl.lit("0"), pl.lit("column note, 备注")))


def _worded(rows: pl.DataFrame) -> pl.DataFrame:
    """Refuse words that the house does not have, with the nearest that it has."""
    vocabulary: dict[str, Iterable[str]] = {
        "activity": kinds.leaves(),
        "boundary": words.vocabulary("boundary"),
        "method": words.vocabulary("method"),
        "status": STATUS,
        "gwp_set": SETS,
        **{facet: words.vocabulary(facet) for facet in taxonomy.FACETS},
    }
    for name in NEEDED:
        rows = rows.with_columns(
            fault("TL230", name, pl.col(name).is_null(), pl.lit(""), pl.lit(name))
        )
    for name, known in vocabulary.items():
        held = list(known)
        lost = [each for each in rows[name].drop_nulls().unique() if each not in held]
        near = {each: words.nearest(each, held) for each in lost}
        told = pl.col(name).replace_strict(near, default=None, return_dtype=pl.String)
        rows = rows.with_columns(fault("TL234", name, pl.col(name).is_in(lost), pl.col(name), told))
    return _dated(_placed(rows))


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """Refuse an emission without gas or CO2e, an energy counted in kilograms, and a wrong end."""
    energy = pl.col("boundary") == "energy"
    bare = pl.all_horizontal(pl.col(name).is_null() for name in ("co2e", *GASES)) & ~energy
    power = pl.col("activity").str.starts_with("energy.")
    below, above = (rows[name].drop_nulls().unique() for name in ("denominator", "numerator"))
    counted = [each for each in below if grams.form(each) != "mj"]
    massless = [each for each in above if not grams.counts(each, "kg")]
    unpowered = [each for each in above if not grams.counts(each, "MJ")]
    odd = (pl.col("numerator").is_in(massless) & ~energy) | (
        pl.col("numerator").is_in(unpowered) & energy
    )
    early = pl.col("valid_to") <= pl.col("valid_from")
    return (
        rows.with_columns(fault("TL230", "co2e", bare, pl.col("value"), pl.lit("co2e")))
        .with_columns(
            fault("TL237", "denominator", power & pl.col("denominator").is_in(counted),
                  pl.col("denominator"), pl.lit("kWh, MJ, GJ"))
        )
        .with_columns(fault("TL237", "numerator", odd, pl.col("numerator"), pl.lit("kg, MJ")))
        .with_columns(
            fault("TL237", "valid_to", early, pl.col("valid_to"), pl.col("valid_from"))
        )
    )  # fmt: skip


def _placed(rows: pl.DataFrame) -> pl.DataFrame:
    different = rows["place"].drop_nulls().unique().to_list()
    codes = {each: words.region_of(each) for each in different}
    code = pl.col("place").replace_strict(codes, default=None, return_dtype=pl.String)
    unknown = pl.col("place").is_not_null() & code.is_null()
    return rows.with_columns(
        fault("TL231", "place", unknown, pl.col("place"), pl.lit("CN, CN-GD, CN-GRID-EAST, GLO"))
    ).with_columns(place=code)


def _dated(rows: pl.DataFrame) -> pl.DataFrame:
    year = pl.col("data_year").str.contains(r"^(19|20)\d\d$")
    rows = rows.with_columns(
        fault("TL237", "data_year", ~year, pl.col("data_year"), pl.lit("2025"))
    )
    for name in ("valid_from", "valid_to", "source_published"):
        wrong = pl.col(name).str.to_date("%Y-%m-%d", strict=False).is_null()
        rows = rows.with_columns(
            fault("TL237", name, pl.col(name).is_not_null() & wrong, pl.col(name),
                  pl.lit("2025-01-01"))
        )  # fmt: skip
    start = pl.concat_str("data_year", pl.lit("-01-01"))
    return rows.with_columns(
        valid_from=pl.coalesce("valid_from", start),
        status=pl.col("status").fill_null("official"),
        form=pl.lit("scalar"),
        numerator=pl.col("numerator").fill_null("kg"),
    )


def _sourced(rows: pl.DataFrame, path: Path) -> pl.DataFrame:
    nobody = pl.col("source_title").is_null()
    known = rows.with_columns(
        fault("TL238", "source_title", nobody, pl.lit(""), pl.lit("source_title"))
    )
    title = pl.concat_str("source_title", pl.col("source_doc_no").fill_null(""), separator="|")
    return known.with_columns(
        source_id=pl.concat_str(
            pl.lit(f"own-{_slug(path)}-"), title.rank("dense").cast(pl.Int64).cast(pl.String)
        )
    )


def _converted(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the units of the house: amounts are changed exactly, the published one is told."""
    pairs = rows.select("numerator", "denominator").unique().rows()
    units = {pair: _factor(*pair) for pair in pairs}
    parts: list[pl.DataFrame] = []
    for (top, bottom), found in units.items():
        here = rows.filter(
            pl.col("numerator").eq_missing(pl.lit(top))
            & pl.col("denominator").eq_missing(pl.lit(bottom))
        )
        if isinstance(found, str):
            wrong = pl.lit(top if found == "numerator" else bottom)
            near = pl.lit(words.near_unit(top if found == "numerator" else bottom))
            unit = fault("TL225", found, pl.lit(value=True), wrong, near)
            parts.append(here.with_columns(unit))
            continue
        numerator, denominator, factor = found
        changed = [decimals.scaled(here[name], factor).alias(name) for name in AMOUNTS]
        said = pl.concat_str(
            pl.lit("published "), pl.coalesce("co2e", "value", *GASES), pl.lit(f" {top}/{bottom}")
        )
        told = pl.lit(None, pl.String) if factor == 1 else said
        parts.append(
            here.with_columns(derivation=pl.coalesce("derivation", told)).with_columns(
                *changed,
                numerator=pl.lit(numerator),
                denominator=pl.lit(denominator),
            )
        )
    return pl.concat(parts).sort("_line") if parts else rows


def _factor(top: str | None, bottom: str | None) -> tuple[str, str, Fraction] | str:
    above, below = words.canonical(top), words.canonical(bottom)
    if above is None or above[0] not in {*NUMERATORS, "t", "GJ"}:
        return "numerator"
    if below is None:
        return "denominator"
    name, factor = above
    if name in {"t", "GJ"}:
        name, factor = {"t": "kg", "GJ": "MJ"}[name], factor * 1000
    return name, below[0], factor / below[1]


def _slug(path: Path) -> str:
    plain = "".join(sign if sign.isalnum() else "-" for sign in path.stem.casefold())
    return plain.strip("-")[:40] or "own"


def _pack(path: Path) -> dict[str, str]:
    return {
        "pack_id": f"own-{_slug(path)}",
        "semver": "1.0.0",
        "title": f"Own factors of {path.name}",
        "title_zh": f"自有因子：{path.name}",
        "licence": "see each source",
        "attribution": "",
    }


def _sources(rows: pl.DataFrame, path: Path) -> list[dict[str, str]]:
    names = ("title", "publisher", "doc_no", "published")
    told = rows.filter(pl.col("source_title").is_not_null()).unique(
        "source_id", keep="first", maintain_order=True
    )
    found = [
        {
            "source_id": row["source_id"],
            **{name: row[f"source_{name}"] or "" for name in names},
            "licence": row["licence"] or "",
            "redistribution": row["redistribution"] or "private",
            "attribution": row["source_publisher"] or "",
        }
        for row in told.iter_rows(named=True)
    ]
    empty = {"source_id": f"own-{_slug(path)}-1", **dict.fromkeys(names, ""), "licence": ""}
    return found or [{**empty, "redistribution": "private", "attribution": ""}]
