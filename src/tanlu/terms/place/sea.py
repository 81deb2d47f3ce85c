"""Sea distances over a real network of shipping lanes, with the passages on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.terms.place.circle import great_circle_m
from tanlu.terms.place.near import nearest_of
from tanlu.terms.place.tables import packed
from tanlu.terms.place.ways import Way, nodes, passages, roots, way

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl

ENDS = ("origin", "destination")
PAIR = [f"{end}_{axis}_e7" for end in ENDS for axis in ("lat", "lon")]
# the network holds it, but no ship of a liner service takes it: it must be opened by name
ARCTIC = "northwest"
# farther from the sea than this is no seaport: the answer is null, and the caller adds a leg
REACH_M = 250_000
MOST = 3  # passages asked for at once


def sea_route(
    pairs: pl.DataFrame,
    *,
    avoid: Collection[str] = (),
    through: Collection[str] = (),
    arctic: bool = False,
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
        Passages that are closed, such as ``suez`` or ``panama``. Without Suez the way from China
        to Europe is by Panama; close both for the Cape. The Northwest Passage stays closed
        whatever is named here.
    through
        Passages that the way takes from end to end, in whichever order is the shortest; three at
        most.
    arctic
        Open the Northwest Passage.

    Returns
    -------
    DataFrame
        In the order of ``pairs``: ``distance_m`` [m], ``via`` the passages in the order of travel
        joined with ``,`` (empty for none), ``snap_m`` the two straight ends together [m]. Distance
        and ``via`` are null where there is no way or an end lies more than 250 km from the sea.

    Raises
    ------
    TanluError
        TL117 when a passage is not known, or is both closed and asked for.

    References
    ----------
    Dijkstra, A note on two problems in connexion with graphs, Numer. Math. 1 (1959) 269; the
    network: Eurostat SeaRoute marnet, see ``data/SOURCES.csv``.
    """
    import polars as pl

    wanted = _known(through)
    closed = _closed(avoid, arctic=arctic or ARCTIC in wanted)
    _possible(closed, wanted)
    here = pairs.select(pl.col(PAIR).cast(pl.Int64))
    distinct = _snapped(here.drop_nulls().unique(maintain_order=True))
    order = tuple(sorted(wanted))
    pairs_ = list(distinct.select("origin_node", "destination_node").iter_rows())
    ways = [
        _way(pair, root, closed, order) for pair, root in zip(pairs_, roots(pairs_), strict=True)
    ]
    measured = distinct.with_columns(
        pl.Series("way_m", [found.distance_m if found else None for found in ways], pl.Int64),
        pl.Series(
            "via", [",".join(found.passages) if found else None for found in ways], pl.String
        ),
    )
    whole = _whole(measured, straight=not wanted)
    return here.join(whole, on=PAIR, how="left", maintain_order="left").drop(PAIR)


def sea_path(
    origin: tuple[int, int], destination: tuple[int, int], *, avoid: Collection[str] = ()
) -> pl.DataFrame:
    """Give the places of the shortest way by sea between two places.

    Parameters
    ----------
    origin, destination
        Latitude and longitude [1e-7 °].
    avoid
        Passages that are closed, as in ``sea_route``.

    Returns
    -------
    DataFrame
        ``lat_e7``, ``lon_e7`` [1e-7 °]: the origin, the nodes of the network, the destination.
        Empty where there is no way.

    Raises
    ------
    TanluError
        TL117 when a passage is not known.
    """
    import polars as pl

    table = packed("sea_nodes.parquet").select(pl.col("lat_e7", "lon_e7").cast(pl.Int64))
    ends = pl.DataFrame([origin, destination], schema=table.schema, orient="row")
    first, last = nearest_of(ends, table)["found"].to_list()
    found = nodes(first, last, _closed(avoid, arctic=False))
    if found is None:
        return table.clear()
    return pl.concat([ends.head(1), table[found], ends.tail(1)])


def _way(
    pair: tuple[int, int], root: tuple[int, int], closed: frozenset[str], order: tuple[str, ...]
) -> Way | None:
    """Give the way of a pair, its passages in the order of travel whichever end was the root."""
    found = way(*root, closed, order)
    if found is None or root == pair:
        return found
    return Way(found.distance_m, found.passages[::-1])


def _closed(avoid: Collection[str], *, arctic: bool) -> frozenset[str]:
    named = _known(avoid)
    return named if arctic else named | {ARCTIC}


def _known(names: Collection[str]) -> frozenset[str]:
    named = frozenset([names] if isinstance(names, str) else names)
    for name in sorted(named - passages()):
        _refuse(name)
    return named


def _possible(closed: frozenset[str], wanted: frozenset[str]) -> None:
    for name in sorted(closed & wanted):
        _refuse(name)
    if len(wanted) > MOST:
        _refuse(",".join(sorted(wanted)))


def _refuse(name: str) -> None:
    raise TanluError("TL117", value=name, choices=", ".join(sorted(passages())))


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


def _whole(measured: pl.DataFrame, *, straight: bool) -> pl.DataFrame:
    """Join the way and its ends; places at one node go straight to each other."""
    import polars as pl

    start, end = pl.col("origin_snap_m"), pl.col("destination_snap_m")
    near = pl.max_horizontal(start, end) <= REACH_M
    one = (pl.col("origin_node") == pl.col("destination_node")) & straight
    metres = pl.when(one).then(great_circle_m(*map(pl.col, PAIR)))
    return measured.select(
        *PAIR,
        distance_m=pl.when(near).then(metres.otherwise(pl.col("way_m") + start + end)),
        via=pl.when(near).then("via"),
        snap_m=start + end,
    )
