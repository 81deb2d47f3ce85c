"""How large a sample must be, found by drawing many of them from a population with known errors.

The textbook size leaves no room for the small errors that every population has: at 60 units one
of them is enough to fail. So the size is the least at which a population with the *expected*
misstatement is seldom rejected, by the very rule that later decides (`bounds.stringer`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms import Chart
from tanlu.verify.assurance.sampling.bounds import ONE, errorless_size, factor, textbook_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

__all__ = ["ERRORS", "Power", "Size", "rejected", "sized"]

# what goes wrong, as a share of the amount in the frame of the sample: reported one and a half
# times the truth, the truth one and a half times what is reported, and left out altogether
ERRORS = {"over": (1, 3), "under": (1, 2), "omission": (1, 1)}
CURVE_PPM = tuple(range(0, 90_000, 10_000))
MOST_UNITS = 20_000
MOST_ERRORS = 40
SEED = 14064


@dataclass(frozen=True, slots=True)
class Size:
    """One size that was tried: how often a population with the expected error was rejected."""

    points: int
    over_ppm: int
    omission_ppm: int


@dataclass(frozen=True, slots=True)
class Power:
    """A size and why: what was tried, and the share of samples that reject, by misstatement.

    ``curve`` maps a kind of error to the rejections [ppm] at each misstatement of ``CURVE_PPM``;
    ``errorless`` and ``textbook`` stand beside for information.
    """

    points: int
    tried: tuple[Size, ...]
    curve: dict[str, tuple[int, ...]]
    errorless: int
    textbook: int | None
    draws: int

    def chart(self, title: str, names: dict[str, str]) -> Chart:
        """Give the power curve as a picture: share of samples that reject, by misstatement."""
        return Chart(
            kind="curve",
            title=title,
            unit="%",
            categories=tuple(f"{ppm / 10_000:g} %" for ppm in CURVE_PPM),
            series=tuple(
                (names[kind], tuple(rate / 10_000 for rate in rates))
                for kind, rates in self.curve.items()
            ),
        )


def sized(
    sizes: pl.Series,
    *,
    tolerable_ppm: int,
    expected_ppm: int,
    confidence_ppm: int,
    risk_ppm: int = 100_000,
    draws: int = 1000,
) -> Power:
    """Give the size of both samples for the expected misstatement, and its power.

    Parameters
    ----------
    sizes
        Amounts of the units of the ledger; more than 20,000 are thinned evenly by rank.
    tolerable_ppm, expected_ppm
        Materiality and expected misstatement, as shares of the total [ppm].
    confidence_ppm
        Of the upper bound.
    risk_ppm
        How often a population with the expected misstatement may be rejected.
    draws
        Populations drawn for each size and misstatement.

    Raises
    ------
    TanluError
        TL002 without the extra ``account`` (numpy); TL755 when nothing tolerable is left.

    Notes
    -----
    Tried are the sizes that stand one more unit left out each: 63, 100, 133, 163 … at 95 % and
    5 % of what is reported, which is 4.76 % of a frame that has what was left out too.
    """
    if expected_ppm >= tolerable_ppm:
        raise TanluError(
            "TL755", value="expected", why=f"{expected_ppm} ppm, but only {tolerable_ppm} is borne"
        )
    amounts = _thinned(sizes)
    test = partial(
        rejected, amounts, tolerable_ppm=tolerable_ppm, confidence_ppm=confidence_ppm, draws=draws
    )
    tried: list[Size] = []
    points, bearable = 0, in_frame(tolerable_ppm)
    for errors in range(MOST_ERRORS):
        points = min(errorless_size(bearable, confidence_ppm, errors), sizes.len())
        rates = test(points, [("over", expected_ppm), ("omission", expected_ppm)])
        tried.append(Size(points, *rates))
        if max(rates) <= risk_ppm or points == sizes.len():
            break
    asked = [(kind, ppm) for kind in ERRORS for ppm in CURVE_PPM]
    rates = test(points, asked)
    curve = {
        kind: tuple(rates[place * len(CURVE_PPM) : (place + 1) * len(CURVE_PPM)])
        for place, kind in enumerate(ERRORS)
    }
    # what was never reported has no chance to be drawn: a forward sample sees a clean population
    curve["unseen"] = (curve["over"][0],) * len(CURVE_PPM)
    return Power(
        points=points,
        tried=tuple(tried),
        curve=curve,
        errorless=errorless_size(tolerable_ppm, confidence_ppm),
        textbook=textbook_size(tolerable_ppm, expected_ppm, confidence_ppm),
        draws=draws,
    )


def _numpy() -> Any:
    try:
        return import_module("numpy")
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value="numpy", extra="account") from error


def _thinned(sizes: pl.Series) -> Any:
    np = _numpy()
    amounts = np.sort(sizes.to_numpy().astype(np.float64))[::-1]
    step = -(-len(amounts) // MOST_UNITS)
    return amounts[step // 2 :: step]


def rejected(
    amounts: Any,
    points: int,
    wanted: Sequence[tuple[str, int]],
    *,
    tolerable_ppm: int,
    confidence_ppm: int,
    draws: int = 1000,
    seed: int = SEED,
) -> list[int]:
    """Give how often samples of a size reject populations with so much misstated [ppm].

    Parameters
    ----------
    amounts
        Sizes of the units, an array.
    points
        Size of the sample.
    wanted
        What is asked: kind of error (``over``, ``under`` or ``omission``) and misstatement [ppm]
        as a share of what is reported, laid on units chosen by chance. Omissions are drawn from a
        frame that has all units, so that m of what is reported is m / (1 + m) of the frame, and
        so is what is tolerable.
    """
    np = _numpy()
    shares = np.array([ERRORS[kind][0] / ERRORS[kind][1] for kind, _ in wanted])
    frames = [in_frame if kind == "omission" else int for kind, _ in wanted]
    ordered = np.sort(amounts)[::-1]
    total, count = float(ordered.sum()), len(ordered)
    least = np.array([turn(ppm) for turn, (_, ppm) in zip(frames, wanted, strict=True)])
    targets = total * least / ONE / shares
    whole, left = _certain(ordered, points)
    ends = np.cumsum(ordered[whole:])
    interval = (float(ends[-1]) if left else 0.0) / max(left, 1)
    dice = np.random.Generator(np.random.Philox(seed))
    steps, rank = np.arange(left), np.empty(count, np.int64)
    found = np.zeros((draws, len(wanted)), np.int64)
    exact = np.zeros((draws, len(wanted)))
    for one in range(draws):
        order = dice.permutation(count)
        rank[order] = np.arange(count)
        # the units that come first in this order are wrong, until they make up the misstatement
        wrong = np.searchsorted(np.cumsum(ordered[order]), targets, side="right")
        at = (steps + dice.random(left)) * interval
        hit = np.minimum(np.searchsorted(ends, at, side="right"), len(ends) - 1)
        found[one] = (rank[whole + hit][:, None] < wrong).sum(axis=0)
        exact[one] = (ordered[:whole, None] * (rank[:whole, None] < wrong)).sum(axis=0)
    known = np.array([factor(k, confidence_ppm) / ONE for k in range(int(found.max()) + 1)])
    bounds = (known[0] + shares * (known[found] - known[0])) * interval + exact * shares
    tolerable = total * np.array([turn(tolerable_ppm) for turn in frames]) / ONE
    return [round(float(share) * ONE) for share in (bounds > tolerable).mean(axis=0)]


def in_frame(share_ppm: int) -> int:
    """Give what a share of the reported amount is of a frame that has what was left out too."""
    return share_ppm * ONE // (ONE + share_ppm)


def _certain(ordered: Any, points: int) -> tuple[int, int]:
    total, count = float(ordered.sum()), 0
    for size in ordered[:points]:
        if size * (points - count) < total:
            break
        total, count = total - float(size), count + 1
    return (count, points - count) if count < len(ordered) else (count, 0)
