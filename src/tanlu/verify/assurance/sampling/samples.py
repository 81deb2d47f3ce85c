"""Two samples, always: from what is reported to its evidence, and from an independent frame back.

The forward sample finds what is reported too high or too low; only the reverse sample can find
what was never reported (``docs/…/explain/assurance.md`` has the figures).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tanlu.verify.assurance.risks import CLASSES, Risk, classes
from tanlu.verify.assurance.sampling.draw import Drawn, draw

if TYPE_CHECKING:
    import polars as pl

    from tanlu.verify.assurance.frame import Frame
    from tanlu.verify.assurance.streams import Population

__all__ = ["FORWARD", "REVERSE", "Stratum", "TwoSamples", "allocated", "drawn"]

FORWARD, REVERSE = "forward", "reverse"
# how errors spread in a stratum, relative to the others: our assumption
SPREAD = {"low": 1, "medium": 2, "high": 3}


@dataclass(frozen=True, slots=True)
class Stratum:
    """One draw: its label, what it stands for and what was drawn.

    ``label`` is that of `draw`, so that anyone can repeat it.
    """

    label: str
    points: int
    drawn: Drawn

    @property
    def name(self) -> str:
        """The name that all rounds of a draw share."""
        return self.label.partition("/")[0]

    def payload(self) -> dict[str, Any]:
        """Give it for a statement; amounts as decimal texts, for they may pass 64 bits."""
        ids = self.drawn.rows["id"].to_list()
        return {
            "label": self.label,
            "points": self.points,
            "random": self.drawn.points,
            "total": str(self.drawn.total),
            "units": len(ids),
            "ids": hashlib.sha256("".join(f"{one}\n" for one in ids).encode()).digest(),
        }


@dataclass(frozen=True, slots=True)
class TwoSamples:
    """Both samples, with all their rounds; ``reverse`` is empty only while no frame is named."""

    forward: tuple[Stratum, ...]
    reverse: tuple[Stratum, ...] = ()
    rounds: int = 1
    frame: dict[str, Any] = field(default_factory=dict)

    def whole(self) -> dict[str, pl.Series]:
        """Give what the first round took whole, by the name of the draw."""
        import polars as pl

        return {
            each.name: each.drawn.rows.filter(pl.col("hits").is_null())["id"]
            for each in (*self.forward, *self.reverse)
            if each.name == each.label
        }

    def payload(self) -> dict[str, Any]:
        """Give both for a statement."""
        return {
            "round": self.rounds,
            "forward": [one.payload() for one in self.forward],
            "reverse": [one.payload() for one in self.reverse],
            "frame": self.frame,
        }


def drawn(
    found: Population,
    frame: Frame | None,
    points: int,
    seed: bytes,
    *,
    register: list[Risk] | None = None,
    before: TwoSamples | None = None,
) -> TwoSamples:
    """Draw both samples of a round.

    Parameters
    ----------
    points
        Units to look at, in each of the two samples and in this round.
    register
        Risks by stream, where more units are to be drawn from what is riskier.
    before
        The rounds so far, which this one extends: it has points of its own, and what was looked
        at whole is not drawn again.
    """
    units = found.units.select("id", "size")
    rounds = 1 if before is None else before.rounds + 1
    done = {} if before is None else before.whole()
    end = "" if rounds == 1 else f"/{rounds}"

    def stratum(units: pl.DataFrame, points: int, name: str) -> Stratum:
        label = f"{name}{end}"
        return Stratum(label, points, draw(units, points, seed, label, done.get(name)))

    forward: tuple[Stratum, ...]
    if register is not None:
        parts = classes(found.units, register)
        named = [(name, units.filter(parts == name)) for name in CLASSES]
        named = [(name, part) for name, part in named if part.height and _total(part)]
        shares = allocated(points, [(_total(part), SPREAD[name]) for name, part in named])
        forward = tuple(
            stratum(part, share, f"{FORWARD}-{name}")
            for (name, part), share in zip(named, shares, strict=True)
        )
    else:
        forward = (stratum(units, points, FORWARD),)
    ahead = () if before is None else before.forward
    if frame is None:
        return TwoSamples((*ahead, *forward), rounds=rounds)
    about = {
        "sha256": frame.sha256, "unit": frame.unit, "rows": frame.units.height,
        "covers": list(frame.covers),
    }  # fmt: skip
    behind = () if before is None else before.reverse
    back = (*behind, stratum(frame.units, points, REVERSE))
    return TwoSamples((*ahead, *forward), back, rounds, about)


def _total(units: pl.DataFrame) -> int:
    import polars as pl

    return int(units["size"].cast(pl.Int128).sum())


def allocated(points: int, strata: list[tuple[int, int]]) -> list[int]:
    """Share a sample among strata so that the estimate varies least: n_h ∝ T_h·σ_h.

    Neyman (1934), for draws proportional to size: T_h is the amount of a stratum, σ_h how its
    errors spread. By largest remainders, at least one each; whole numbers throughout.

    Parameters
    ----------
    strata
        (T_h, σ_h) of each.
    """
    weights = [total * spread for total, spread in strata]
    every, free = sum(weights), max(points - len(strata), 0)
    shares = [1 + free * weight // every for weight in weights]
    rest = [(-(free * weight % every), place) for place, weight in enumerate(weights)]
    for _, place in sorted(rest)[: max(points - sum(shares), 0)]:
        shares[place] += 1
    return shares
