"""How good the tracker is: segments and nodes beside the truth of simulated journeys."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanlu.errors import TanluError
from tanlu.terms.place import great_circle_m
from tanlu.track.fuse import fuse
from tanlu.track.modes.moving import modes
from tanlu.track.modes.parameters import MODES
from tanlu.track.network import matched, read_network

if TYPE_CHECKING:
    from tanlu.track.modes.moving import Moved

__all__ = ["evaluate"]

# a node is found within so many metres and microseconds
NEAR_M, NEAR_US = 1_000, 300_000_000
TRUTH = {"legs": "truth/legs", "sections": "truth/sections", "nodes": "truth/nodes",
         "truth": "truth/positions", "positions": "positions", "readings": "readings"}  # fmt: skip
# bounds of the classes of sampling, in seconds between fixes
SAMPLING_S = (2.5, 8.0, 25.0)
# squared distance in sigmas within which 90 % of the positions lie
ELLIPSE_90 = 4.605170


def evaluate(folder: Path | str, *, network: bool = False) -> dict[str, Any]:
    """Give how far the tracker is from the truth of a folder of simulated journeys.

    Parameters
    ----------
    folder
        As ``tanlu simulate journeys`` writes it.
    network
        Whether to judge a second time with ways over the folder's ``network.parquet``.

    Returns
    -------
    dict
        ``journeys``, ``positions``, ``positions_per_s`` (fusion and modes); ``mode`` = share of
        the distance with the right mode [1], and by mode with what it was taken for;
        ``distance`` = median, 95 % quantile of the error of legs [1] and share within the stated
        interval, by mode and sampling; ``nodes`` = share of transfers found within 1 km and 5 min,
        with quantiles; ``ellipses`` = share of positions within their 90 % ellipse; ``carbon`` =
        error of the emission of legs of known energy [1]. With a network ``network`` holds the
        same figures once more: with ways over it, how much of them [m], and the time that it took.

    Raises
    ------
    TanluError
        TL004 for a folder that is none of these.
    """
    told = {name: _read(Path(folder) / f"{file}.parquet") for name, file in TRUTH.items()}
    stated = json.loads((Path(folder) / "journeys.json").read_text(encoding="utf-8"))
    begin = time.perf_counter()
    fused = fuse(told["positions"])
    middle = time.perf_counter()
    moved = modes(fused.fixes, tortuosity=_able(stated.get("tortuosity", {})))
    done = time.perf_counter()
    rows = told["positions"].height
    over = _over(Path(folder), fused.fixes, told, stated) if network else {}
    return {
        "journeys": int(stated["n"]), "region": stated["region"], "seed": int(stated["seed"]),
        "positions": rows, "rejected": fused.rejected.height,
        "positions_per_s": round(rows / (done - begin)),
        "positions_per_s_modes": round(fused.fixes.height / (done - middle)),
        **_figures(moved, fused.fixes, told), **over,
    }  # fmt: skip


def _figures(moved: Moved, fixes: pl.DataFrame, told: dict[str, pl.DataFrame]) -> dict[str, Any]:
    """Give what the truth says of segments, nodes and fixes."""
    legs = _legs(moved, told["legs"], fixes)
    found = moved.findings.group_by("code").agg(pl.col("count").sum()).sort("code")
    return {
        "mode": _modes(moved, told["truth"]),
        "distance": _distances(legs), "nodes": _nodes(moved, told["nodes"]),
        "ellipses": _ellipses(fixes, told["truth"]),
        "carbon": _carbon(legs, told["sections"]),
        "findings": dict(found.iter_rows()),
    }  # fmt: skip


def _over(
    folder: Path, fixes: pl.DataFrame, told: dict[str, pl.DataFrame], stated: dict[str, Any]
) -> dict[str, Any]:
    """Give the figures once more, with ways over the network of the folder."""
    begin = time.perf_counter()
    held = read_network(folder / "network.parquet")
    middle = time.perf_counter()
    made = matched(fixes, held.graph)
    done = time.perf_counter()
    moved = modes(made.fixes, tortuosity=_able(stated.get("tortuosity", {})))
    return {"network": {
        "lines": held.lines, "rejected": held.rejected.height, "edges": held.graph.edges,
        "network_m": made.network_m, "read_s": round(middle - begin, 3),
        "positions_per_s": round(fixes.height / (done - middle)),
        **_figures(moved, made.fixes, told),
    }}  # fmt: skip


def _read(file: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(file)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise TanluError("TL004", value=file, why=str(error).split("\n", maxsplit=1)[0]) from error


def _able(stated: dict[str, float]) -> dict[str, float]:
    return {mode: max(float(told), 1.0) for mode, told in stated.items() if mode in MODES}


def _round(value: Any, digits: int = 4) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), digits)


def _part(microseconds: Any) -> float:
    return float(microseconds) / 1e6


def _quantiles(values: pl.Series) -> dict[str, float | None]:
    return {
        "median": _round(values.median()),
        "p95": _round(values.quantile(0.95, "linear")),
        "legs": values.len(),
    }


def _modes(moved: Moved, truth: pl.DataFrame) -> dict[str, Any]:
    """Give the share of true way with the right mode, and by mode what it was taken for."""
    way = pl.col("way_mm").diff().over("device", "leg_no")
    true = truth.filter(pl.col("leg_no").is_not_null()).select(
        "device", "at", "mode", way=way.fill_null(0).clip(0)
    )
    spans = moved.segments.select("device", at="start", told="mode").sort("device", "at")
    # a fix at rest within a leg lies in no segment of its own mode, but has no way either
    joined = true.sort("device", "at").join_asof(
        spans, on="at", by="device", check_sortedness=False
    )
    table = (
        joined.group_by("mode", "told").agg(pl.col("way").sum() / 1e6)
        .filter(pl.col("way") > 0).sort("mode", "told")
    )  # fmt: skip
    whole = float(table["way"].sum())
    right = float(table.filter(pl.col("mode") == pl.col("told"))["way"].sum())
    by = {
        mode: {
            "share": _round(
                float(part.filter(told=mode)["way"].sum()) / float(part["way"].sum()), 5
            ),
            "km": {name: _round(km, 1) for name, km in part.select("told", "way").iter_rows()},
        }
        for (mode,), part in table.partition_by("mode", as_dict=True, maintain_order=True).items()
    }
    return {"share": _round(right / whole, 5), "km": _round(whole, 1), "by_mode": by}


def _legs(moved: Moved, legs: pl.DataFrame, fixes: pl.DataFrame) -> pl.DataFrame:
    """Give true legs with the tracked way between their ends: segments whose middle lies within."""
    tracked = moved.segments.filter(pl.col("mode") != "still").select(
        "device", "distance_m", "lower_m", "upper_m", at=(pl.col("start") + pl.col("end")) // 2
    )
    found = (
        legs.select("device", "leg_no", "mode", "start", "end", true_m="distance_m")
        .join(tracked, on="device", how="left")
        .filter(pl.col("at").is_between("start", "end"))
        .group_by("device", "leg_no")
        .agg(pl.col("distance_m", "lower_m", "upper_m").sum(), parts=pl.len())
    )
    every = fixes.select("device", "at", step=pl.col("at").diff().over("device"))
    steps = (
        legs.select("device", "leg_no", "start", "end").join(every, on="device")
        .filter(pl.col("at").is_between("start", "end"))
        .group_by("device", "leg_no").agg(step_s=pl.col("step").median() / 1e6)
    )  # fmt: skip
    return (
        legs.rename({"distance_m": "true_m"})
        .join(found, on=["device", "leg_no"], how="left")
        .join(steps, on=["device", "leg_no"], how="left")
        .with_columns(error=(pl.col("distance_m").fill_null(0) / pl.col("true_m") - 1).abs())
    )


def _distances(legs: pl.DataFrame) -> dict[str, Any]:
    held = legs.filter(pl.col("true_m").is_between("lower_m", "upper_m")).height
    step = pl.col("step_s").fill_null(0)
    fine, medium, coarse = SAMPLING_S
    classes = (
        pl.when(step <= fine).then(pl.lit("1-2 s")).when(step <= medium).then(pl.lit("3-8 s"))
        .when(step <= coarse).then(pl.lit("9-25 s")).otherwise(pl.lit("26-60 s"))
    )  # fmt: skip
    split = legs.with_columns(sampling=classes)
    return {
        **_quantiles(legs["error"]),
        "missed": legs["distance_m"].null_count(),
        "within_interval": _round(held / max(legs.height, 1)),
        "by_mode": {name: _quantiles(part["error"]) for name, part in _split(split, "mode")},
        "by_sampling": {
            name: _quantiles(part["error"]) for name, part in _split(split, "sampling")
        },
    }


def _split(frame: pl.DataFrame, by: str) -> list[tuple[str, pl.DataFrame]]:
    parts = frame.partition_by(by, as_dict=True)
    return sorted((str(name), part) for (name,), part in parts.items())


def _nodes(moved: Moved, truth: pl.DataFrame) -> dict[str, Any]:
    """Give by kind how many true nodes are found, and how far off."""
    ends = ("mode_before", "mode_after")
    true = truth.with_row_index("row").select("row", "device", "kind", "arrival", "departure",
                                              "lat_e7", "lon_e7", *ends)  # fmt: skip
    told = moved.nodes.select(
        "device", *(pl.col(name).alias(f"told_{name}")
        for name in ("kind", "arrival", "departure", "lat_e7", "lon_e7", *ends)),
    )  # fmt: skip
    pairs = true.join(told, on="device").with_columns(
        away_m=great_circle_m(*map(pl.col, ("lat_e7", "lon_e7", "told_lat_e7", "told_lon_e7"))),
        early=pl.when(pl.col("mode_before").is_not_null()).then(
            (pl.col("told_arrival") - pl.col("arrival")).abs()).fill_null(0),
        late=pl.when(pl.col("mode_after").is_not_null()).then(
            (pl.col("told_departure") - pl.col("departure")).abs()).fill_null(0),
    ).with_columns(off=pl.max_horizontal("early", "late"))  # fmt: skip
    best = pairs.sort("row", "off").group_by("row", maintain_order=True).first()
    close = (pl.col("away_m") <= NEAR_M) & (pl.col("off") <= NEAR_US)
    best = best.with_columns(seen=close, found=close & (pl.col("kind") == pl.col("told_kind")))
    return {
        kind: {
            "nodes": part.height, "found": _round(part["found"].mean()),
            "seen": _round(part["seen"].mean()),
            "metres_median": _round(part["away_m"].median(), 1),
            "seconds_median": _round(_part(part["off"].median()), 1),
            "seconds_p95": _round(_part(part["off"].quantile(0.95)), 1),
        }
        for kind, part in _split(best, "kind")
    }  # fmt: skip


def _ellipses(fixes: pl.DataFrame, truth: pl.DataFrame) -> float | None:
    """Give the share of fixes whose true place lies within their 90 % ellipse."""
    pairs = fixes.select("device", "at", "lat_e7", "lon_e7", "sigma_mm").join(
        truth.select("device", "at", true_lat="lat_e7", true_lon="lon_e7"), on=["device", "at"]
    )
    lat = (pairs["lat_e7"] - pairs["true_lat"]).to_numpy() * 0.0111195
    cosine = np.cos(np.radians(pairs["true_lat"].to_numpy() * 1e-7))
    lon = (pairs["lon_e7"] - pairs["true_lon"]).to_numpy() * 0.0111195 * cosine
    square = (lat * lat + lon * lon) / np.square(pairs["sigma_mm"].to_numpy() * 1e-3)
    return _round(float(np.mean(square <= ELLIPSE_90)))


def _carbon(legs: pl.DataFrame, sections: pl.DataFrame) -> dict[str, Any]:
    """Give the error of carbon where energy per metre of each section is stated.

    The split of the way over countries is that of the truth here, scaled to the tracked way;
    ``tanlu.track.legs`` tells it from the borders.
    """
    parts = sections.with_columns(
        ug=pl.col("energy_j") * pl.col("co2e_ug_per_j"), part_m="distance_m"
    ).group_by("device", "leg_no").agg(pl.col("ug", "part_m").sum())  # fmt: skip
    both = legs.join(parts, on=["device", "leg_no"]).filter(pl.col("ug") > 0)
    told = both["ug"] / both["part_m"] * both["distance_m"].fill_null(0)
    return {**_quantiles((told / both["ug"] - 1).abs()), "countries": "truth"}
