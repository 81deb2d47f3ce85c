"""The network as files: what an operator would hand over, and apart from it the truth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.simulate.drives import telemetry
from tanlu.simulate.network import batch, plan
from tanlu.simulate.sites import sites
from tanlu.simulate.supplies import supplies
from tanlu.terms import Progress

if TYPE_CHECKING:
    import polars as pl

    from tanlu.simulate.dirt import Dirt

__all__ = ["write_park", "write_telemetry"]

# what the product reads, and with which mapping; the rest is for people and for tests
_READ = ("legs", "energy", "meters", "refrigerants")
_FORMS = ("csv", "parquet")


def write_park(
    folder: Path,
    *,
    orders: int,
    seed: int,
    dirt: Dirt | None = None,
    days: int | None = None,
    start: date = date(2026, 10, 1),
    form: str = "csv",
    inventory: bool = False,
) -> Iterator[Progress]:
    """Write a living network into a folder, one file a table and batch of 50,000 orders.

    Parameters
    ----------
    folder
        Made when absent. ``truth/`` within it holds what no operator knows.
    form
        ``csv`` or ``parquet``.
    inventory
        Write beside them what parks buy, throw away and use, and who belongs to it: files for an
        inventory.

    Yields
    ------
    Progress
        The last one's ``result`` is ``{"files": [(file, mapping), ...], "subject": ...,
        "orders", "legs", "batches", "truth": [file, ...]}``, and ``"inventory": [(file,
        mapping), ...]`` with ``"boundary"``, the file that says who belongs to it, where asked for.

    Raises
    ------
    TanluError
        TL901 for an unknown form, no orders or too many days.
    """
    if form not in _FORMS:
        raise TanluError("TL901", value=form, why=f"forms are {', '.join(_FORMS)}")
    made = plan(orders, seed, dirt=dirt, days=days, start=start)
    for part in (folder, folder / "truth"):
        part.mkdir(parents=True, exist_ok=True)
    maps = {name: _map(folder, name) for name in _READ}
    files: list[tuple[str, str]] = []
    truths: list[str] = []
    legs, subject = 0, ""
    for number in range(made.batches):
        tables = batch(made, number)
        legs += tables["legs"].height
        subject = subject or f"waybill:{tables['legs']['waybill'][0]}"
        for name, frame in tables.items():
            hidden = name not in _READ
            place = folder / "truth" if hidden else folder
            file = _write(place / f"{name}-{number:05d}", frame, form)
            (truths.append(str(file)) if hidden else files.append((str(file), maps[name])))
        yield Progress("simulate", min(orders, (number + 1) * 50_000), orders, "orders")
    for name, frame in sites(made).items():
        place = folder if name in _READ else folder / "truth"
        file = _write(place / name, frame, form)
        (files.append((str(file), maps[name])) if name in _READ else truths.append(str(file)))
    result: dict[str, Any] = {
        "files": files, "subject": subject, "orders": orders, "legs": legs,
        "batches": made.batches, "truth": truths,
    }  # fmt: skip
    if inventory:
        result["inventory"] = [
            (str(_write(folder / name, frame, form)), _map(folder, name))
            for name, frame in supplies(made).items()
        ]
        result["boundary"] = str(_boundary(folder))
    yield Progress("simulate", orders, orders, "orders", result)


def write_telemetry(
    folder: Path, *, vehicles: int, seed: int, drives: int = 80, form: str = "csv"
) -> dict[str, str]:
    """Write drives with telemetry as an operator hands them over, and their truth apart.

    Returns
    -------
    dict
        ``file``, ``mapping`` and ``truth``: where they lie; the truth within ``truth/``.

    Raises
    ------
    TanluError
        TL901 for an unknown form, no vehicle or no drive.
    """
    import polars as pl

    if form not in _FORMS:
        raise TanluError("TL901", value=form, why=f"forms are {', '.join(_FORMS)}")
    legs, truth = telemetry(vehicles, seed, drives=drives)
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    local = (
        pl.from_epoch(name, "us").dt.replace_time_zone("UTC").dt.convert_time_zone("Asia/Shanghai")
        .dt.strftime("%Y-%m-%d %H:%M:%S").alias(name)
        for name in ("start", "end")
    )  # fmt: skip
    told = legs.select(
        pl.col("activity_id").alias("drive"), "vehicle", "vehicle_class", "energy_carrier",
        pl.col("temperature_class").alias("temperature"), "place", "operator", *local,
        pl.lit("road").alias("mode"), (pl.col("mass_mg") / 1e6).alias("load_kg"),
        (pl.col("distance_m") / 1e3).alias("distance_km"), "distance_type",
        (pl.col("load_ppm") / 1e6).alias("load_factor"), (pl.col("empty_ppm") / 1e6).alias("empty"),
        "ascent_m", "descent_m", (pl.col("idle_us") // 1_000_000).alias("idle_s"), "stops",
        (pl.col("air_temperature_mc") / 1e3).alias("air_celsius"),
        (pl.col("energy_j") / 1e6).alias("energy_mj"),
    )  # fmt: skip
    file = _write(folder / "telemetry", told, form)
    hidden = _write(folder / "truth" / "telemetry", truth, form)
    return {"file": str(file), "mapping": _map(folder, "telemetry"), "truth": str(hidden)}


def _boundary(folder: Path) -> Path:
    text = resources.files("tanlu.simulate").joinpath("data/organisation.toml")
    file = folder / "organisation.toml"
    file.write_text(text.read_text(encoding="utf-8"), encoding="utf-8")
    return file


def _map(folder: Path, name: str) -> str:
    text = resources.files("tanlu.simulate").joinpath(f"maps/{name}.toml")
    file = folder / f"{name}.map.toml"
    file.write_text(text.read_text(encoding="utf-8"), encoding="utf-8")
    return str(file)


def _write(stem: Path, frame: pl.DataFrame, form: str) -> Path:
    if form == "parquet":
        file = stem.with_suffix(".parquet")
        frame.write_parquet(file, compression="zstd", compression_level=1)
        return file
    file = stem.with_suffix(".csv")
    frame.write_csv(file, datetime_format="%Y-%m-%d %H:%M")
    return file
