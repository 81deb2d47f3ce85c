"""Draw docs/*/explain/power.svg: how often a sample of the planned size rejects.

``python tools/docs/power_picture.py``; the population is the simulated one of that page.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from tanlu.report.svg import picture
from tanlu.verify.assurance.sampling import sized
from tanlu.verify.assurance.words import Words

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Write both pictures."""
    legs = pl.Series(np.random.default_rng(1).lognormal(0, 1, 20_000))
    power = sized(
        legs, tolerable_ppm=50_000, expected_ppm=10_000, confidence_ppm=950_000, draws=2000
    )
    for tongue in ("en", "zh"):
        words = Words(tongue)
        names = {kind: words(f"power.{kind}") for kind in power.curve}
        chart = power.chart(words("power.title", points=power.points), names)
        path = ROOT / f"docs/{tongue}/explain/power.svg"
        path.write_text(picture(chart, 640) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
