"""The facts behind the heat map: the lanes of a period, small tables out.

An emission lies at its ``place`` where it has one; carriage lies where it begins, else where it
ends. So each microgram lies in one place, and what lies nowhere is a row of its own: the places,
the lanes, the regions and the steps each sum to the same total.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tanlu.errors import TanluError
from tanlu.report.items.cubes import summed_cells
from tanlu.terms import time

if TYPE_CHECKING:
    import polars as pl

__all__ = ["STEPS", "Heat", "heat"]

STEPS = {"day": "1d", "week": "1w", "month": "1mo"}
KEYS = ("step", "where", "origin", "destination", "kind")


@dataclass(frozen=True, slots=True)
class Heat:
    """Emissions of a period by step, place and lane.

    ``cells``: step (local date on which it begins), where, origin, destination, kind, co2e_ug,
    legs. ``places``: code, name, name_zh, region, lat_e7, lon_e7; null where nobody knows.
    """

    period: str | None
    step: str
    zone: str
    profile: str
    basis: str
    version: int
    cells: pl.DataFrame
    places: pl.DataFrame

    @property
    def co2e_ug(self) -> int:
        """Sum of all cells [ug]."""
        return int(self.cells["co2e_ug"].sum() or 0)

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that hold something, the first one first."""
        return tuple(self.cells["step"].unique().sort().cast(str).to_list())

    def span(self, step: str) -> tuple[dt.date, dt.date, bool]:
        """Give the first and last day of a step within the period, and whether it is whole in it.

        The last step that holds something is taken for whole only where it is a day: nobody knows
        what is still to come.
        """
        first = dt.date.fromisoformat(step)
        if self.step == "month":
            last = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
            last -= dt.timedelta(days=1)
        else:
            last = first + dt.timedelta(days=6 if self.step == "week" else 0)
        whole = self.step == "day" or step != self.steps[-1]
        if self.period is None:
            return first, last, whole
        zone = ZoneInfo(self.zone)
        start, stop = time.period(self.period, self.zone)
        begin, end = (
            dt.datetime.fromtimestamp(at // 1_000_000, dt.UTC).astimezone(zone).date()
            for at in (start, stop - 1)
        )
        return max(first, begin), min(last, end), whole and first >= begin and last <= end

    def before(self, step: str) -> str | None:
        """Give the step just before one, where both are whole and it holds something."""
        first, _, whole = self.span(step)
        eve = first - dt.timedelta(days=1)
        if self.step == "month":
            eve = eve.replace(day=1)
        elif self.step == "week":
            eve -= dt.timedelta(days=6)
        told = eve.isoformat()
        return told if whole and told in self.steps and self.span(told)[2] else None

    def at(self, step: str | None) -> pl.DataFrame:
        """Give the cells of one step, of the whole period without one."""
        import polars as pl

        if step is None:
            return self.cells
        return self.cells.filter(pl.col("step").cast(pl.String) == step)

    def cut(self, by: str, step: str | None = None) -> pl.DataFrame:
        """Give sums by ``step``, ``where``, ``region``, ``kind`` or ``lane``, the largest first.

        A lane is origin and destination, with the kind that emits most of it in ``kind``.
        """
        import polars as pl

        rows = self.at(step)
        sums = (pl.col("co2e_ug").sum(), pl.col("legs").sum())
        if by == "region":
            known = self.places.select(where="code", region="region")
            rows = rows.join(known, on="where", how="left")
        if by == "lane":
            kinds = rows.group_by("origin", "destination", "kind").agg(*sums)
            ordered = kinds.sort("co2e_ug", "kind", descending=[True, False])
            keys = ["origin", "destination"]
            found = ordered.group_by(keys, maintain_order=True).agg(*sums, pl.col("kind").first())
            return found.sort("co2e_ug", *keys, descending=[True, False, False])
        return rows.group_by(by).agg(*sums).sort("co2e_ug", by, descending=[True, False])


def heat(
    workspace: Any,
    period: str | None = None,
    *,
    step: str = "day",
    as_of: int | None = None,
    profile: str | None = None,
    basis: str | None = None,
) -> Heat:
    """Give the emissions of transport of a period by place, lane and step.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    period
        As `tanlu.report.transport`; all time if not said.
    step
        ``day``, ``week`` (from Monday) or ``month``, cut in the zone of the workspace.
    as_of
        Ledger version; the newest without one.
    profile, basis
        Which to sum where the ledger holds several.

    Raises
    ------
    TanluError
        TL819 for a step that there is not, TL801 for a sum across profiles or bases, TL112 for
        what is no period.
    """
    import polars as pl

    if step not in STEPS:
        raise TanluError("TL819", value=step, known=", ".join(STEPS))
    zone = str(workspace.zone)
    span = time.period(period, zone) if period else None
    found, chosen, ground = summed_cells(
        workspace, "lanes", span, as_of=as_of, profile=profile, basis=basis
    )
    cells = found.with_columns(pl.coalesce("place", "origin", "destination").alias("where"))
    # days are few beside rows: a coarser step is summed from them
    cells = (
        cells.with_columns(pl.col("day").dt.truncate(STEPS[step]).alias("step"))
        .group_by(KEYS).agg(pl.col("co2e_ug").sum(), pl.col("legs").sum()).sort(KEYS)
    )  # fmt: skip
    version = int(workspace.version if as_of is None else as_of)
    places = _places(workspace, cells, as_of)
    return Heat(period, step, zone, chosen, ground, version, cells, places)


def _places(workspace: Any, cells: pl.DataFrame, as_of: int | None) -> pl.DataFrame:
    """Give name, region and coordinates of every code: its own, else those of its activities."""
    import polars as pl

    from tanlu.report.words import CODE
    from tanlu.terms.place import locate

    columns = ("where", "origin", "destination")
    codes = pl.concat([cells[name].alias("code") for name in columns]).drop_nulls().unique().sort()
    coded = codes.filter(codes.str.contains(CODE))
    flown = coded.str.len_chars() == 3
    parts = [pl.DataFrame({"code": codes.filter(~codes.is_in(coded.to_list()))})]
    for some, kinds in ((coded.filter(~flown), None), (coded.filter(flown), ["airport"])):
        told = locate(some) if kinds is None else locate(some, kinds=kinds)
        # three regions of the tile grid have a country code of their own
        home = pl.when(country="CN").then("region").otherwise(
            pl.col("country").replace({"HK": "CN-HK", "MO": "CN-MO", "TW": "CN-TW"})
        )  # fmt: skip
        parts.append(told.select(
            some.alias("code"), "name", pl.col("name_zh").fill_null(pl.col("name")),
            home.alias("region"), "lat_e7", "lon_e7",
        ))  # fmt: skip
    places = pl.concat(parts, how="diagonal").sort("code")
    if "lat_e7" not in places.columns or not places["lat_e7"].null_count():
        return places
    lost = places.filter(pl.col("lat_e7").is_null())["code"].to_list()
    return _from_activities(workspace, places, lost, as_of)


def _from_activities(
    workspace: Any, places: pl.DataFrame, lost: list[str], as_of: int | None
) -> pl.DataFrame:
    """Fill coordinates in that only the activities know: the middle one of those told."""
    import polars as pl

    rows = workspace.scan("activity", as_of=as_of)
    ends = [
        rows.filter(pl.col(end).is_in(lost), pl.col(f"{end}_lat_e7").is_not_null()).select(
            code=end, lat=f"{end}_lat_e7", lon=f"{end}_lon_e7"
        )
        for end in ("origin", "destination", "place")
    ]
    told = (
        pl.concat(ends).group_by("code")
        .agg(pl.col("lat", "lon").median().round().cast(pl.Int64))
        .collect(engine="streaming")
    )  # fmt: skip
    joined = places.join(told, on="code", how="left", maintain_order="left")
    filled = joined.with_columns(
        lat_e7=pl.coalesce("lat_e7", "lat"), lon_e7=pl.coalesce("lon_e7", "lon")
    )
    return filled.drop("lat", "lon")
