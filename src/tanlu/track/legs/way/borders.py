"""Where legs cross borders: at a known crossing beside the way, else midway between two places."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from tanlu.terms.place import crossings
from tanlu.track.legs.kinds import kinds
from tanlu.track.legs.way.countries import entered, joined, located, runs

__all__ = ["crossed", "gauges"]

BESIDE_M = 5_000  # a way so near to a known crossing leads over it
DEEP_M = 5_000  # a stretch that is nowhere deeper in a country is not in it for sure
SURE_M = 15_000  # so deep in a country no nearest place tells another one
# a way that leaves a country and comes back without any known crossing most likely runs beside the
# border, in land without names on its own side; railways have few crossings and those are known
THERE_AND_BACK_M = {True: 150_000, False: 50_000}
DOUBTFUL_M = 20_000  # without a known crossing a stretch must be deeper than this
LEAST_M = 1_000.0  # a part shorter than this is none: its place is known less well
STANDS_M = 100.0  # who stands at a border is on its near side until he moves on
EARTH_M = 6_371_008.8
E7 = 1e-7
CUTS = {
    "device": pl.String, "leg_no": pl.Int64, "at": pl.Int64, "way_m": pl.Float64,
    "lat_e7": pl.Int64, "lon_e7": pl.Int64, "country": pl.String, "crossing": pl.String,
    "border_m": pl.Int64, "gauge_mm": pl.Int64, "gauge_before_mm": pl.Int64,
}  # fmt: skip
Array = np.ndarray[Any, np.dtype[Any]]


class _Leg(NamedTuple):
    """The fixes of one leg as arrays."""

    at: Array
    lat: Array
    lon: Array
    way: Array


class _Cut(NamedTuple):
    """Where on a leg a border lies: fraction ``share`` behind fix ``row``."""

    row: int
    share: float
    crossing: str | None
    half_m: float
    gauges: tuple[int | None, int | None]


def crossed(fixes: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give where legs by land cross borders, and in which country each leg begins.

    Parameters
    ----------
    fixes
        As ``chain.along`` gives them.

    Returns
    -------
    tuple
        Cuts: ``device``, ``leg_no``, ``at``, ``way_m`` [m], place, ``country`` behind the cut,
        ``crossing``, ``border_m`` (half of the 95 % interval along the way), gauges of both
        sides. Starts: ``device``, ``leg_no``, ``country``.
    """
    by_land = [name for name, kind in kinds().items() if kind.land]
    keys = ["device", "leg_no"]
    # where a leg stays in one cell nothing changes: most legs are told by a few of their fixes
    few = _placed(fixes.filter(entered(*keys)).filter(pl.col("mode").is_in(by_land)))
    several = few.group_by(keys).agg(
        pl.col("country").n_unique().alias("_count"), pl.col("country").first()
    )
    starts = [several.filter(pl.col("_count") == 1).select(*keys, "country")]
    abroad = several.filter(pl.col("_count") > 1)
    many = _placed(fixes.join(abroad, on=keys, how="semi", maintain_order="left"))
    cuts: list[dict[str, Any]] = []
    for (device, leg_no), leg in many.group_by(keys, maintain_order=True):
        first, found = _cut(leg)
        starts.append(pl.DataFrame({"device": [device], "leg_no": [leg_no], "country": [first]}))
        cuts += [{"device": device, "leg_no": leg_no, **cut} for cut in found]
    table = pl.DataFrame(cuts, schema=CUTS)
    return table, pl.concat(starts)


def _placed(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the rows that lie in a country, with it."""
    return rows.hstack(located(rows)).filter(pl.col("country").is_not_null())


def _cut(leg: pl.DataFrame) -> tuple[str, list[dict[str, Any]]]:
    """Give the country in which a leg begins, and its cuts in the order of the way."""
    names = leg["country"].unique(maintain_order=True)
    codes = leg["country"].replace_strict(names, list(range(len(names)))).to_numpy()
    depth = leg["depth_m"].to_numpy()
    lat, lon = (np.radians(leg[name].to_numpy() * E7) for name in ("lat_e7", "lon_e7"))
    way = _Leg(leg["at"].to_numpy(), lat, lon, leg["way_m"].to_numpy())
    rail = leg["mode"][0] == "train"
    stretches = runs(codes, depth, DEEP_M)
    known = _crossings(way, stretches, codes, names, rail=rail)
    while doubtful := _doubtful(
        stretches, _passed(way, known), depth,
        _enough(stretches, codes, _passed(way, known) != known, rail=rail),
    ):  # fmt: skip
        stretches = joined(stretches[: doubtful - 1] + stretches[doubtful:], codes)
        known = _crossings(way, stretches, codes, names, rail=rail)
    countries = _named(stretches, codes, names)
    rows = [
        _told(way, cut or _midway(way, here, there, depth))
        for cut, here, there in zip(known, stretches[:-1], stretches[1:], strict=True)
    ]
    return _kept(countries, rows, float(way.way[-1]))


def _named(stretches: list[tuple[int, int]], codes: Array, names: pl.Series) -> list[str]:
    return [names[int(codes[first])] for first, _ in stretches]


def _crossings(
    way: _Leg, stretches: list[tuple[int, int]], codes: Array, names: pl.Series, *, rail: bool
) -> list[_Cut | None]:
    """Give the known crossing between each stretch and the next, where the way leads over one.

    What is too shallow to be a stretch lies between them, before the first and behind the last.
    """
    before = [0, *(last for _, last in stretches)]
    behind = [*(first for first, _ in stretches[1:]), way.way.size]
    return [
        _known(
            way, (before[place], behind[place + 1]), here[1],
            (names[int(codes[here[0]])], names[int(codes[there[0]])]), rail=rail,
        )
        for place, (here, there) in enumerate(pairwise(stretches))
    ]  # fmt: skip


def _passed(way: _Leg, known: list[_Cut | None]) -> list[_Cut | None]:
    """Leave out crossings at which a leg only begins or ends: they do not tell that it went over.

    A train that is to change its gauge ends at the border without having been on the other side.
    """
    far = float(way.way[-1]) - BESIDE_M
    return [
        cut if cut and BESIDE_M < float(way.way[cut.row]) < far else None for cut in known
    ]  # fmt: skip


def _enough(stretches: list[tuple[int, int]], codes: Array, ends: bool, *, rail: bool) -> list[int]:
    """Give how deep each stretch must lie in its country when no known crossing leads to it [m].

    ``ends``: the leg begins or ends at a crossing, so what lies before or behind it comes back.
    """
    own = [int(codes[first]) for first, _ in stretches]
    around = zip([None, *own[:-1]], [*own[1:], None], strict=True)
    return [
        THERE_AND_BACK_M[rail]
        if before == after or (ends and None in (before, after) and len(own) > 1)
        else DOUBTFUL_M
        for before, after in around
    ]


def _doubtful(
    stretches: list[tuple[int, int]], known: list[_Cut | None], depth: Array, enough: list[int]
) -> int:
    """Give the number, from 1, of the least deep stretch without a known crossing at either end.

    Borders are crossed at crossings: where a way runs beside a border the nearest place with a
    name often lies on the other side. 0 when all stretches are deep enough or well begun.
    """
    worst, least = 0, max(THERE_AND_BACK_M.values())
    if len(stretches) < 2:
        return 0
    for place, (one, other) in enumerate(pairwise(known)):
        # who crosses there and back at one crossing did not cross
        if one and other and one.crossing == other.crossing:
            return place + 2
    for place, (first, last) in enumerate(stretches):
        ends = known[max(place - 1, 0) : place + 1]
        deep = int(depth[first:last].max())
        if not any(ends) and deep < min(enough[place], least):
            worst, least = place + 1, deep
    return worst


def _kept(
    countries: list[str], rows: list[dict[str, Any]], end: float
) -> tuple[str, list[dict[str, Any]]]:
    """Leave out parts that are too short to be any: a leg may begin or end at a border.

    Beside a known crossing a part is none that is shorter than half the interval of its border.
    """
    start = countries[0]
    found: list[dict[str, Any]] = []
    for into, row in zip(countries[1:], rows, strict=True):
        least = max(LEAST_M, float(row["border_m"]) if row["crossing"] else 0.0)
        if row["way_m"] < least:
            start = into
        elif end - row["way_m"] >= least:
            if found and row["way_m"] - found[-1]["way_m"] < LEAST_M:
                found.pop()
            if into != (found[-1]["country"] if found else start):
                found.append({**row, "country": into})
    return start, found


def _known(
    leg: _Leg, rows: tuple[int, int], near: int, pair: tuple[str, str], *, rail: bool
) -> _Cut | None:
    """Give the cut at a known crossing that the leg passes between two rows, the nearest to one."""
    best: tuple[float, _Cut] | None = None
    for code, a, b, lat, lon, gauge_a, gauge_b in _table(rail):
        if {a, b} != set(pair):
            continue
        row, share, off = _closest(leg, rows, lat, lon)
        if off > BESIDE_M:
            continue
        at = leg.way[row] + share * (leg.way[row + 1] - leg.way[row])
        apart = abs(at - leg.way[near])
        told = (gauge_a, gauge_b) if pair[0] == a else (gauge_b, gauge_a)
        if best is None or apart < best[0]:
            best = (apart, _Cut(row, share, code, off, told))
    return None if best is None else best[1]


@cache
def _table(rail: bool) -> list[tuple[Any, ...]]:
    wanted = "rail" if rail else "road"
    return (
        crossings()
        .filter(pl.col("mode") == wanted)
        .select("code", "country_a", "country_b", "lat_e7", "lon_e7", "gauge_mm_a", "gauge_mm_b")
        .rows()
    )


def _closest(
    leg: _Leg, rows: tuple[int, int], lat_e7: int, lon_e7: int
) -> tuple[int, float, float]:
    """Give the row behind which the way is closest to a place, the share of the step, and how far.

    In the plane that touches the sphere at the place: exact to a metre within 100 km.
    """
    first, last = rows[0], min(rows[1], leg.lat.size - 1)
    lat, lon = np.radians(lat_e7 * E7), np.radians(lon_e7 * E7)
    part = slice(first, last + 1)
    # the date line: the shorter way around
    east = (leg.lon[part] - lon + np.pi) % (2 * np.pi) - np.pi
    x, y = EARTH_M * np.cos(lat) * east, EARTH_M * (leg.lat[part] - lat)
    dx, dy = np.diff(x), np.diff(y)
    length = dx * dx + dy * dy
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(length > 0, -(x[:-1] * dx + y[:-1] * dy) / length, 0.0).clip(0.0, 1.0)
    off = np.hypot(x[:-1] + share * dx, y[:-1] + share * dy)
    if not off.size:
        return first, 0.0, float("inf")
    best = int(off.argmin())
    return first + best, float(share[best]), float(off[best])


def _midway(leg: _Leg, here: tuple[int, int], there: tuple[int, int], depth: Array) -> _Cut:
    """Give the cut midway between the last fix of one country and the first of the next."""
    last, first = here[1] - 1, there[0]
    middle = (leg.way[last] + leg.way[first]) / 2
    row = int(np.searchsorted(leg.way[last : first + 1], middle, side="right")) - 1 + last
    row = min(max(row, last), first - 1)
    step = leg.way[row + 1] - leg.way[row]
    share = float((middle - leg.way[row]) / step) if step > 0 else 0.5
    sure_before = np.flatnonzero(depth[here[0] : here[1]] >= SURE_M)
    sure_after = np.flatnonzero(depth[there[0] : there[1]] >= SURE_M)
    low = leg.way[here[0] + sure_before[-1]] if sure_before.size else leg.way[here[0]]
    high = leg.way[there[0] + sure_after[0]] if sure_after.size else leg.way[there[1] - 1]
    return _Cut(row, share, None, float(high - low) / 2, (None, None))


def _told(leg: _Leg, cut: _Cut) -> dict[str, Any]:
    row, share = cut.row, cut.share
    way = float(leg.way[row] + share * (leg.way[row + 1] - leg.way[row]))
    moves = int(np.searchsorted(leg.way, way + STANDS_M, side="right"))
    at = int(leg.at[row] + round(share * int(leg.at[row + 1] - leg.at[row])))
    if moves > row + 1:
        at = int(leg.at[moves - 1])
    lon = leg.lon[row] + share * ((leg.lon[row + 1] - leg.lon[row] + np.pi) % (2 * np.pi) - np.pi)
    return {
        "at": at, "way_m": way,
        "lat_e7": round(
            float(np.degrees(leg.lat[row] + share * (leg.lat[row + 1] - leg.lat[row]))) / E7
        ),
        "lon_e7": round(float(np.degrees((lon + np.pi) % (2 * np.pi) - np.pi)) / E7),
        "crossing": cut.crossing, "border_m": max(1, round(cut.half_m)),
        "gauge_before_mm": cut.gauges[0], "gauge_mm": cut.gauges[1],
    }  # fmt: skip


def gauges(parts: pl.DataFrame) -> pl.Series:
    """Give the gauge of each part by train from a rail crossing at which it begins or ends [mm].

    Parameters
    ----------
    parts
        ``mode``, ``country``, ``origin_lat_e7`` and so on, and ``gauge_mm`` where a cut told it.
    """
    from tanlu.track.legs.way.places import within

    found = [parts["gauge_mm"]]
    sides = pl.concat(
        crossings().filter(pl.col("mode") == "rail").select(
            "lat_e7", "lon_e7", country=f"country_{side}", gauge=f"gauge_mm_{side}"
        )
        for side in ("a", "b")
    )  # fmt: skip
    for end in ("origin", "destination"):
        here = parts.select("country", lat_e7=f"{end}_lat_e7", lon_e7=f"{end}_lon_e7")
        found.append(within(here, sides, "gauge", 2 * BESIDE_M))
    told = pl.select(pl.coalesce(found)).to_series()
    return pl.select(pl.when(parts["mode"] == "train").then(told)).to_series().alias("gauge_mm")
