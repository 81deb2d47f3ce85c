"""All the keys under which a place is looked up, and what is known of each place."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tanlu.terms.place.names.folding import folded
from tanlu.terms.place.tables import airports, cities, countries, packed, points, provinces, regions

if TYPE_CHECKING:
    import polars as pl

# the order in which a name is read when several kinds of places have it
KINDS = ("country", "region", "city", "port", "airport", "rail", "icd", "point")
FUNCTIONS = {"port": 1, "rail": 2, "icd": 4}
# areas of ISO 3166-1 that are regions of China, known under both codes
OWN = ("HK", "MO", "TW")
FACTS = ["kind", "code", "country", "region", "lat_e7", "lon_e7", "name", "name_zh", "weight"]
STEP = 4  # a port one class larger weighs four times as much


@cache
def facts() -> pl.DataFrame:
    """Give every place once for each kind that it is.

    Returns
    -------
    DataFrame
        ``kind``, ``code``, ``country`` (ISO 3166-1), ``region`` (ISO 3166-2), ``lat_e7``,
        ``lon_e7`` [1e-7 °], ``name``, ``name_zh`` and ``weight``, comparable within a kind: the
        population of a city, four to the power of the size of a port or airport, else 1.
    """
    import polars as pl

    frames = [_countries(), _regions(), _cities(), _airports(), *_points()]
    return pl.concat([frame.select(_typed()) for frame in frames])


def _typed() -> list[pl.Expr]:
    import polars as pl

    whole = {"lat_e7", "lon_e7", "weight"}
    return [pl.col(name).cast(pl.Int64 if name in whole else pl.String) for name in FACTS]


def _countries() -> pl.DataFrame:
    import polars as pl

    return (
        countries()
        .filter(~pl.col("code").is_in(OWN))
        .with_columns(
            kind=pl.lit("country"),
            country="code",
            region=pl.lit(None, pl.String),
            weight=pl.lit(1),
        )
    )


def _regions() -> pl.DataFrame:
    """Provinces of China at their capital; others in the middle of their UN/LOCODE places."""
    import polars as pl

    china = provinces().with_columns(kind=pl.lit("region"), region="code", weight=pl.lit(1))
    named = regions().select("code", "name", "name_zh")
    others = (
        points()
        .filter(pl.col("region").is_not_null() & ~pl.col("country").is_in(["CN", *OWN]))
        .group_by("region", "country", maintain_order=True)
        .agg(pl.col("lat_e7", "lon_e7").median())
        .join(named.rename({"code": "region"}), on="region", how="left", maintain_order="left")
        .with_columns(
            kind=pl.lit("region"),
            code="region",
            lat_e7=(pl.col("lat_e7") + 0.5).floor(),
            lon_e7=(pl.col("lon_e7") + 0.5).floor(),
            name=pl.coalesce("name", "region"),
            weight=pl.lit(1),
        )
    )
    return pl.concat([china.select(_typed()), others.select(_typed())])


def _cities() -> pl.DataFrame:
    import polars as pl

    return cities().with_columns(kind=pl.lit("city"), weight="population")


def _airports() -> pl.DataFrame:
    import polars as pl

    return airports().with_columns(kind=pl.lit("airport"), weight=_by_size())


def _points() -> list[pl.DataFrame]:
    import polars as pl

    asked = {
        kind: (pl.col("functions") & bit) > 0 for kind, bit in FUNCTIONS.items()
    } | {"point": (pl.col("functions") & sum(FUNCTIONS.values())) == 0}  # fmt: skip
    return [
        points().filter(held).with_columns(kind=pl.lit(kind), weight=_by_size())
        for kind, held in asked.items()
    ]


def _by_size() -> pl.Expr:
    import polars as pl

    return pl.lit(STEP).pow(pl.col("size").cast(pl.Int64))


@cache
def by_code() -> pl.DataFrame:
    """Give ``key`` (letters and digits of the code, small), ``form`` of the code, kind and code.

    Forms: ``iso`` ISO 3166-1 (2 or 3 letters), ``region`` ISO 3166-2, ``locode``, ``iata``,
    ``icao``, ``city`` (GeoNames number).
    """
    import polars as pl

    long = countries().filter(~pl.col("code").is_in(OWN))
    three = long.select(text="code3", form=pl.lit("iso"), kind=pl.lit("country"), code="code")
    own = pl.DataFrame(
        [(text, "iso", "region", f"CN-{code}") for code, text in _own_codes()],
        ["text", "form", "kind", "code"],
        orient="row",
    )
    icao = airports().select(text="icao", form=pl.lit("icao"), kind=pl.lit("airport"), code="code")
    forms = {"country": "iso", "region": "region", "city": "city", "airport": "iata"}
    all_ = facts().select(
        text="code",
        form=pl.col("kind").replace_strict(forms, default="locode"),
        kind="kind",
        code="code",
    )
    return (
        pl.concat([all_, three, own, icao])
        .drop_nulls("text")
        .select(key=folded(pl.col("text")), form="form", kind="kind", code="code")
    )


def countries_and_regions() -> pl.DataFrame:
    """Give the facts of countries and regions, which may stand around a name."""
    import polars as pl

    return facts().filter(pl.col("kind").is_in(["country", "region"]))


def _own_codes() -> list[tuple[str, str]]:
    import polars as pl

    rows = countries().filter(pl.col("code").is_in(OWN)).select("code", "code3").rows()
    return [(code, text) for code, long in rows for text in (code, long)]


@cache
def by_name() -> pl.DataFrame:
    """Give ``key``, ``kind`` and ``code`` of every name, and ``alias``.

    A name of the tables, in English or Chinese, is no ``alias``; what it is called besides is.
    """
    import polars as pl

    told = facts().select("kind", "code", "name", "name_zh")
    full = provinces().select(kind=pl.lit("region"), code="code", name="full_zh")
    names = pl.concat(
        [
            told.select("kind", "code", "name"),
            told.select("kind", "code", name="name_zh"),
            full,
        ]
    ).drop_nulls("name")
    keyed = names.select(key=folded(pl.col("name")), kind="kind", code="code")
    aliases = pl.concat([packed("aliases.parquet"), packed("aliases_city.parquet")])
    own = pl.col("code").is_in(OWN) & (pl.col("kind") == "country")
    kind = pl.when(own | (pl.col("kind") == "province")).then(pl.lit("region")).otherwise("kind")
    moved = aliases.select(
        key="key",
        kind=kind,
        code=pl.when(own).then(pl.lit("CN-") + pl.col("code")).otherwise("code"),
    )
    return (
        pl.concat(
            [
                keyed.with_columns(alias=pl.lit(value=False)),
                moved.with_columns(alias=pl.lit(value=True)),
            ]
        )
        .filter(pl.col("key").str.len_chars() > 1)
        .unique(["key", "kind", "code"], keep="first", maintain_order=True)
    )
