"""IPCC approach 2: the whole inventory drawn many times, with errors shared where causes are.

Every draw gives each shared cause one error and each owner's data another; an amount is multiplied
by all of its errors and added up. Amounts are expected values, so the mean of the draws is the sum
that is reported. Sums by scope, category or entity come from the same draws and are correlated as
they are in truth (IPCC 2006 vol. 1 ch. 3, section 3.2.3.2).
"""

from __future__ import annotations

import hashlib
import math
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.account.doubt.arrays import Shared, shared
from tanlu.account.doubt.blocks import DRAWS, SHARED, Block, blocks, generator, own_sums
from tanlu.account.doubt.extra import numbers
from tanlu.errors import TanluError
from tanlu.terms import Progress

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tanlu.account.doubt.apart import Causes

__all__ = ["Simulation", "simulate"]

LEAST, MOST = 100, 10_000_000
TAILS = (0.025, 0.5, 0.975)


class Simulation(NamedTuple):
    """Draws of an inventory: ``cells`` (the columns of ``by``) and their sums [µg], draw by draw.

    ``totals`` is an array of cells × draws; ``key`` names what was drawn and how.
    """

    cells: pl.DataFrame
    totals: Any
    key: str

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return int(self.totals.shape[1])

    def summary(self, by: Sequence[str] = ()) -> pl.DataFrame:
        """Give what the draws say of each group, all cut from the same draws.

        Returns
        -------
        DataFrame
            The columns of ``by``, ``draws``, ``mean_ug``, ``median_ug``, ``lower_ug``,
            ``upper_ug`` (2.5 and 97.5 %), ``sd_ug`` and the standard errors of the mean and of
            both ends, ``mean_se_ug``, ``lower_se_ug``, ``upper_se_ug``. All float64 [µg].

        Notes
        -----
        The standard error of a quantile p is half the distance of the order statistics at
        n·p ± sqrt(n·p·(1 − p)): no law is assumed.
        """
        np = numbers("numpy")
        names = list(by)
        keyed = self.cells.with_row_index("_cell")
        groups = (
            keyed.group_by(names, maintain_order=True).agg("_cell").sort(names, nulls_last=True)
            if names else keyed.select(pl.col("_cell").implode())
        )  # fmt: skip
        found = []
        for cells in groups["_cell"]:
            drawn = np.sort(self.totals[cells.to_numpy()].sum(axis=0))
            found.append(_told(np, drawn))
        return pl.concat([groups.drop("_cell"), pl.DataFrame(found)], how="horizontal")


def simulate(
    found: Causes,
    draws: int = 10_000,
    *,
    seed: int = 1,
    threads: int = 1,
    frozen: Collection[str] = (),
    resume: Simulation | None = None,
) -> Iterator[Progress]:
    """Draw an inventory, in memory that does not grow with its rows times the draws.

    Parameters
    ----------
    found
        As ``causes`` gives it; its ``by`` are the cells that are kept apart.
    draws
        At least 100; rounded up to whole blocks of 1,000.
    seed
        The same seed gives the same draws, whatever the threads.
    frozen
        Causes that do not err, as if they were known exactly; ``data`` freezes all own errors.
    resume
        The result of an earlier progress of the same simulation: goes on behind it.

    Yields
    ------
    Progress
        Draws done; ``result`` of each is the ``Simulation`` so far.

    Raises
    ------
    TanluError
        TL002 without the extra ``account``, TL545 for a number of draws that is none, TL546 when
        ``resume`` is of another simulation.
    """
    np = numbers("numpy")
    if not LEAST <= draws <= MOST:
        raise TanluError("TL545", value=draws, why=f"{LEAST} … {MOST:,}")
    plan = _plan(found, frozen)
    key = _key(found, seed, frozen)
    if resume is not None and resume.key != key:
        raise TanluError("TL546", value=resume.key[:12], why=key[:12])
    wanted = math.ceil(draws / DRAWS)
    totals = np.empty((plan.cells.height, wanted * DRAWS))
    done = 0 if resume is None else min(resume.draws // DRAWS, wanted)
    if resume is not None:
        totals[:, : done * DRAWS] = resume.totals[:, : done * DRAWS]
    with ThreadPoolExecutor(threads) as pool:
        for number in range(done, wanted):
            span = slice(number * DRAWS, (number + 1) * DRAWS)
            totals[:, span] = _drawn(plan, seed, number, pool, threads)
            so_far = Simulation(plan.cells, totals[:, : span.stop], key)
            yield Progress("draw", span.stop, wanted * DRAWS, "draws", so_far)
    if done == wanted:
        so_far = Simulation(plan.cells, totals, key)
        yield Progress("draw", wanted * DRAWS, wanted * DRAWS, "draws", so_far)


class _Plan(NamedTuple):
    """Lines (case and cell) in the order of cells, what does not err, and blocks of what does."""

    cells: pl.DataFrame
    case: Any
    cell: Any
    certain: Any
    blocks: tuple[Block, ...]
    shared: Shared


def _plan(found: Causes, frozen: Collection[str]) -> _Plan:
    np = numbers("numpy")
    by = list(found.by)
    rows = found.rows.with_columns(pl.lit(0).alias("_all"))
    keys = by or ["_all"]
    cells = rows.select(keys).unique().sort(keys, nulls_last=True).with_row_index("_cell")
    rows = rows.join(cells, on=keys, how="left", nulls_equal=True)
    lines = rows.select("_cell", "case").unique().sort("_cell", "case").with_row_index("line")
    rows = rows.join(lines, on=["_cell", "case"], how="left")
    still = (pl.col("own_sigma") == 0) | ("data" in frozen)
    certain = np.zeros(lines.height)
    flat = rows.filter(still).group_by("line").agg(pl.col("exact").sum()).sort("line")
    certain[flat["line"].to_numpy()] = flat["exact"].cast(pl.Float64).to_numpy()
    return _Plan(
        cells.select(keys) if by or cells.height else pl.DataFrame({"_all": [0]}),
        lines["case"].to_numpy(),
        lines["_cell"].to_numpy(),
        certain,
        tuple(blocks(rows.filter(~still))),
        shared(found, frozen=frozen),
    )


def _drawn(plan: _Plan, seed: int, number: int, pool: ThreadPoolExecutor, threads: int) -> Any:
    """Give the sums of the cells in one block of draws."""
    np = numbers("numpy")
    sums = np.repeat(plan.certain[:, None], DRAWS, axis=1)
    waiting = iter(plan.blocks)
    while few := list(islice(waiting, 4 * threads)):
        # in the order of blocks, whichever thread is ready first
        for block, mine in zip(
            few, pool.map(lambda each: own_sums(each, seed, number), few), strict=True
        ):
            sums[block.lines] += mine
    sums *= _shared_errors(plan.shared, seed, number)[plan.case]
    if not len(plan.cell):
        return np.zeros((plan.cells.height, DRAWS))
    starts = np.flatnonzero(np.r_[True, np.diff(plan.cell.astype(np.int64)) != 0])
    return np.add.reduceat(sums, starts, axis=0)


def _shared_errors(causes: Shared, seed: int, number: int) -> Any:
    """Give by what each case is multiplied in each draw: cases × draws, mean one."""
    np = numbers("numpy")
    random = generator(seed, SHARED, 0, number)
    errors = random.standard_normal((len(causes.names), DRAWS))
    square = causes.lognormal.multiply(causes.lognormal).sum(axis=1)
    found = np.exp(causes.lognormal @ errors - 0.5 * np.asarray(square).reshape(-1, 1))
    for column, law, sigma in causes.others:
        found *= 1 + sigma[:, None] * _standard(random, law, errors[column])
    return found


def _standard(random: Any, law: str, normal: Any) -> Any:
    """Give draws of mean zero and variance one of a law."""
    if law == "triangular":
        return math.sqrt(6) * (random.random(DRAWS) + random.random(DRAWS) - 1)
    if law == "uniform":
        return math.sqrt(12) * (random.random(DRAWS) - 0.5)
    return normal


def _key(found: Causes, seed: int, frozen: Collection[str]) -> str:
    """Give a hash of all that decides the draws."""
    digest = hashlib.sha256(repr((seed, found.by, sorted(frozen))).encode())
    for table in (found.rows.drop("exact"), found.parts):
        digest.update(table.hash_rows(seed=1).to_numpy().tobytes())
    return digest.hexdigest()


def _told(np: Any, drawn: Any) -> dict[str, float]:
    size = len(drawn)
    low, middle, high = (float(np.quantile(drawn, share)) for share in TAILS)
    spread = float(drawn.std(ddof=1))

    def error(share: float) -> float:
        around = math.sqrt(size * share * (1 - share))
        ends = (size * share - around, size * share + around)
        first, last = (drawn[min(max(int(each), 0), size - 1)] for each in ends)
        return float(last - first) / 2

    return {
        "draws": size, "mean_ug": float(drawn.mean()), "median_ug": middle, "lower_ug": low,
        "upper_ug": high, "sd_ug": spread, "mean_se_ug": spread / math.sqrt(size),
        "lower_se_ug": error(TAILS[0]), "upper_se_ug": error(TAILS[2]),
    }  # fmt: skip
