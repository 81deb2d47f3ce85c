"""Notices of the Chinese ministry on electricity: CO2 factors and footprint factors, never mixed.

The annex of a notice holds numbered tables whose title says year and family: 电力二氧化碳排放因子
(CO2, by place) or 电力碳足迹因子 (CO2e over the life cycle, by technology).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.factors.importers import words
from tanlu.factors.importers.imported import Imported, fault, faultless, settled
from tanlu.factors.importers.read import guarded, within

__all__ = ["load"]

PAGES = 60
SIZE = 32 << 20
TITLE = re.compile(r"^表\s*(\d+)\s*(20\d\d)\s*年(.+)$")
ROW = re.compile(r"^([一-鿿][一-鿿（）()、]*)\s+(\S+)$")
GRIDS = {
    "华北": "CN-GRID-NORTH", "东北": "CN-GRID-NORTHEAST", "华东": "CN-GRID-EAST",
    "华中": "CN-GRID-CENTRAL", "西北": "CN-GRID-NORTHWEST", "南方": "CN-GRID-SOUTH",
    "西南": "CN-GRID-SOUTHWEST", "全国": "CN",
}  # fmt: skip
WAYS = {
    "燃煤发电": "coal", "燃气发电": "gas", "水力发电": "hydro", "核能发电": "nuclear",
    "风力发电": "wind", "光伏发电": "pv", "光热发电": "csp", "生物质发电": "biomass",
    "输配电": "t_and_d", "输配电（不含线损）": "t_and_d_without_losses",
    "输配电（含线损）": "t_and_d_with_losses",
}  # fmt: skip
CARBON, FOOTPRINT = "二氧化碳排放因子", "碳足迹因子"
LICENCE = "PRC official document"


class Line(NamedTuple):
    """One line of a table: where it stands, the title above it, its name and its number."""

    page: str
    line: int
    table: str
    year: str
    title: str
    name: str
    number: str


def load(path: Path) -> Imported:
    """Give the factors of a notice.

    Raises
    ------
    TanluError
        TL002 without the extra ``factors``, TL220 for a file without such tables.
    """
    within(path, path.stat().st_size, SIZE, "bytes")
    lines = list(_lines(_pages(path)))
    if not lines:
        raise TanluError("TL220", value=path.name, why="it has no table of electricity factors")
    table = pl.DataFrame(lines, schema=list(Line._fields), orient="row")
    rows = faultless(table.rename({"page": "_sheet", "line": "_line"}))
    footprint = bool(rows["title"].str.contains(FOOTPRINT).any())
    source = f"mee-footprint-{rows['year'][0]}" if footprint else f"mee-{rows['year'][0]}"
    return settled(_meant(rows, source), _pack(source, footprint), [_source(source, path)])


def _pages(path: Path) -> list[str]:
    try:
        import pypdf
    except ImportError as error:
        raise TanluError("TL002", value="pypdf", extra="factors") from error
    with guarded(path):
        pages = pypdf.PdfReader(path).pages
        within(path, len(pages), PAGES, "pages")
        return [page.extract_text() for page in pages]


def _lines(pages: list[str]) -> list[Line]:
    """Give the lines of tables; what stands before the first title is none."""
    found: list[Line] = []
    table, year, title, number = "", "", "", 0
    for place, page in enumerate(pages, start=1):
        for raw in page.splitlines():
            number += 1
            line = " ".join(raw.split())
            if head := TITLE.match(line):
                table, year, title = head.groups()
            elif title and (row := ROW.match(line)) and "因子" not in line:
                found.append(Line(f"page {place}", number, table, year, title, *row.groups()))
    return found


def _meant(rows: pl.DataFrame, source: str) -> pl.DataFrame:
    footprint = pl.col("title").str.contains(FOOTPRINT)
    name = pl.col("name").str.replace_all(r"\(", "（").str.replace_all(r"\)", "）")
    ways = name.replace_strict(WAYS, default=None)
    provinces = {each: words.region_of(each) for each in rows["name"].unique() if each not in GRIDS}
    place = pl.col("name").replace_strict({**provinces, **GRIDS}, default=None)
    number = pl.col("number").str.contains(r"^\d+\.\d+$")
    residual = pl.col("title").str.contains("不包括")
    fossil = pl.col("title").str.contains("化石能源电力") & ~residual
    told = rows.with_columns(
        activity=pl.lit("energy.electricity"),
        energy_carrier=pl.lit("electricity"),
        technology=pl.when(footprint).then(ways).when(residual).then(pl.lit("residual"))
        .when(fossil).then(pl.lit("fossil")),
        place=pl.when(footprint).then(pl.lit("CN")).otherwise(place),
        boundary=pl.when(~footprint).then(pl.lit("generation"))
        .when(ways.str.starts_with("t_and_d")).then(pl.lit("t_and_d"))
        .otherwise(pl.lit("cradle_grave")),
        method=pl.when(footprint).then(pl.lit("footprint"))
        .when(residual | fossil).then(pl.lit("market")).otherwise(pl.lit("location")),
        co2_fossil=pl.when(~footprint & number).then(pl.col("number")),
        co2e_published=pl.when(footprint & number).then(pl.col("number")),
        gwp_set=pl.when(footprint).then(pl.lit("AR6")),
        clause=pl.format("annex, table {}: {}", "table", "name"),
        valid_from=pl.format("{}-01-01", "year"),
        valid_to=pl.format("{}-01-01", pl.col("year").cast(pl.Int64) + 1),
        data_year=pl.col("year"),
        form=pl.lit("scalar"), numerator=pl.lit("kg"), denominator=pl.lit("kWh"),
        status=pl.lit("official"), source_id=pl.lit(source),
    )  # fmt: skip
    known = pl.lit(", ".join(WAYS))
    lost = footprint & pl.col("technology").is_null() & (pl.col("name") != "全国")
    strange = ~pl.col("title").str.contains(f"{CARBON}|{FOOTPRINT}")
    for faults in (
        fault("TL236", "title", strange, pl.col("title"), pl.lit(f"{CARBON}, {FOOTPRINT}")),
        fault("TL224", "number", ~number, pl.col("number"), pl.lit("number")),
        fault("TL234", "technology", lost, pl.col("name"), known),
        fault(
            "TL231", "name", pl.col("place").is_null(), pl.col("name"), pl.lit("全国, 华北, 广东")
        ),
    ):
        told = told.with_columns(faults)
    return told


def _pack(source: str, footprint: bool) -> dict[str, str]:
    year = source[-4:]
    family, family_zh = ("carbon footprint", "碳足迹") if footprint else ("CO2", "二氧化碳排放")
    return {
        "pack_id": f"cn-{source}",
        "semver": "1.0.0",
        "title": f"China electricity, {family} factors {year}",
        "title_zh": f"中国 {year} 年电力{family_zh}因子",
        "licence": LICENCE,
        "attribution": "生态环境部、国家统计局",
    }


def _source(source: str, path: Path) -> dict[str, str]:
    footprint = "footprint" in source
    return {
        "source_id": source,
        "title": f"{source[-4:]}年电力{'碳足迹' if footprint else '二氧化碳排放'}因子",
        "publisher": "MEE, NBS and NEA" if footprint else "MEE and NBS",
        "doc_no": path.name,
        "published": "",
        "licence": LICENCE,
        "redistribution": "yes",
        "attribution": "生态环境部、国家统计局",
    }
