"""Names that are spelled like an unknown one, by the triples of letters that they share."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tanlu.terms.place.names.folding import folded
from tanlu.terms.place.names.reading import meanings

if TYPE_CHECKING:
    import polars as pl

SHOWN = 3
LEAST = 0.4  # share of triples in common, of all triples of both names
LEAST_HAN = 0.3  # of pairs of Chinese characters, as one wrong character of three leaves a third
HAN = r"\p{Han}"


@cache
def _spelled() -> pl.DataFrame:
    """Give ``gram``, ``number`` and ``grams`` of each name, one row for each triple."""
    names = _names().select("number", "key")
    return _grams(names)


@cache
def _names() -> pl.DataFrame:
    import polars as pl

    named = meanings().filter(pl.col("form").is_null())
    return (
        named.sort("rank", -pl.col("weight"), "code")
        .unique(["key", "country"], keep="first", maintain_order=True)
        .select("key", "name", "country", "rank", "weight")
        .with_row_index("number")
    )


def _grams(names: pl.DataFrame) -> pl.DataFrame:
    """Give the triples of a padded key; of Chinese names the pairs."""
    import polars as pl

    padded = pl.format(" {} ", pl.col("key"))
    size = pl.when(pl.col("key").str.contains(HAN)).then(2).otherwise(3)
    starts = pl.int_ranges(0, pl.col("padded").str.len_chars() - pl.col("size") + 1)
    return (
        names.with_columns(padded=padded, size=size)
        .with_columns(at=starts)
        .explode("at")
        .select("number", gram=pl.col("padded").str.slice(pl.col("at"), pl.col("size")))
        .unique()
        .with_columns(grams=pl.len().over("number"))
    )


def alike(texts: pl.DataFrame) -> pl.DataFrame:
    """Give for each text (``row``, ``text``) up to three names spelled like it, as ``alike``."""
    import polars as pl

    if not texts.height:
        return pl.DataFrame(schema={"row": texts.schema["row"], "alike": pl.String})
    asked = _grams(texts.select(number="row", key=folded(pl.col("text")))).rename(
        {"number": "row", "grams": "wanted"}
    )
    shared = pl.len() / (pl.col("grams").first() + pl.col("wanted").first() - pl.len())
    return (
        asked.join(_spelled(), on="gram")
        .group_by("row", "number")
        .agg(shared=shared, han=pl.col("gram").str.contains(HAN).any())
        .filter(pl.col("shared") >= pl.when("han").then(LEAST_HAN).otherwise(LEAST))
        .join(_names(), on="number")
        .sort("row", -pl.col("shared"), "rank", -pl.col("weight"), "number")
        .group_by("row", maintain_order=True)
        .agg(
            alike=pl.format("{}, {}", "name", "country")
            .unique(maintain_order=True)
            .head(SHOWN)
            .str.join("; ")
        )
    )
