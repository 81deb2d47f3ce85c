"""A name and what lies around it: ``Suzhou, Jiangsu``, ``Birmingham (US)``, ``江苏省苏州市``."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from tanlu.terms.place.names.folding import folded
from tanlu.terms.place.names.keys import by_name, countries_and_regions
from tanlu.terms.place.names.reading import candidates
from tanlu.terms.place.tables import provinces, regions

if TYPE_CHECKING:
    import polars as pl

BREAK = "\x1f"
BREAKS = r"\s*[,，、;；|/()（）\[\]]\s*"
WIDE = ("country", "region")


@cache
def around() -> pl.DataFrame:
    """Give ``key``, ``country``, ``region`` of what may stand around a name.

    Countries and regions by name and code, and a region by the end of its code: ``IL`` is Israel
    and, as in ``Chicago, IL``, Illinois.
    """
    import polars as pl

    wide = countries_and_regions()
    region = pl.when(pl.col("kind") == "region").then("code").alias("region")
    known = wide.select("kind", "code", "country", region)
    names = by_name().join(known, on=["kind", "code"])
    codes = known.with_columns(key=folded(pl.col("code")))
    ends = known.drop_nulls("region").with_columns(
        key=folded(pl.col("region").str.split("-").list.last())
    )
    said = (
        regions()
        .drop_nulls("around")
        .select(key=folded(pl.col("around")), country=pl.col("code").str.slice(0, 2), region="code")
    )
    frames = [frame.select("key", "country", "region") for frame in (names, codes, ends, said)]
    return pl.concat(frames).unique(maintain_order=True)


@cache
def _han() -> str:
    """Give the pattern of a Chinese name with the country or province written before it."""
    names = set(provinces()["name_zh"]) | set(provinces()["full_zh"])
    short = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return rf"^(中国|中华人民共和国)?({short})?(省|市)?(\p{{Han}}{{2,}})$"


def fitting(texts: pl.DataFrame, kinds: tuple[str, ...] | None) -> pl.DataFrame:
    """Give the meanings of names in texts (``row``, ``text``) that lie in all that stands around.

    The name stands first or last: ``Shanghai, China`` or ``China, Shanghai``.
    """
    import polars as pl

    split = _split(texts)
    both = pl.concat(
        [
            split.with_columns(
                turn=pl.lit(0, pl.Int8),
                name=pl.col("pieces").list.first(),
                rest=pl.col("pieces").list.slice(1),
            ),
            split.with_columns(
                turn=pl.lit(1, pl.Int8),
                name=pl.col("pieces").list.last(),
                rest=pl.col("pieces").list.head(pl.col("pieces").list.len() - 1),
            ),
        ]
    )
    turn = ["row", "turn"]
    named = candidates(both.select(*turn, text="name"), kinds)
    wanted = (
        both.select(*turn, "rest")
        .explode("rest")
        .with_columns(key=folded(pl.col("rest")), all_=pl.len().over(turn))
        .join(around(), on="key", how="left")
        .select(*turn, "key", "all_", in_country="country", in_region="region")
    )
    within = (pl.col("country") == pl.col("in_country")) & (
        pl.col("in_region").is_null()
        | (pl.col("region") == pl.col("in_region")).fill_null(value=False)
    )
    fits = (
        named.with_row_index("meaning")
        .join(wanted, on=turn)
        .filter(within)
        .group_by("meaning", maintain_order=True)
        .agg(pl.col("key").n_unique() == pl.col("all_").first())
        .filter(pl.col("key"))
    )
    kept = named.with_row_index("meaning").join(fits.select("meaning"), on="meaning", how="semi")
    return (
        kept.filter(pl.col("turn") == pl.col("turn").min().over("row"))
        .with_columns(told=pl.lit(value=False))
        .drop("meaning", "turn")
    )


def _split(texts: pl.DataFrame) -> pl.DataFrame:
    """Give ``row`` and ``pieces``, the texts between breaks or parted after a province."""
    import polars as pl

    parted = texts.with_columns(
        pieces=pl.col("text")
        .str.replace_all(BREAKS, BREAK)
        .str.strip_chars(BREAK)
        .str.split(BREAK)
        .list.eval(pl.element().filter(pl.element() != ""))
    )
    groups = pl.col("text").str.replace_all(r"\s", "").str.extract_groups(_han())
    han = texts.with_columns(
        groups.struct.rename_fields(["land", "region", "_", "name"]).alias("g")
    )
    chinese = han.select(
        "row",
        "text",
        pieces=pl.concat_list(
            pl.col("g").struct.field("name"),
            pl.col("g").struct.field("region"),
            pl.col("g").struct.field("land"),
        ).list.drop_nulls(),
    )
    return (
        pl.concat([parted, chinese]).filter(pl.col("pieces").list.len() > 1).select("row", "pieces")
    )
