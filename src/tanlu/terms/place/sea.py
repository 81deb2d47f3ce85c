"""Sea distances over a real network of shipping lanes, with the passages on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.terms.place.circle import great_circle_m
from tanlu.terms.place.near import nearest_of
from tanlu.terms.place.tables import packed
from tanlu.terms.place.ways import passages, way

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl

ENDS = ("origin", "destination")
PAIR = [f"{end}_{axis}_e7" for end in ENDS for axis in ("lat", "lon")]
# the network holds it, but no ship of a liner service takes it: it must be opened by name
ARCTIC = "northwest"
# farther from the sea than this is no seaport: the answer is null, and the caller adds a leg
REACH_M = 250_000


def sea_route(
    pairs: pl.DataFrame, avoid: Collection[str] = (ARCTIC,), *, arctic: bool = False
) -> pl.DataFrame:
    """Give the shortest way by sea for each pair of places.

    The way goes from the origin straight to the nearest node of the network, over its shortest
    path, and straight to the destination; both straight ends are part of the distance. Each
    distinct pair is searched once.

    Parameters
    ----------
    pairs
        ``origin_lat_e7``, ``origin_lon_e7``, ``destination_lat_e7``, ``destination_lon_e7``.
    avoid
        Passages that are closed, such as ``suez`` or ``panama``. The Northwest Passage stays
        closed whatever else is named here.
    arctic
        Open the Northwest Passage.

    Returns
    -------
    DataFrame
        In the order of ``pairs``: ``distance_m`` [m], ``passages`` in the order of travel joined
        with ``,`` (empty for none), ``snap_m`` the two straight ends together [m]. Distance and
        passages are null where there is no way or an end lies more than 250 km from the sea.

    Raises
    ------
    TanluError
        TL117 when a passage is not known.

    References
    ----------
    Dijkstra, A note on two problems in connexion with graphs, Numer. Math. 1 (1959) 269; the
    network: Eurostat SeaRoute marnet, see ``data/SOURCES.csv``.
    """
    import polars as pl

    closed = _closed(avoid, arctic=arctic)
    here = pairs.select(pl.col(PAIR).cast(pl.Int64))
    distinct = _snapped(here.drop_nulls().unique(maintain_order=True))
    nodes = distinct.select("origin_node", "destination_node").iter_rows()
    ways = [way(start, end, closed) or (None, ()) for start, end in nodes]
    measured = distinct.with_columns(
        pl.Series("way_m", [metres for metres, _ in ways], pl.Int64),
        pl.Series("passages", [",".join(named) for _, named in ways], pl.String),
    )
    return here.join(_whole(measured), on=PAIR, how="left", maintain_order="left").drop(PAIR)


def _closed(avoid: Collection[str], *, arctic: bool) -> frozenset[str]:
    named = frozenset([avoid] if isinstance(avoid, str) else avoid)
    unknown = named - passages()
    if unknown:
        raise TanluError("TL117", value=min(unknown), choices=", ".join(sorted(passages())))
    return named - {ARCTIC} if arctic else named | {ARCTIC}


def _snapped(pairs: pl.DataFrame) -> pl.DataFrame:
    """Add ``origin_node``, ``origin_snap_m`` and the same of the destination."""
    import polars as pl

    nodes = packed("sea_nodes.parquet")
    for end in ENDS:
        places = pairs.select(lat_e7=f"{end}_lat_e7", lon_e7=f"{end}_lon_e7")
        near = nearest_of(places, nodes).select(
            pl.col("found").alias(f"{end}_node"), pl.col("distance_m").alias(f"{end}_snap_m")
        )
        pairs = pairs.hstack(near)
    return pairs


def _whole(measured: pl.DataFrame) -> pl.DataFrame:
    """Join the way and its ends; places at one node go straight to each other."""
    import polars as pl

    start, end = pl.col("origin_snap_m"), pl.col("destination_snap_m")
    near = pl.max_horizontal(start, end) <= REACH_M
    straight = pl.col("origin_node") == pl.col("destination_node")
    metres = pl.when(straight).then(great_circle_m(*map(pl.col, PAIR)))
    return measured.select(
        *PAIR,
        distance_m=pl.when(near).then(metres.otherwise(pl.col("way_m") + start + end)),
        passages=pl.when(near & pl.col("way_m").is_not_null()).then("passages"),
        snap_m=start + end,
    )
