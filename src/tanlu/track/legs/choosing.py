"""What several devices tell of one thing: one of them is believed at a time, the others agree.

A phone in the cab, the tracker of a box and the vehicle itself go the same way. The thing went it
once: of devices that went together the best evidence tells the way, the others stay beside it.
Of devices that parted only one can have the thing: the one that it was scanned on last, or the
one that is nearest to it in the boxes that lie within each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.track.legs.loads import BY_SCAN, EVIDENCE, Loads
from tanlu.track.legs.together import sampled, states

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["chosen", "evidenced"]

SAME_US = 600_000_000  # scans within ten minutes are of one stop
LONG_US = 600_000_000
COUNTS_US = 300_000_000  # for so long a place tells where a device is
TOWERS = 0.2  # what a minute with cell towers only is worth
FULL, HALF = 0.9, 0.5  # of the time that the best device tells
WHOLE = ("subject", "low", "high")


def chosen(
    loads: Loads, positions: pl.LazyFrame | None = None, measured: Collection[str] = ()
) -> Loads:
    """Give the loads with ``told``: at each time one device tells of each thing.

    Parameters
    ----------
    loads
        As ``loads.carried`` gives them.
    positions
        Schema ``position`` or ``fix`` of all devices; without them devices count as together.
    measured
        Devices with a counter of energy.

    Returns
    -------
    Loads
        ``rows`` lose the time at which a device was elsewhere than the thing. ``evidence`` has
        ``device``, ``subject``, ``since``, ``until``, ``also``, the devices that went along
        (separated by commas), and ``chosen``: ``energy`` (the device measured it), ``coverage``
        (it told of more of the time), ``vehicle`` (it is what carries), ``accuracy``, or ``apart``
        (the others were elsewhere). ``apart`` has ``subject`` and ``value``, ``beside``
        ``device``, ``value`` and ``count`` of things.
    """
    shared = _shared(loads.rows)
    if not shared.height:
        return loads
    names = shared["device"].unique().to_list()
    sample = sampled(positions, names)
    turns = states(_pairs(shared), sample)
    cells = _scored(_cells(shared, turns, sample), sample, measured)
    cells = _judged(cells, turns)
    rest = loads.rows.join(shared.select("subject").unique(), on="subject", how="anti")
    kept = _merged(cells.filter(~pl.col("_stale")), shared)
    order = ["device", "since", "subject", "parent"]
    best = cells.filter("_best")
    told = _merged(best, shared)
    why = _merged(best.filter(pl.col("chosen").is_not_null()), shared, "also", "chosen")
    return loads._replace(
        rows=pl.concat([rest, kept.select(rest.columns)]).sort(order),
        told=pl.concat([rest, told.select(rest.columns)]).sort(order),
        evidence=why.select(list(EVIDENCE)).sort("device", "subject", "since"),
        apart=_apart(cells), beside=_beside(best),
    )  # fmt: skip


def evidenced(rows: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """Give activities with ``also`` and ``chosen``: who went along for the most of their time."""
    shared = pl.min_horizontal("end", "until") - pl.max_horizontal("start", "since")
    most = (
        rows.with_row_index("_row")
        .select("_row", "device", "subject", "start", "end")
        .join(evidence, on=["device", "subject"])
        .with_columns(_shared=shared)
        .filter(pl.col("_shared") > 0)
        .sort(["_row", "_shared", "since"], descending=[False, True, False])
        .unique("_row", keep="first", maintain_order=True)
        .select("_row", "also", "chosen")
    )
    found = rows.with_row_index("_row").join(most, on="_row", how="left", maintain_order="left")
    return found.drop("_row")


def _shared(rows: pl.DataFrame) -> pl.DataFrame:
    """Give all rows of things that several devices carried at one time, with ``_row``."""
    several = rows.select("subject", "device").unique().filter(pl.len().over("subject") > 1)
    some = rows.join(several.select("subject").unique(), on="subject", how="semi")
    one = some.select("subject", "device", "since", "until")
    over = one.join(one, on="subject", suffix="_b").filter(
        (pl.col("device") != pl.col("device_b"))
        & (pl.col("since") < pl.col("until_b")) & (pl.col("since_b") < pl.col("until"))
    )  # fmt: skip
    return (
        some.join(over.select("subject").unique(), on="subject", how="semi")
        .sort("subject", "device", "since", "parent")
        .with_row_index("_row")
    )


def _pairs(shared: pl.DataFrame) -> pl.DataFrame:
    """Give the pairs of devices that have a thing in common, and from when to when."""
    one = shared.select("subject", "device", "since", "until")
    return (
        one.join(one, on="subject", suffix="_b")
        .rename({"device_b": "other"})
        .filter(pl.col("device") < pl.col("other"))
        .with_columns(
            low=pl.max_horizontal("since", "since_b"), high=pl.min_horizontal("until", "until_b")
        )
        .filter(pl.col("low") < pl.col("high"))
        .group_by("device", "other")
        .agg(pl.col("low").min(), pl.col("high").max())
        .sort("device", "other")
    )


def _cells(shared: pl.DataFrame, turns: pl.DataFrame, sample: pl.DataFrame) -> pl.DataFrame:
    """Give each thing's time cut wherever a device comes, goes or parts, and who had it then."""
    things = shared.select("subject", "device").unique()
    ends = sample.group_by("device").agg(_first=pl.col("at").min(), _last=pl.col("at").max() + 1)
    alive = things.join(ends, on="device")
    parted = turns.join(things, on="device").join(
        things.rename({"device": "other"}), on=["subject", "other"], how="semi"
    )
    marks = pl.concat(
        [
            *(shared.select("subject", at=name) for name in ("since", "until")),
            *(alive.select("subject", at=name) for name in ("_first", "_last")),
            parted.select("subject", "at"),
        ]
    )
    spans = (
        marks.unique()
        .sort("subject", "at")
        .with_columns(low="at", high=pl.col("at").shift(-1).over("subject"))
        .drop_nulls("high")
        .drop("at")
    )
    cells = spans.join(shared, on="subject").filter(
        (pl.col("since") <= pl.col("low")) & (pl.col("until") >= pl.col("high"))
    )
    return cells.join(ends, on="device", how="left").with_columns(
        _dead=((pl.col("low") < pl.col("_first")) | (pl.col("high") > pl.col("_last")))
        .fill_null(value=False),
        _scan=pl.col("depth") >= BY_SCAN,
    )  # fmt: skip


def _scored(cells: pl.DataFrame, sample: pl.DataFrame, measured: Collection[str]) -> pl.DataFrame:
    """Give the cells with ``_seen`` (time that places tell, µs), ``_sigma`` [m], ``_energy``."""
    step = (pl.col("at").shift(-1).over("device") - pl.col("at")).fill_null(COUNTS_US)
    worth = pl.when("cell").then(TOWERS).otherwise(1.0)
    upto = sample.sort("device", "at").select(
        "device", "at",
        seen=(step.clip(0, COUNTS_US) * worth).cum_sum().over("device"),
    )  # fmt: skip
    rows = cells.with_row_index("_cell")
    for name in ("low", "high"):
        asked = rows.select("_cell", "device", at=pl.col(name) - 1).sort("device", "at")
        found = asked.join_asof(upto, on="at", by="device", check_sortedness=False).sort("_cell")
        rows = rows.with_columns(found["seen"].fill_null(0.0).alias(f"_seen_{name}"))
    sigma = sample.group_by("device").agg(_sigma=pl.col("sigma").median())
    return rows.join(sigma, on="device", how="left", maintain_order="left").with_columns(
        _seen=pl.col("_seen_high") - pl.col("_seen_low"),
        _energy=pl.col("device").is_in(list(measured)),
    )


def _judged(cells: pl.DataFrame, turns: pl.DataFrame) -> pl.DataFrame:
    """Give the cells with ``_stale`` (elsewhere than the thing), ``_best``, and why."""
    nearest = cells.sort(
        *WHOLE, "_dead", pl.col("scanned") // SAME_US, "_scan", "depth", "device", "_row",
        descending=[False] * 4 + [True] + [False] * 4,
    ).unique(WHOLE, keep="first", maintain_order=True)  # fmt: skip
    cells = cells.join(nearest.select(*WHOLE, _by="device"), on=WHOLE, maintain_order="left")
    cells = cells.with_columns(
        device_a=pl.min_horizontal("device", "_by"), other=pl.max_horizontal("device", "_by")
    )
    held = turns.select("near", "at", "other", device_a="device").sort("device_a", "other", "at")
    near = (
        cells.select("_cell", "device_a", "other", at="low")
        .sort("device_a", "other", "at")
        .join_asof(held, on="at", by=["device_a", "other"], check_sortedness=False)
        .sort("_cell")["near"]
    )
    cells = cells.sort("_cell").with_columns(_stale=~near.fill_null(value=True)).drop(
        "device_a", "other"
    )  # fmt: skip
    fresh = ~pl.col("_stale")
    most = pl.when(fresh & ~pl.col("_dead")).then("_seen").max().over(WHOLE).fill_null(0.0)
    cells = cells.with_columns(
        _full=(pl.col("_seen") >= FULL * most) & ~pl.col("_dead"),
        _energy=pl.col("_energy") & (pl.col("_seen") >= HALF * most),
    )
    order = ["_stale", "_dead", "_energy", "_full", "_scan", "depth", "_sigma", "device", "_row"]
    down = [False, False, True, True, False, True, False, False, False]
    first = cells.sort(*WHOLE, *order, descending=[False] * 3 + down, nulls_last=True).unique(
        WHOLE, keep="first", maintain_order=True
    )["_cell"]
    cells = cells.with_columns(_best=pl.col("_cell").is_in(first.implode()))
    return _explained(cells)


def _explained(cells: pl.DataFrame) -> pl.DataFrame:
    """Give the cells with the devices beside the best one, and why it is the best."""
    live = ~pl.col("_stale") & ~pl.col("_dead")
    here = cells.filter(live)
    best = pl.col("_best")
    told = here.group_by(WHOLE).agg(
        also=pl.col("device").filter(~best).unique().sort().str.join(","),
        _rest=(~best).sum(),
        _energies=pl.col("_energy").filter(~best).any(),
        _thin=(~pl.col("_full")).filter(~best).any(),
        _same=(pl.col("depth").n_unique() == 1),
    )
    gone = cells.group_by(WHOLE).agg(_gone=(pl.col("_stale") & ~pl.col("_dead")).any())
    cells = cells.join(told, on=WHOLE, how="left", maintain_order="left").join(
        gone, on=WHOLE, how="left", maintain_order="left"
    )
    alone = pl.col("_rest").fill_null(0) == 0
    return cells.with_columns(
        also=pl.col("also").replace("", None),
        chosen=pl.when(alone & pl.col("_gone")).then(pl.lit("apart"))
        .when(alone).then(None)
        .when(pl.col("_energy") & ~pl.col("_energies")).then(pl.lit("energy"))
        .when(pl.col("_thin")).then(pl.lit("coverage"))
        .when(~pl.col("_same")).then(pl.lit("vehicle"))
        .otherwise(pl.lit("accuracy")),
    )  # fmt: skip


def _merged(cells: pl.DataFrame, shared: pl.DataFrame, *more: str) -> pl.DataFrame:
    """Give rows of loads again from their cells: what follows each other is one."""
    rows = cells.sort("_row", "low")
    same = pl.all_horizontal(
        *(pl.col(name).eq_missing(pl.col(name).shift()) for name in ("_row", *more)),
        pl.col("low") == pl.col("high").shift(),
    )
    spans = rows.group_by(_run=(~same.fill_null(value=False)).cum_sum(), maintain_order=True).agg(
        pl.col("_row", *more).first(), _low=pl.col("low").min(), _high=pl.col("high").max()
    )
    whole = spans.join(shared, on="_row", maintain_order="left")
    # where a thing only changed the device that tells of it nobody scanned it
    return whole.with_columns(
        origin=pl.when(pl.col("_low") == pl.col("since")).then("origin"),
        destination=pl.when(pl.col("_high") == pl.col("until")).then("destination"),
        since="_low", until="_high",
    )  # fmt: skip


def _apart(cells: pl.DataFrame) -> pl.DataFrame:
    """Give the things that devices claimed which were elsewhere, with those devices."""
    long = pl.min_horizontal("high", pl.coalesce("_last", "high")) - pl.col("low")
    return (
        cells.filter(pl.col("_stale") & ~pl.col("_dead"))
        .with_columns(_long=long)
        .group_by("subject")
        .agg(
            _long=pl.col("_long").sum(),
            value=pl.concat_str("_by", pl.lit(" / "), "device").unique().sort().first(),
        )
        .filter(pl.col("_long") > LONG_US)
        .select("subject", "value")
        .sort("subject")
    )


def _beside(best: pl.DataFrame) -> pl.DataFrame:
    """Give the devices that only went along, with one that tells for them, and of how much."""
    return (
        best.filter(pl.col("also").is_not_null())
        .select("subject", value="device", device=pl.col("also").str.split(","))
        .explode("device")
        .group_by("device")
        .agg(value=pl.col("value").min(), count=pl.col("subject").n_unique().cast(pl.Int64))
        .sort("device")
    )
