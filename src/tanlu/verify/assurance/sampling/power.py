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
        rates = [test(points, expected_ppm, kind) for kind in ("over", "omission")]
        tried.append(Size(points, *rates))
        if max(rates) <= risk_ppm or points == sizes.len():
            break
    curve = {kind: tuple(test(points, ppm, kind) for ppm in CURVE_PPM) for kind in ERRORS}
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
    misstated_ppm: int,
    kind: str,
    *,
    tolerable_ppm: int,
    confidence_ppm: int,
    draws: int = 1000,
    seed: int = SEED,
) -> int:
    """Give how often samples of a size reject populations with so much misstated [ppm].

    Parameters
    ----------
    amounts
        Sizes of the units, an array.
    points
        Size of the sample.
    misstated_ppm
        Misstatement as a share of what is reported, laid on units chosen by chance.
    kind
        ``over``, ``under`` or ``omission``; the last is drawn from a frame that has all units, so
        that m of what is reported is m / (1 + m) of the frame, and so is what is tolerable.
    """
    np = _numpy()
    share = ERRORS[kind][0] / ERRORS[kind][1]
    if kind == "omission":
        misstated_ppm, tolerable_ppm = in_frame(misstated_ppm), in_frame(tolerable_ppm)
    ordered = np.sort(amounts)[::-1]
    total = float(ordered.sum())
    whole, left = _certain(ordered, points)
    ends = np.cumsum(ordered[whole:])
    rest = float(ends[-1]) if left else 0.0
    dice = np.random.Generator(np.random.Philox(seed))
    steps = np.arange(left)
    found = np.zeros(draws, np.int64)
    exact = np.zeros(draws)
    for one in range(draws):
        order = dice.permutation(len(ordered))
        wrong = np.cumsum(ordered[order]) * share <= total * misstated_ppm / ONE
        bad = np.zeros(len(ordered), bool)
        bad[order[wrong]] = True
        at = (steps + dice.random(left)) * (rest / max(left, 1))
        hit = np.minimum(np.searchsorted(ends, at, side="right"), len(ends) - 1)
        found[one] = bad[whole + hit].sum()
        exact[one] = ordered[:whole][bad[:whole]].sum() * share
    known = [factor(k, confidence_ppm) / ONE for k in range(int(found.max(initial=0)) + 1)]
    bound = known[0] + share * (np.array(known)[found] - known[0])
    over = bound * (rest / max(left, 1)) + exact > total * tolerable_ppm / ONE
    return round(float(over.mean()) * ONE)


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
