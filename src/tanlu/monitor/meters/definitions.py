"""What is told of streams and meters, as the resampling needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

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
EVER = -(2**62)


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
    before: tuple[tuple[int, Scale], ...] = ()

    @property
    def scales(self) -> tuple[tuple[int, Scale], ...]:
        """Scales with the time [us UTC] from which each holds, where the unit was changed."""
        return self.before or ((EVER, self.scale),)

    @property
    def gap_us(self) -> int:
        """From which length on a span without a reading is a missing one [us]: 2 steps, 2 h."""
        return min(2 * self.step_us, GAP_US) if self.step_us else GAP_US


class Definitions(NamedTuple):
    """All streams of meters, those that cannot be and why, and the lines of the devices."""

    streams: dict[str, Definition]
    refused: dict[str, TanluError]
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

    The newest line of a stream holds, but for the unit of what was read while another held: that
    keeps its own. A device's ratio, place and custodian hold from ``since``. What is told first
    holds for what was read before it, too.
    """
    lines = workspace.scan("stream").collect().sort("since", maintain_order=True)
    found: dict[str, Definition] = {}
    refused: dict[str, TanluError] = {}
    for row in Registry.of(workspace).streams.iter_rows(named=True):
        if row["quantity"] is None or (row["role"] not in ROLES and not row["formula"]):
            continue
        try:
            found[row["stream"]] = _definition(row, lines.filter(stream=row["stream"]))
        except TanluError as error:
            refused[row["stream"]] = error
    return Definitions(found, refused, workspace.scan("device").collect())


def _definition(row: dict[str, Any], lines: pl.DataFrame) -> Definition:
    scale = _scale(row)
    linear = row["estimate"] == "linear"
    if row["role"] == "gauge" and not row["formula"] and not linear:
        raise TanluError("TL376", value=row["stream"], why="a gauge needs estimate = linear")
    names = ("kind", "carrier", "rollover", "rate_max", "step_us", "formula", "minimum", "maximum")
    told = {name: row[name] for name in names}
    if row["lateness_us"] is not None:
        told["lateness_us"] = row["lateness_us"]
    return Definition(
        stream=row["stream"],
        role=row["role"],
        quantity=row["quantity"],
        scale=scale,
        linear=linear,
        before=_scales(row, lines),
        **told,
    )


def _scale(row: dict[str, Any]) -> Scale:
    gauge = row["role"] == "gauge" and not row["formula"]
    scale = scale_of(row["unit"], row["quantity"], rate=gauge)
    return scale.times(row["per_pulse"]) if row["role"] == "pulse" else scale


def _scales(row: dict[str, Any], lines: pl.DataFrame) -> tuple[tuple[int, Scale], ...]:
    """Give the scale of each line that measured the same, nothing where the unit never changed."""
    same = lines.filter(pl.col("role") == row["role"], pl.col("quantity") == row["quantity"])
    found = [(line["since"], _scale(line)) for line in same.iter_rows(named=True)]
    if len({scale for _, scale in found}) < 2:
        return ()
    return ((EVER, found[0][1]), *found[1:])
