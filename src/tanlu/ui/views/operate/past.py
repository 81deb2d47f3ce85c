"""What parks did in the last hours: the sun is gone at night, and what it gave is not."""

from __future__ import annotations

import time
from collections.abc import Sequence

from tanlu.serve.live import Day, lately
from tanlu.ui.frame.page import Context

__all__ = ["SOURCES", "given", "known", "past_of"]

HOUR_US = 3_600_000_000
# all parks of a page together are waited for so long
PATIENCE_S = 1.5
# of what is told in energy; batteries give what they took
SOURCES = ("pv", "grid")


def past_of(context: Context, parks: Sequence[str]) -> dict[str, Day]:
    """Give the last hours of parks, as far as the ledger tells them quickly."""
    now_us, patience_s = time.time_ns() // 1000, PATIENCE_S / max(1, len(parks))
    found = {
        park: lately(context.asked.workspace, park, now_us, patience_s=patience_s) for park in parks
    }
    return {park: past for park, past in found.items() if past is not None}


def known(past: Day | None) -> bool:
    """Tell whether anything of some hours is known."""
    return past is not None and any(v is not None for _, values in past.lines for v in values)


def given(context: Context, role: str, past: Day | None) -> str:
    """Give the energy that sun or grid gave in the last hours; empty where nothing is known."""
    told = past.energy(role) if past and role in SOURCES else None
    if told is None:
        return ""
    joules, long_us = told
    hours = long_us / HOUR_US
    return context.words(
        "parks.detail.energy", energy=context.numbers.energy(joules),
        hours=f"{hours:.0f}" if hours >= 9.5 else f"{hours:.1f}",
    )  # fmt: skip
