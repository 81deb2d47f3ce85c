"""Find places by what people write: codes, names in English and Chinese, ``City, Country``.

What is not known, or can mean several places, is null with a code and with near names; a place is
never guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.terms.place.names.choosing import chosen
from tanlu.terms.place.names.keys import KINDS
from tanlu.terms.place.names.likeness import alike
from tanlu.terms.place.names.pieces import fitting
from tanlu.terms.place.names.reading import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

ANSWER = [
    "code", "kind", "country", "region", "lat_e7", "lon_e7", "name", "name_zh", "fault", "near",
]  # fmt: skip
SUGGESTED = 200  # distinct unknown texts that get suggestions; a longer list is no mistyping


def locate(names: pl.Series, *, kinds: Sequence[str] | None = None) -> pl.DataFrame:
    """Give the place that each code or name means.

    Read are ISO 3166-1 (``DE``, ``DEU``) and 3166-2 (``CN-SH``), UN/LOCODE (``CNSHA``,
    ``CN SHA``), IATA and ICAO codes of airports, GeoNames numbers (``GN1796236``), names of
    countries, regions, cities, ports, airports and terminals in English and Chinese, and a name
    with the country or region around it: ``Suzhou, Jiangsu``, ``Birmingham (US)``,
    ``江苏省苏州市``. Case, accents, spaces and punctuation do not matter.

    A name means the first kind that has it. Two places of that kind more than 50 km apart make it
    ambiguous, unless one weighs ten times as much as all others: the population of a city (Paris
    in France), two classes of size of a port or airport. A text in capitals that is both a code
    and the name of a place elsewhere is ambiguous.

    Parameters
    ----------
    names
        Texts; null and blank stay null.
    kinds
        The kinds looked for, the preferred first: ``country``, ``region``, ``city``, ``port``,
        ``airport``, ``rail``, ``icd``, ``point``. All by default, in this order; if told, a code
        with several meanings means the first of them too.

    Returns
    -------
    DataFrame
        In the order of ``names``: ``code``, ``kind``, ``country`` (ISO 3166-1), ``region`` (ISO
        3166-2, null where not known), ``lat_e7``, ``lon_e7`` [1e-7 °], ``name``, ``name_zh``;
        ``fault`` TL116 for an unknown and TL118 for an ambiguous text, ``near`` what it may mean,
        joined by ``; `` (for the first 200 distinct unknown texts).

    Raises
    ------
    TanluError
        TL117 when a kind is none of these.
    """
    import polars as pl

    for kind in kinds or ():
        if kind not in KINDS:
            raise TanluError("TL117", value=kind, choices=", ".join(KINDS))
    bare = names.cast(pl.String).str.strip_chars().alias("text").to_frame()
    text = bare.select(pl.when(pl.col("text") != "").then("text"))
    distinct = text.drop_nulls().unique(maintain_order=True).with_row_index("row")
    found = _found(distinct, tuple(kinds) if kinds else None)
    return text.join(found, on="text", how="left", maintain_order="left").select(ANSWER)


def _found(texts: pl.DataFrame, kinds: tuple[str, ...] | None) -> pl.DataFrame:
    """Give the answer for distinct texts: read whole, then in pieces, then what is alike."""
    import polars as pl

    whole = chosen(read(texts, kinds), by_order=kinds is not None)
    rest = texts.join(whole, on="row", how="anti")
    parts = chosen(fitting(rest, kinds), by_order=kinds is not None)
    found = texts.join(pl.concat([whole, parts]), on="row", how="left", maintain_order="left")
    unknown = found.filter(pl.col("kind").is_null() & pl.col("fault").is_null())
    near = alike(unknown.select("row", "text").head(SUGGESTED))
    return found.join(near, on="row", how="left", maintain_order="left").with_columns(
        fault=pl.when(pl.col("kind").is_null()).then(pl.coalesce("fault", pl.lit("TL116"))),
        near=pl.coalesce("near", "alike"),
    )
