"""A network comes in as a table; what is no line is put aside with its code."""

from pathlib import Path

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.track.network import read_network
from tests.track.network.made import e7, line, table, town


def test_parquet_and_csv_give_one_graph(tmp_path: Path) -> None:
    lines = table(*town(3))
    lines.write_parquet(tmp_path / "a.parquet")
    lists = pl.col("lat_e7", "lon_e7").cast(pl.List(pl.String)).list.join(" ")
    lines.with_columns(lists).drop("oneway", "level").write_csv(tmp_path / "a.csv")
    degrees = pl.Series("wkt", [
        "LINESTRING (" + ", ".join(f"{x / 1e7:.7f} {y / 1e7:.7f}" for y, x in
                                   zip(row["lat_e7"], row["lon_e7"], strict=True)) + ")"
        for row in lines.iter_rows(named=True)
    ])  # fmt: skip
    lines.select("line_id", "kind", degrees).write_csv(tmp_path / "b.csv")

    read = [read_network(tmp_path / name) for name in ("a.parquet", "a.csv", "b.csv")]

    assert [each.rejected.height for each in read] == [0, 0, 0]
    assert {each.graph.edges for each in read} == {12}
    assert len({each.graph.lat.tobytes() + each.graph.lon.tobytes() for each in read}) == 1
    assert len({each.hash for each in read}) == 3


def test_what_is_no_line_is_put_aside(tmp_path: Path) -> None:
    good = line([(0, 0), (100, 0)], "good")
    lat, lon = e7(0, 0)
    bad = {
        "kind": good | {"kind": "wall"},
        "no place": good | {"lat_e7": [lat, None]},
        "lengths": good | {"lat_e7": [lat]},
        "short": good | {"lat_e7": [lat], "lon_e7": [lon]},
        "globe": good | {"lat_e7": [lat, 900_000_001]},
        "point": good | {"lat_e7": [lat, lat], "lon_e7": [lon, lon]},
        "far": good | {"lat_e7": [lat, lat + 60_000_000]},
        "way": good | {"oneway": 7},
        "level": good | {"level": 5_000},
    }
    rows = [good, *(row | {"line_id": name} for name, row in bad.items()), good]
    table(*rows).write_parquet(tmp_path / "n.parquet")

    read = read_network(tmp_path / "n.parquet")

    assert read.lines == len(rows) == read.rejected.height + 2
    assert read.rejected["line_id"].to_list() == list(bad)
    assert set(read.rejected["code"]) == {"TL446"}
    assert read.rejected["line"].to_list() == list(range(2, 2 + len(bad)))
    assert len(set(read.rejected["why"])) == len(bad) - 1


def test_a_line_over_180_degrees_is_short(tmp_path: Path) -> None:
    over = line([(0, 0), (1, 0)]) | {"lon_e7": [1_799_990_000, -1_799_990_000]}
    table(over).write_parquet(tmp_path / "n.parquet")

    graph = read_network(tmp_path / "n.parquet").graph

    assert graph.length[0] == pytest.approx(192, rel=0.02)


@pytest.mark.parametrize(
    ("name", "body"),
    [("n.shp", b"x"), ("n.parquet", b"no parquet"), ("n.csv", b"a,b\n1,2\n"),
     ("n.geojson", b"{}"), ("none.csv", None)],
)  # fmt: skip
def test_what_is_no_network_is_refused(tmp_path: Path, name: str, body: bytes | None) -> None:
    if body is not None:
        (tmp_path / name).write_bytes(body)
    with pytest.raises(TanluError) as caught:
        read_network(tmp_path / name)

    assert caught.value.code == "TL445"
