"""GPX 1.0 and 1.1: the points of its tracks and routes, each track a device."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.parsers import expat

import polars as pl

from tanlu.errors import TanluError

__all__ = ["points"]

CHUNK = 1 << 20
TEXTS = {"time", "ele", "sat", "course", "speed", "name"}
HEADS = ("device", "time", "lat", "lon", "ele", "sat", "course", "speed_m_s")


class _Reader:
    """Collects points; the names of tracks behind the first have a number."""

    def __init__(self, name: str) -> None:
        self.file, self.track, self.name = name, 0, name
        self.rows: list[tuple[str | None, ...]] = []
        self.point: dict[str, str] | None = None
        self.text: list[str] = []

    def start(self, tag: str, told: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag in ("trk", "rte"):
            self.track += 1
            self.name = self.file if self.track == 1 else f"{self.file}/{self.track}"
        if tag in ("trkpt", "rtept"):
            self.point = dict(told)
        self.text = []

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if self.point is None:
            return
        if tag in ("trkpt", "rtept"):
            one = self.point
            told = (
                one.get(name) for name in ("time", "lat", "lon", "ele", "sat", "course", "speed")
            )
            self.rows.append((self.name, *told))
            self.point = None
        elif tag in TEXTS:
            self.point[tag] = "".join(self.text).strip()

    def data(self, text: str) -> None:
        self.text.append(text)


def points(file: Path) -> pl.DataFrame:
    """Give the points of a GPX file as texts: device, time, lat, lon, ele, sat, course, speed.

    Raises
    ------
    TanluError
        TL436 when it is no XML or declares a document type.

    References
    ----------
    GPX 1.1 schema, topografix.com/GPX/1/1: speed of GPX 1.0 is in m/s.
    """
    reader = _Reader(file.stem)
    parser = expat.ParserCreate()

    def refuse(*_: Any) -> None:
        raise TanluError("TL436", value=file, why="it declares a document type")

    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = refuse
    try:
        with file.open("rb") as body:
            while chunk := body.read(CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise TanluError("TL436", value=file, why=f"no XML: {error}") from error
    return pl.DataFrame(reader.rows, schema=dict.fromkeys(HEADS, pl.String), orient="row")
