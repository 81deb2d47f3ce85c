"""What is told of streams and meters, as the resampling needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.devices import Registry
from tanlu.monitor.meters.whole import Scale, scale_of

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["Definition", "Definitions", "definitions"]

ROLES = ("register", "interval", "pulse", "gauge")
GAP_US = 2 * 3_600_000_000
LATENESS_US = 600_000_000


class Definition(NamedTuple):
    """One stream of meters: its role, its scale and what is declared of it."""

    stream: str
    role: str
    quantity: str
    scale: Scale
    kind: str | None = None
    carrier: str | None = None
    rollover: float | None = None
    rate_max: float | None = None
    step_us: int | None = None
    lateness_us: int = LATENESS_US
    linear: bool = False
    formula: str | None = None
    minimum: float | None = None
    maximum: float | None = None

    @property
    def gap_us(self) -> int:
        """From which length on a span without a reading is a missing one [us]: 2 steps, 2 h."""
        return min(2 * self.step_us, GAP_US) if self.step_us else GAP_US


class Definitions(NamedTuple):
    """All streams of meters, those that cannot be and why, and the lines of the devices."""

    streams: dict[str, Definition]
    refused: dict[str, str]
    devices: pl.DataFrame

    @property
    def current(self) -> pl.DataFrame:
        """The newest line of each device."""
        lines = self.devices.sort("since", maintain_order=True)
        return lines.unique("device", keep="last", maintain_order=True)

    @property
    def swaps(self) -> pl.DataFrame:
        """Meters that came in the place of another: device, replaces, since and both registers."""
        columns = ("device", "replaces", "since", "first_value", "last_value")
        told = self.devices.filter(pl.col("replaces").is_not_null()).select(columns)
        # later lines of the meter repeat what they do not change: the first time is the fitting,
        # and the last line of that time corrects the others
        fitted = told.filter(pl.col("since") == pl.col("since").min().over("device"))
        return fitted.unique("device", keep="last", maintain_order=True)


def definitions(workspace: Workspace) -> Definitions:
    """Give what the ledger tells of streams and devices.

    The line of a stream that was told last holds for all of its readings: what changes its unit,
    role or rollover is another stream. A device's ratio, place and custodian hold from ``since``.
    """
    found: dict[str, Definition] = {}
    refused: dict[str, str] = {}
    for row in Registry.of(workspace).streams.iter_rows(named=True):
        if row["quantity"] is None or (row["role"] not in ROLES and not row["formula"]):
            continue
        try:
            found[row["stream"]] = _definition(row)
        except TanluError as error:
            refused[row["stream"]] = error.say("en")
    return Definitions(found, refused, workspace.scan("device").collect())


def _definition(row: dict[str, object]) -> Definition:
    gauge = row["role"] == "gauge" and not row["formula"]
    scale = scale_of(_text(row["unit"]), _text(row["quantity"]), rate=gauge)
    linear = row["estimate"] == "linear"
    if gauge and not linear:
        raise TanluError("TL376", value=row["stream"], why="a gauge needs estimate = linear")
    if row["role"] == "pulse":
        scale = scale.times(row["per_pulse"] or 1.0)  # type: ignore[arg-type]
    names = ("kind", "carrier", "rollover", "rate_max", "step_us", "formula", "minimum", "maximum")
    told = {name: row[name] for name in names}
    if row["lateness_us"] is not None:
        told["lateness_us"] = row["lateness_us"]
    return Definition(
        stream=str(row["stream"]),
        role=str(row["role"]),
        quantity=str(row["quantity"]),
        scale=scale,
        linear=linear,
        **told,  # type: ignore[arg-type]
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
