"""Nodes: the places of a subject one after another, from its legs, its events and its tracks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.store.index import find
from tanlu.track.trace.proofs import PLACE
from tanlu.track.trace.traced import types

if TYPE_CHECKING:
    import polars as pl

__all__ = ["nodes"]

# two points in one cell of a thousandth of a degree are one place, where no code tells
CELL_E7 = 10_000
# what a track says of a node; scans and waybills claim no error
SEEN = ["at", "place", "step", "device"]
ERRORS = ("probability_ppm", "arrival_sigma_us", "departure_sigma_us", "sigma_mm")
OF_LEGS = (
    "relation", "kind", "number", "place", "origin", "origin_lat_e7", "origin_lon_e7",
    "destination", "destination_lat_e7", "destination_lon_e7", "start", "end", "source_device",
)  # fmt: skip


def nodes(workspace: Any, subject: str, legs: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """Give where the subject was: ``kind`` origin, transfer, hub, destination or seen.

    A place that one leg reaches and the next leaves is one node with its dwell; where an event
    saw the subject is a node of its own, with its business step; ``told_by`` says which it is of.
    """
    import polars as pl

    own = [
        leg
        for leg in legs.select(OF_LEGS).iter_rows(named=True)
        if leg["relation"] == "self" and (leg["kind"] or "").startswith(("transport.", "hub."))
    ]
    found = [_from_legs(own)]
    if workspace.parts("event", as_of):
        found.append(_seen(workspace, subject, as_of))
    if workspace.parts("node", as_of):
        found.append(_from_tracks(workspace, own, as_of))
    both = pl.concat((each.lazy() for each in found), how="diagonal").sort(
        pl.col("arrival").fill_null(pl.col("departure")), "departure", maintain_order=True
    )
    numbered = both.with_columns(
        thing=pl.lit(subject), number=pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    )
    return numbered.select(list(types("nodes"))).collect()


def _from_legs(own: list[dict[str, Any]]) -> pl.DataFrame:
    """Give the places of the legs: what follows one another at one place is one node."""
    import polars as pl

    # a trace has 5,000 legs at most: a walk is faster than a plan of columns
    met: list[dict[str, Any]] = []
    last: object = None
    for leg in own:
        for name in ("origin", "destination"):
            end = _end(leg, name)
            if end["place"] is None and end["lat_e7"] is None:
                continue
            where = end["place"] if end["place"] is not None else _cell(end)
            if not met or where != last:
                met.append(dict.fromkeys(end))
                met[-1]["hub"] = False
            last = where
            _join(met[-1], end)
    for at, node in enumerate(met):
        between = "hub" if node.pop("hub") else "transfer"
        node["kind"] = "origin" if at == 0 else "destination" if at == len(met) - 1 else between
        node |= {"step": None, "told_by": "legs"}
    wanted = types("nodes")
    names = [name for name in wanted if name not in ("thing", "number")]
    return pl.DataFrame(met, schema={name: wanted[name] for name in names})


def _end(leg: dict[str, Any], name: str) -> dict[str, Any]:
    """Give one end of a leg: when goods came to it and when they left, as far as the leg tells."""
    hub = leg["kind"].startswith("hub.")
    place = leg[name]
    at = leg["start" if name == "origin" else "end"]
    return {
        "place": leg["place"] if place is None and hub else place,
        "lat_e7": leg[f"{name}_lat_e7"], "lon_e7": leg[f"{name}_lon_e7"],
        "arrival": at if hub or name == "destination" else None,
        "departure": at if hub or name == "origin" else None, "hub": hub,
    }  # fmt: skip


def _join(node: dict[str, Any], end: dict[str, Any]) -> None:
    """Take one more end of a leg into the node where it lies."""
    for name in ("place", "lat_e7", "lon_e7"):
        node[name] = end[name] if node[name] is None else node[name]
    for name, which in (("arrival", min), ("departure", max)):
        known = [each for each in (node[name], end[name]) if each is not None]
        node[name] = which(known, default=None)
    node["hub"] = node["hub"] or end["hub"]


def _cell(end: dict[str, Any]) -> tuple[int, int] | None:
    lat, lon = end["lat_e7"], end["lon_e7"]
    return None if lon is None else (lat // CELL_E7, lon // CELL_E7)


def _seen(workspace: Any, subject: str, as_of: int) -> pl.DataFrame:
    import polars as pl

    columns = ("event_id", *SEEN)
    rows = find(workspace, "event", {"subject": [subject]}, columns=columns, as_of=as_of,
                placed=True)  # fmt: skip
    none = pl.lit(None, pl.Int64)
    return rows.unique(SEEN, keep="first", maintain_order=True).select(
        "place", none.alias("lat_e7"), none.alias("lon_e7"), pl.col("at").alias("arrival"),
        pl.col("at").alias("departure"), pl.lit("seen").alias("kind"), "step",
        pl.lit("event").alias("told_by"), pl.col("event_id").alias("id"), *_row(),
    )  # fmt: skip


def _from_tracks(workspace: Any, own: list[dict[str, Any]], as_of: int) -> pl.DataFrame:
    """Give the nodes that the devices of the legs met on their way."""
    import polars as pl

    # between two legs a device may have been with another's goods
    spans = [
        (leg["source_device"], leg["start"], leg["end"])
        for leg in own
        if leg["source_device"] is not None
    ]
    kinds = {"device": pl.String, "start": pl.Int64, "end": pl.Int64}
    columns = ("node_id", "device", "place", "lat_e7", "lon_e7", "arrival", "departure", "kind",
               *ERRORS)  # fmt: skip
    devices = [device for device, *_ in spans]
    rows = find(workspace, "node", {"device": devices}, columns=columns, as_of=as_of, placed=True)
    met = rows.join(pl.DataFrame(spans, schema=kinds, orient="row"), on="device")
    met = met.filter(pl.col("arrival") <= pl.col("end"), pl.col("departure") >= pl.col("start"))
    return met.unique("node_id", maintain_order=True).select(
        "place", "lat_e7", "lon_e7", "arrival", "departure", "kind",
        pl.lit(None, pl.String).alias("step"), pl.lit("track").alias("told_by"), *ERRORS,
        pl.col("node_id").alias("id"), *_row(),
    )  # fmt: skip


def _row() -> list[pl.Expr]:
    import polars as pl

    return [pl.col(f"_{name}").alias(name) for name in PLACE]
