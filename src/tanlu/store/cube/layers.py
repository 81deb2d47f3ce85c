"""Layers on the disk: cells as Parquet, and one file that says of which ledger they are the sums.

That file is written last and names each layer by its SHA-256, the version up to which they sum,
and a hash of all parts that count up to there. What is not what was written is `Damaged`.
"""

from __future__ import annotations

import io
import json
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.store.ledger.files import place, replace, writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

    from tanlu.store.cube.shape import Cube, Lack
    from tanlu.store.workspace import Workspace

__all__ = ["Damaged", "Layer", "Sums", "counted", "kept", "read"]

FOLDER = "index"
TYPE = "tanlu/cube/v1"
SHORT = 16


class Damaged(Exception):
    """A derived file that is not what was written."""


@dataclass(frozen=True, eq=False, slots=True)
class Layer:
    """Cells, and the hash of their file where they have one."""

    cells: pl.DataFrame
    sha256: str | None = None


class Sums(NamedTuple):
    """The sums of a ledger up to a version; ``unsaved`` rows were read since the disk has them."""

    version: int
    layers: tuple[Layer, ...]
    unsaved: int


def counted(workspace: Workspace, tables: Sequence[str], version: int) -> str:
    """Give the hash of all parts on which the rows of tables that hold at a version depend."""
    held = sha256(f"{TYPE}\n{workspace.id}\n{version}\n".encode())
    parts = [part for table in tables for part in workspace.parts(table, version)]
    parts += workspace.parts("retraction", version)
    parts += [part for part in workspace.parts("activity", version) if part.superseding]
    for part in parts:
        held.update(f"{part.version} {part.file} {part.sha256}\n".encode())
    return held.hexdigest()


def read(workspace: Workspace, cube: Cube | Lack, newest: int) -> Sums | None:
    """Give the sums that the disk has of this ledger up to ``newest`` or before; else None."""
    shape = cube.shape
    try:
        about = _read(_named(workspace.path, cube, shape), shape)
        version = about["version"]
        if version > newest or about["parts"] != counted(workspace, cube.tables, version):
            raise Damaged(cube.name)
        layers = tuple(_layer(workspace.path, cube, each) for each in about["layers"])
    except (OSError, ValueError, KeyError, TypeError, Damaged):
        return None
    return Sums(version, layers, 0)


def kept(workspace: Workspace, cube: Cube | Lack, sums: Sums) -> Sums:
    """Write the sums; where the disk takes none they stay in memory."""
    folder, shape = workspace.path, cube.shape
    try:
        with writing(folder / FOLDER):
            layers = tuple(_written(folder, cube, each) for each in sums.layers)
            about = {
                "type": TYPE, "shape": shape, "version": sums.version,
                "parts": counted(workspace, cube.tables, sums.version),
                "layers": [each.sha256 for each in layers],
            }  # fmt: skip
            replace(_named(folder, cube, shape), _sealed(about))
    except TanluError:
        return sums._replace(unsaved=0)
    _tidied(folder, cube, {_named(folder, cube, shape).name}, layers)
    return Sums(sums.version, layers, 0)


def _named(folder: Path, cube: Cube | Lack, shape: str) -> Path:
    return folder / FOLDER / f"{cube.name}-{shape[:SHORT]}.cube"


def _cells(folder: Path, cube: Cube | Lack, hashed: str) -> Path:
    return folder / FOLDER / f"{cube.name}-{hashed[:SHORT]}.cells"


def _sealed(about: dict[str, Any]) -> bytes:
    content = json.dumps(about, sort_keys=True)
    return f"{content}\n{sha256(content.encode()).hexdigest()}\n".encode()


def _read(path: Path, shape: str) -> dict[str, Any]:
    content, said, _ = path.read_text("utf-8").split("\n")
    if sha256(content.encode()).hexdigest() != said:
        raise Damaged(path)
    about: dict[str, Any] = json.loads(content)
    if (about["type"], about["shape"]) != (TYPE, shape):
        raise Damaged(path)
    return about


def _layer(folder: Path, cube: Cube | Lack, hashed: str) -> Layer:
    import polars as pl

    data = _cells(folder, cube, hashed).read_bytes()
    if sha256(data).hexdigest() != hashed:
        raise Damaged(hashed)
    return Layer(pl.read_parquet(io.BytesIO(data)), hashed)


def _written(folder: Path, cube: Cube | Lack, layer: Layer) -> Layer:
    import polars as pl

    if layer.sha256 is not None and _cells(folder, cube, layer.sha256).exists():
        return layer
    held = io.BytesIO()
    layer.cells.write_parquet(held, compression="zstd", compression_level=1)
    data = held.getvalue()
    if pl.read_parquet_schema(io.BytesIO(data)) != layer.cells.schema:
        raise OSError("the cells cannot be kept as they are")
    hashed = sha256(data).hexdigest()
    with place(_cells(folder, cube, hashed)) as draft:
        draft.write_bytes(data)
    return Layer(layer.cells, hashed)


def _tidied(folder: Path, cube: Cube | Lack, named: set[str], layers: Sequence[Layer]) -> None:
    """Take away what this cube no longer names, or another definition of it left."""
    named = named | {_cells(folder, cube, str(each.sha256)).name for each in layers}
    for path in (folder / FOLDER).glob(f"{cube.name}-*.c[ue][bl]*"):
        if path.name not in named:
            with suppress(OSError):
                path.unlink(missing_ok=True)
