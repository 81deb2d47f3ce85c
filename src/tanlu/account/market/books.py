"""The rows by market of a ledger: made after all rows by location, anew where these changed.

Which share of a holder's electricity its instruments cover is known only when all of its
consumption of a year is; so these rows are written last, holder by holder, market by market and
year by year, and written anew when the consumption, the instruments or the factors change.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.account.market.instruments import NAME, NONE, instruments, parse
from tanlu.account.market.supply import KEYS, findings, supplies
from tanlu.account.market.twins import METER, placed, twins
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanlu.account.market.instruments import Instruments
    from tanlu.factors import Library
    from tanlu.store import Workspace

__all__ = ["MARKET", "Market", "by_market", "market", "repeated"]

# what a commit of such rows calls its stage
MARKET = "market"
SLICE = 200_000
DAY_US = 86_400_000_000
WHERE, HERE = "|generation|market|", "|generation|location|"


class Market(NamedTuple):
    """What the rows by market of a profile are made from: rows by location, supply, instruments."""

    rows: pl.LazyFrame
    supply: pl.DataFrame
    told: Instruments


def market(workspace: Workspace, profile: str, *, as_of: int | None = None) -> Market:
    """Give what the rows by market of a ledger are made from, as they were made last.

    Parameters
    ----------
    workspace
        Opened by ``tanlu.store.open_workspace``.
    profile
        One that books generation apart.
    as_of
        Ledger version; the newest without one.

    Raises
    ------
    TanluError
        TL607 when the ``instruments.csv`` of that time is not among the originals.
    """
    sha256 = next((line["source"]["instruments"] for line in _lines(workspace, profile, as_of)), "")
    told = parse(workspace.originals.get(sha256).read_bytes()) if sha256 else NONE
    rows = _placed(workspace, profile, as_of)
    return Market(rows, supplies(_consumption(rows), told), told)


def repeated(
    workspace: Workspace, library: Library, profile: str, gwp_set: str, as_of: int | None = None
) -> Iterator[pl.DataFrame]:
    """Make the rows by market of a ledger again, slice by slice, as they were made last."""
    made = market(workspace, profile, as_of=as_of)
    for span in _spans(made.rows):
        batch = made.rows.filter(pl.col("start").is_between(*span, closed="left"))
        yield twins(
            batch.collect(engine="streaming"), made.supply,
            library=library, profile=profile, gwp_set=gwp_set,
        )  # fmt: skip


def by_market(workspace: Workspace, pins: dict[str, str], library: Library) -> Iterator[int]:
    """Write the rows by market that are not there yet or not so any more; yields rows done.

    Slice by slice, each one commit that names what it is a slice of: a run that was killed, or that
    meets another one, goes on behind the slices that are written.
    """
    from tanlu.factors import profile as ruled

    if ruled(pins["profile"]).electricity != "apart":
        return
    while plan := _plan(workspace, pins):
        for number, span in enumerate(plan.spans):
            batch = plan.rows.filter(pl.col("start").is_between(*span, closed="left"))
            made = twins(
                batch.collect(engine="streaming"), plan.supply,
                library=library, profile=pins["profile"], gwp_set=pins["gwp_set"],
            )  # fmt: skip
            with workspace.writer():
                # another process may have been faster: what it wrote is looked at anew
                if _head(workspace, pins["profile"]) != plan.head + number:
                    break
                _write(workspace, plan, pins, span, made, last=number == len(plan.spans) - 1)
            yield made.height
        else:
            return


class _Plan(NamedTuple):
    """What is to be written: rows by location of changed groups, cut at days, and from what."""

    rows: pl.LazyFrame
    supply: pl.DataFrame
    told: Instruments
    totals: pl.DataFrame
    marks: dict[str, str]
    changed: list[str]
    gone: pl.DataFrame
    spans: list[tuple[int, int]]
    target: str
    head: int


def _plan(workspace: Workspace, pins: dict[str, str]) -> _Plan | None:
    head = _head(workspace, pins["profile"])
    told = _kept(workspace)
    rows = _placed(workspace, pins["profile"], None)
    totals = _consumption(rows)
    supply = supplies(totals, told)
    marks = _marks(supply, totals, pins)
    last = next(_lines(workspace, pins["profile"], None), None)
    before = _before(workspace, pins["profile"])
    changed = sorted(key for key, mark in marks.items() if before.get(key) != mark)
    gone = _orphans(workspace, pins["profile"])
    heard = last["source"]["instruments"] if last else ""
    if not changed and not gone.height and heard == told.sha256:
        return None
    named = rows.filter(pl.concat_str(KEYS, separator="|").is_in(changed))
    text = "|".join((told.sha256, *(f"{key}={marks[key]}" for key in changed)))
    target = hashlib.sha256(text.encode()).hexdigest()
    spans = list(_spans(named)) or [(0, 0)]
    # the last slice says that all are there, so it is always written
    done = _done(workspace, pins["profile"], target)
    spans = [span for span in spans[:-1] if span not in done] + spans[-1:]
    return _Plan(named, supply, told, totals, marks, changed, gone, spans, target, head)


def _write(
    workspace: Workspace,
    plan: _Plan,
    pins: dict[str, str],
    span: tuple[int, int],
    made: pl.DataFrame,
    *,
    last: bool,
) -> None:
    old, tables = [_old(workspace, made["emission_id"])], {"emission": made}
    source: dict[str, Any] = {
        "by": "quantify", "pins": pins, "stage": MARKET, "instruments": plan.told.sha256,
        "target": plan.target, "span": list(span),
    }  # fmt: skip
    if last:
        tables["finding"] = findings(plan.told, plan.totals, pins["profile"])
        old += [_unsaid(workspace, pins["profile"]), plan.gone]
        source["groups"] = plan.marks
    else:
        source["open"] = plan.changed
    if any(each.height for each in old):
        tables["retraction"] = pl.concat(old).unique(("id", "of"), maintain_order=True)
    workspace.commit(tables, source=source)


def _kept(workspace: Workspace) -> Instruments:
    """Give what the workspace holds now, with its ``instruments.csv`` kept among the originals."""
    told = instruments(workspace.path)
    if told.sha256 and workspace.originals.put(workspace.path / NAME) != told.sha256:
        raise TanluError("TL607", value=NAME, why="it changed while it was read")
    return told


def _placed(workspace: Workspace, profile: str, as_of: int | None) -> pl.LazyFrame:
    """Give the rows by location with what their activities tell of a contract, and of the meter.

    A leg that takes a share of metered electricity did not buy it: who did, where and when is what
    the activity of the meter says.
    """
    rows = workspace.scan("emission", as_of=as_of).filter(
        pl.col("profile") == profile,
        pl.col("boundary") == "generation",
        pl.col("basis") == "location",
    )
    told = (
        workspace.scan("activity", as_of=as_of, columns=["activity_id", "kind", "technology",
                                                         "round", "operation", *METER])
        .filter(
            pl.col("kind") == "energy.electricity",
            pl.any_horizontal(pl.col("technology", "round", "operation").is_not_null()),
        )
        .select(pl.col("activity_id").alias("_of"), "technology",
                *(pl.col(name).alias(f"meter_{name}") for name in METER))
        .collect(engine="streaming")
    )  # fmt: skip
    of = rows.with_columns(pl.coalesce("share_of", "activity_id").alias("_of"))
    return placed(of.join(told.lazy(), on="_of", how="left").drop("_of"), workspace.zone)


def _consumption(rows: pl.LazyFrame) -> pl.DataFrame:
    """Give the electricity that instruments may cover: by holder, market, year and origin.

    What an activity tells of its own contract is no such electricity, but its rows are counted.
    """
    pooled = pl.col("technology").is_null() | pl.col("own")
    return (
        rows.group_by(*KEYS, "own")
        .agg(
            pl.col("energy_j").filter(pooled).cast(pl.Int128).sum(),
            pl.len().cast(pl.Int64).alias("rows"),
            pl.col("co2e_ug").cast(pl.Int128).sum(),
            pl.struct("emission_id", "technology", "energy_j").hash().sum().alias("ids"),
        )
        .sort(*KEYS, "own")
        .collect(engine="streaming")
    )


def _marks(supply: pl.DataFrame, totals: pl.DataFrame, pins: dict[str, str]) -> dict[str, str]:
    """Give a fingerprint of all that the rows of a holder, market and year follow from."""
    held = "|".join(f"{name}={value}" for name, value in sorted(pins.items()))
    both = supply.hstack(totals.select("rows", "co2e_ug", "ids"))
    digests: dict[str, Any] = {}
    for row in both.iter_rows(named=True):
        key = "|".join(str(row[name]) for name in KEYS)
        text = "|".join(f"{name}={value}" for name, value in row.items())
        digests.setdefault(key, hashlib.sha256(held.encode())).update(text.encode())
    return {key: digest.hexdigest() for key, digest in digests.items()}


def _lines(workspace: Workspace, profile: str, as_of: int | None) -> Iterator[dict[str, Any]]:
    for line in reversed(workspace.log("append")):
        source = line.get("source")
        late = as_of is not None and line["version"] > as_of
        if late or not isinstance(source, dict) or source.get("by") != "quantify":
            continue
        if source["stage"] == MARKET and source["pins"]["profile"] == profile:
            yield line


def _head(workspace: Workspace, profile: str) -> int:
    """Give how many commits of rows by market there are."""
    return sum(1 for _ in _lines(workspace, profile, None))


def _before(workspace: Workspace, profile: str) -> dict[str, str]:
    """Give the fingerprints of the groups that are whole; one that was left half-way has none."""
    half: set[str] = set()
    for line in _lines(workspace, profile, None):
        if (groups := line["source"].get("groups")) is not None:
            return {key: mark for key, mark in groups.items() if key not in half}
        half |= set(line["source"].get("open", ()))
    return {}


def _done(workspace: Workspace, profile: str, target: str) -> set[tuple[int, int]]:
    """Give the slices that a run which did not end wrote of the same target."""
    done: set[tuple[int, int]] = set()
    for line in _lines(workspace, profile, None):
        source = line["source"]
        if "groups" in source or source.get("target") != target:
            break
        done.add((source["span"][0], source["span"][1]))
    return done


def _orphans(workspace: Workspace, profile: str) -> pl.DataFrame:
    """Give the retraction of rows by market whose row by location is no more."""
    rows = workspace.scan("emission", columns=["emission_id", "profile", "basis", "boundary"])
    rows = rows.filter(pl.col("profile") == profile, pl.col("boundary") == "generation")
    here = rows.filter(pl.col("basis") == "location").select("emission_id")
    there = rows.filter(pl.col("basis") == "market").select(
        pl.col("emission_id").alias("id"),
        pl.col("emission_id").str.replace(WHERE, HERE, literal=True).alias("emission_id"),
    )
    left = there.join(here, on="emission_id", how="anti").collect(engine="streaming")
    return _retraction(left["id"])


def _unsaid(workspace: Workspace, profile: str) -> pl.DataFrame:
    """Give the retraction of what was said of instruments before."""
    rows = workspace.scan("finding", columns=["finding_id", "subject", "profile"]).filter(
        pl.col("profile") == profile, pl.col("subject").str.starts_with("instrument:")
    )
    said = rows.select("finding_id").collect(engine="streaming")["finding_id"]
    return _retraction(said).with_columns(
        pl.lit("finding_id").alias("key"), pl.lit("finding").alias("of")
    )


def _old(workspace: Workspace, ids: pl.Series) -> pl.DataFrame:
    return _retraction(workspace.known_ids("emission", ids))


def _retraction(ids: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"id": ids.cast(pl.String)}).select(
        "id",
        pl.lit("emission_id").alias("key"),
        pl.lit("emission").alias("of"),
        pl.lit("quantified anew").alias("reason"),
    )


def _spans(rows: pl.LazyFrame) -> Iterator[tuple[int, int]]:
    """Give spans of the start, cut at days, of so many rows that a slice is bounded."""
    days = (
        rows.group_by((pl.col("start") // DAY_US).alias("day"))
        .agg(pl.len().cast(pl.Int64).alias("rows"))
        .sort("day")
        .collect(engine="streaming")
    )
    first, last, held = None, 0, 0
    for day, count in days.iter_rows():
        if first is not None and held + count > SLICE:
            yield first * DAY_US, (last + 1) * DAY_US
            first, held = None, 0
        first, last, held = day if first is None else first, day, held + count
    if first is not None:
        yield first * DAY_US, (last + 1) * DAY_US
