"""GeoJSON, also with the tags of OpenStreetMap."""

import json
from pathlib import Path
from typing import Any

import pytest

from tanlu.track.network import read_network


def feature(places: Any, shape: str = "LineString", **tags: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": shape, "coordinates": places},
            "properties": tags}  # fmt: skip


STREET = [[110.0, 30.0], [110.001, 30.0], [110.002, 30.0]]
CROSS = [[110.001, 29.999], [110.001, 30.0], [110.001, 30.001]]


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    if path.suffix == ".geojson":
        path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    else:
        path.write_text("".join(f"\x1e{json.dumps(row)}\n" for row in rows))
    return path


@pytest.mark.parametrize("name", ["n.geojson", "n.geojsonseq"])
def test_tags_tell_kind_direction_and_level(tmp_path: Path, name: str) -> None:
    rows = [
        feature(STREET, highway="residential", oneway="-1"), feature(CROSS, highway="motorway"),
        feature(STREET, railway="rail", layer="1"),
        feature([CROSS, STREET], "MultiLineString", kind="path"),
    ]  # fmt: skip
    read = read_network(written(tmp_path / name, rows))

    assert (read.lines, read.rejected.height) == (5, 0)
    assert sorted(set(read.graph.kind.tolist())) == [0, 1]
    assert sorted(read.graph.oneway.tolist()) == [-1, -1, 0, 0, 0, 0, 0, 1, 1]


def test_what_is_no_way_is_put_aside(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        feature(STREET, highway="primary"), feature([110, 30], "Point", highway="crossing"),
        feature(STREET, building="yes"), feature([[110.0], [111.0]], highway="service"),
        feature([["a", "b"]], highway="service"), {"type": "Feature", "geometry": None},
    ]  # fmt: skip
    file = written(tmp_path / "n.geojsonl", rows)
    with file.open("a") as more:
        more.write("no json\n")

    read = read_network(file)

    assert (read.lines, read.rejected.height, read.graph.edges) == (7, 6, 1)
    assert set(read.rejected["code"]) == {"TL446"}
