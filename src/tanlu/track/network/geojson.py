"""Lines of GeoJSON (RFC 7946): one collection, or a feature a line (RFC 8142)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["features"]

# what the tags of OpenStreetMap say of the kind of a line; other values of these tags are no ways
ROADS = frozenset({
    "busway", "living_street", "motorway", "motorway_link", "primary", "primary_link",
    "residential", "road", "secondary", "secondary_link", "service", "tertiary", "tertiary_link",
    "track", "trunk", "trunk_link", "unclassified",
})  # fmt: skip
PATHS = frozenset({"bridleway", "cycleway", "footway", "path", "pedestrian", "steps"})
RAILS = frozenset({"light_rail", "narrow_gauge", "rail", "subway", "tram"})
WATERS = frozenset({"canal", "fairway", "river"})
# how OpenStreetMap says a direction
AHEAD, BACK = ("yes", "true", "1"), ("-1", "reverse")
NO_WAY = "its tags name no way"


class _Geometry(msgspec.Struct):
    type: str
    coordinates: msgspec.Raw = msgspec.Raw(b"null")


class _Feature(msgspec.Struct):
    geometry: _Geometry | None = None
    properties: dict[str, Any] | None = None
    id: Any = None


class _Collection(msgspec.Struct):
    features: list[msgspec.Raw]


def features(file: Path, shape: pl.Schema, *, whole: bool) -> pl.DataFrame:
    """Give the lines of a file as rows with ``why`` where one is none.

    Each part of a MultiLineString is a line. Places are rounded to 1e-7 degrees.

    Raises
    ------
    TanluError
        TL445 when the whole is no collection.
    """
    rows: list[tuple[Any, ...]] = []
    for body in _bodies(file, whole=whole):
        rows += _lines(body)
    names = {**shape, "why": pl.String()}
    return pl.DataFrame(rows, schema=names, orient="row")


def _bodies(file: Path, *, whole: bool) -> Iterator[Any]:
    if whole:
        try:
            yield from msgspec.json.decode(file.read_bytes(), type=_Collection).features
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise TanluError("TL445", value=file, why=f"no collection: {error}") from error
        return
    with file.open("rb") as lines:
        for line in lines:
            # a sequence begins each feature with a record separator
            if body := line.strip(b"\x1e \t\r\n"):
                yield body


def _lines(body: Any) -> list[tuple[Any, ...]]:
    """Give the rows of one feature."""
    try:
        told = msgspec.json.decode(body, type=_Feature)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return [(None, None, None, None, None, None, f"no feature: {error}")]
    tags = told.properties or {}
    name = tags.get("line_id", told.id if told.id is not None else tags.get("@id"))
    name = None if name is None else str(name)
    head = (name, _kind(tags))
    tail = (_oneway(tags), _whole(tags.get("level", tags.get("layer"))))
    if told.geometry is None or told.geometry.type not in ("LineString", "MultiLineString"):
        return [(*head, None, None, *tail, "its geometry is no line")]
    try:
        if told.geometry.type == "LineString":
            parts = [msgspec.json.decode(told.geometry.coordinates, type=list[list[float]])]
        else:
            parts = msgspec.json.decode(told.geometry.coordinates, type=list[list[list[float]]])
        sides = [[[round(pair[axis] * 1e7) for pair in part] for axis in (1, 0)] for part in parts]
    except (msgspec.DecodeError, IndexError, OverflowError, ValueError) as error:
        return [(*head, None, None, *tail, f"its places cannot be read: {error}")]
    why = None if head[1] else NO_WAY
    return [(*head, lat, lon, *tail, why) for lat, lon in sides]


def _kind(tags: dict[str, Any]) -> str | None:
    if "kind" in tags:
        return str(tags["kind"])
    known = (("highway", ROADS, "road"), ("highway", PATHS, "path"), ("railway", RAILS, "rail"),
             ("waterway", WATERS, "water"))  # fmt: skip
    return next((kind for tag, able, kind in known if tags.get(tag) in able), None)


def _oneway(tags: dict[str, Any]) -> int:
    told = str(tags.get("oneway", "")).lower()
    if told in BACK:
        return -1
    implied = tags.get("junction") == "roundabout" or tags.get("highway") == "motorway"
    return int(told in AHEAD or (not told and implied))


def _whole(told: Any) -> int:
    try:
        return int(told or 0)
    except (TypeError, ValueError):
        return 0
