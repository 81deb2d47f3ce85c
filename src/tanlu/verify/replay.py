"""Replay: the two pure steps, match and quantify, done again for what the ledger holds.

Nothing is read from an emission but its key; what the activities and the factors give again is
then compared with what is recorded, to the microgram. Activities that share a measured total are
replayed together; all others slice by slice of their start, so memory does not grow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from tanlu.terms import Progress
from tanlu.verify.compare import COMPARED, compare

if TYPE_CHECKING:
    import polars as pl

__all__ = ["replay"]

SLICE_ROWS = 500_000
HOUR_US = 3_600_000_000
SHOWN = 1000
# what is looked at of an emission
NEEDED = tuple(
    dict.fromkeys(("emission_id", "activity_id", "profile", "start", "method", *COMPARED))
)


def replay(
    workspace: Any,
    sample: int | None = None,
    *,
    as_of: int | None = None,
    profiles: Collection[str] | None = None,
    seed: int = 0,
) -> Iterator[Progress]:
    """Repeat the calculations of a ledger and compare every emission.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    sample
        Only so many activities, chosen by a hash of their identity; with all that share a
        measured total with them. Every activity without.
    as_of
        Ledger version; the newest without one.
    profiles
        Only emissions of these; of all without.
    seed
        Of the hash: chance where the maker of the ledger must not know the sample beforehand.

    Yields
    ------
    Progress
        In activities. The last one's result is a dict: ``activities``, ``compared`` (emissions),
        ``equal``, ``differences`` (all findings), of these ``missing`` and ``extra``, and
        ``findings``, the first of them as rows of schema ``finding``.
    """
    import polars as pl

    from tanlu.account import in_force, quantify
    from tanlu.account.choose import card_in_force
    from tanlu.factors.packs import library_of

    activities = workspace.scan("activity", as_of=as_of)
    whole = workspace.scan("emission", as_of=as_of, columns=NEEDED)
    if profiles is not None:
        whole = whole.filter(pl.col("profile").is_in(list(profiles)))
    # rows by market follow from all rows by location and are repeated after them
    # a row without a method is somebody's too: it must not pass between the two
    emissions = whole.filter(pl.col("method").ne_missing("market"))
    if sample is not None:
        activities = _sampled(activities, sample, seed)
    rules = ruled(emissions)
    held = {name: library_of(workspace, as_of=as_of, profile=name) for name, _ in rules}
    decided = {profile: in_force(workspace, profile=profile, as_of=as_of) for profile, _ in rules}
    cards = {name: card_in_force(workspace, profile=name, as_of=as_of) for name, _ in rules}
    counts = dict.fromkeys(("activities", "compared", "equal", "differences"), 0)
    counts |= {"missing": 0, "extra": 0}
    shown: list[dict[str, Any]] = []
    total = _count(activities)
    for batch, span in batches(activities):
        counts["activities"] += batch.height
        for profile, gwp_set in rules:
            written = recorded(emissions, batch, span, profile)
            repeated = quantify(
                batch,
                library=held[profile],
                profile=profile,
                gwp_set=gwp_set,
                chains=decided[profile],
                assured=assured(workspace, profile, as_of),
                card=cards[profile],
            ).emissions
            found = compare(written, repeated)
            _tell(counts, written.height, found)
            shown += found.head(SHOWN - len(shown)).to_dicts()
        yield Progress("replay", counts["activities"], total, "activities")
    if sample is None:
        strays = _strays(emissions, activities, counts["compared"])
        found = compare(strays, strays.clear())
        _tell(counts, strays.height, found)
        shown += found.head(SHOWN - len(shown)).to_dicts()
        for rows, found in _by_market(workspace, whole, rules, held, as_of):
            _tell(counts, rows, found)
            shown += found.head(SHOWN - len(shown)).to_dicts()
    result = {**counts, "findings": shown}
    yield Progress("replay", counts["activities"], total, "activities", result)


def _by_market(
    workspace: Any,
    emissions: pl.LazyFrame,
    rules: list[tuple[str, str]],
    held: dict[str, Any],
    as_of: int | None,
) -> Iterator[tuple[int, pl.DataFrame]]:
    """Give how many rows by market are written and how they differ, profile by profile."""
    import polars as pl

    from tanlu.account.market import repeated

    by = emissions.filter(pl.col("method") == "market")
    for profile, gwp_set in rules:
        written = by.filter(pl.col("profile") == profile, pl.col("gwp_set") == gwp_set)
        left = written.select("emission_id").collect(engine="streaming")
        if not left.height:
            continue
        for again in repeated(workspace, held[profile], profile, gwp_set, as_of):
            ids = again.select("emission_id").lazy()
            same = written.join(ids, on="emission_id", how="semi").collect(engine="streaming")
            left = left.join(again, on="emission_id", how="anti")
            yield same.height, compare(same, again)
        if left.height:
            more = written.join(left.lazy(), on="emission_id", how="semi").collect()
            yield more.height, compare(more, more.clear())


def assured(workspace: Any, profile: str, as_of: int | None) -> bool:
    """Tell whether the emissions of a profile were made last without what is in conflict."""
    for line in reversed(workspace.log("append")):
        source = line.get("source")
        late = as_of is not None and line["version"] > as_of
        made = isinstance(source, dict) and source.get("by") == "quantify" and not late
        if made and source["pins"]["profile"] == profile:
            return "assured" in source["pins"]
    return False


def _tell(counts: dict[str, int], compared: int, found: pl.DataFrame) -> None:
    codes = found["code"].value_counts()
    by_code = dict(codes.iter_rows())
    counts["compared"] += compared
    counts["differences"] += found.height
    counts["missing"] += by_code.get("TL703", 0)
    counts["extra"] += by_code.get("TL704", 0)
    counts["equal"] += compared - by_code.get("TL702", 0) - by_code.get("TL704", 0)


def ruled(emissions: pl.LazyFrame) -> list[tuple[str, str]]:
    """Give each profile and GWP set under which the ledger holds emissions."""
    found = emissions.select("profile", "gwp_set").unique().collect(engine="streaming")
    return sorted(found.iter_rows()) or [("iso14083", "AR6")]


def _count(activities: pl.LazyFrame) -> int:
    import polars as pl

    return int(activities.select(pl.len()).collect(engine="streaming").item())


def _strays(emissions: pl.LazyFrame, activities: pl.LazyFrame, compared: int) -> pl.DataFrame:
    """Give the emissions of activities that do not hold; only looked for when some are left."""
    if _count(emissions) == compared:
        return emissions.head(0).collect()
    ids = activities.select("activity_id")
    return emissions.join(ids, on="activity_id", how="anti").collect(engine="streaming")


def _grouped() -> pl.Expr:
    import polars as pl

    return pl.col("round").is_not_null() | pl.col("operation").is_not_null()


def batches(
    activities: pl.LazyFrame,
) -> Iterator[tuple[pl.DataFrame, tuple[int, int] | None]]:
    """Give the activities in batches, none of which splits a round or an operation."""
    import polars as pl

    together = activities.filter(_grouped()).collect(engine="streaming")
    if together.height:
        yield together, None
    alone = activities.filter(~_grouped())
    histogram = (
        alone.group_by((pl.col("start") // HOUR_US).alias("hour"))
        .agg(pl.len().cast(pl.Int64).alias("rows"))
        .sort("hour")
        .collect(engine="streaming")
    )
    for low, high in _slices(histogram):
        span = (low * HOUR_US, (high + 1) * HOUR_US)
        inside = (pl.col("start") >= span[0]) & (pl.col("start") < span[1])
        yield alone.filter(inside).collect(engine="streaming"), span


def _slices(histogram: pl.DataFrame) -> list[tuple[int, int]]:
    slices: list[tuple[int, int]] = []
    rows = 0
    for hour, count in histogram.iter_rows():
        if slices and rows + count <= SLICE_ROWS:
            slices[-1] = (slices[-1][0], hour)
            rows += count
        else:
            slices.append((hour, hour))
            rows = count
    return slices


def recorded(
    emissions: pl.LazyFrame, batch: pl.DataFrame, span: tuple[int, int] | None, profile: str
) -> pl.DataFrame:
    import polars as pl

    rows = emissions.filter(pl.col("profile") == profile)
    if span is not None:
        rows = rows.filter((pl.col("start") >= span[0]) & (pl.col("start") < span[1]))
    ids = batch.lazy().select("activity_id")
    return rows.join(ids, on="activity_id", how="semi").collect(engine="streaming")


def _sampled(activities: pl.LazyFrame, sample: int, seed: int) -> pl.LazyFrame:
    """Give a sample of the activities, with all that share a round or operation with them."""
    import polars as pl

    picked = (
        activities.select("activity_id", "round", "operation")
        .bottom_k(sample, by=pl.col("activity_id").hash(seed))
        .collect(engine="streaming")
    )
    wanted = pl.col("activity_id").is_in(picked["activity_id"].implode())
    for name in ("round", "operation"):
        mates = picked[name].drop_nulls().unique()
        if mates.len():
            wanted = wanted | pl.col(name).is_in(mates.implode()).fill_null(value=False)
    return activities.filter(wanted)
