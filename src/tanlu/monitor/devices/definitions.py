"""What a stream carries: definitions that are shipped, and how new ones are written."""

from __future__ import annotations

import csv
import io
import math
import re
import time
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.terms import kinds, schema

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["ROLES", "StreamDef", "define", "named", "shipped", "sources"]

ROLES = ("register", "interval", "pulse", "gauge", "position", "event")
QUANTITIES = ("energy_j", "mass_mg", "volume_ml", "distance_m", "count")
ESTIMATES = ("none", "linear", "profile")
# a name stands in an address and in a file: no blanks, no slashes, no commands of a terminal
NAME = re.compile(r"[\w.:@+-]{1,100}")
POSITIVE = ("rate_max", "step_us", "rollover", "per_pulse")
NUMBERS = ("minimum", "maximum", "rate_max", "rollover", "per_pulse")


@dataclass(frozen=True, slots=True)
class StreamDef:
    """What one stream carries, as the schema ``stream`` has it; None where nothing is said."""

    stream: str
    since: int
    role: str
    unit: str | None = None
    quantity: str | None = None
    kind: str | None = None
    carrier: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    rate_max: float | None = None
    step_us: int | None = None
    rollover: float | None = None
    per_pulse: float | None = None
    lateness_us: int | None = None
    estimate: str | None = None
    formula: str | None = None
    meaning: str | None = None

    @property
    def table(self) -> str:
        """Table into which its rows go: reading, position or event."""
        return self.role if self.role in ("position", "event") else "reading"


def named(name: str) -> bool:
    """Tell whether a text can name a stream."""
    return NAME.fullmatch(name) is not None


@cache
def shipped() -> pl.DataFrame:
    """Give the definitions that every workspace has, schema ``stream``.

    Bounds are limits of nature or, where the column ``source`` of ``streams.csv`` says so,
    assumptions that no sound device comes near to.
    """
    table = _packed()
    types = schema("stream").dtypes()
    return schema("stream").fit(
        table.select(
            pl.lit(0, pl.Int64).alias("since"),
            *(pl.col(name).cast(kind) for name, kind in types.items() if name in table.columns),
        )
    )


def sources() -> dict[str, tuple[str, str]]:
    """Give the Chinese words of each shipped stream, and where its bounds come from."""
    return {row["stream"]: (row["含义"], row["source"]) for row in _rows()}


@cache
def _rows() -> tuple[dict[str, str], ...]:
    text = resources.files("tanlu.monitor.devices").joinpath("streams.csv").read_text("utf-8")
    return tuple(csv.DictReader(io.StringIO(text)))


def _packed() -> pl.DataFrame:
    rows = [{name: text or None for name, text in row.items()} for row in _rows()]
    return pl.DataFrame(rows, infer_schema_length=None).drop("含义", "source")


def define(workspace: Workspace, told: StreamDef) -> int:
    """Write the definition of a stream and give the version of the ledger that has it.

    What was read before ``since`` keeps the definition that held then.

    Raises
    ------
    TanluError
        TL364 for a definition that no reading could meet.
    """
    checked(told)
    row = {name: getattr(told, name) for name in schema("stream").names}
    frame = pl.DataFrame([row], schema=schema("stream").dtypes())
    return workspace.append("stream", frame).version


def checked(told: StreamDef) -> StreamDef:
    """Give a definition that holds together.

    Raises
    ------
    TanluError
        TL364 with what does not.
    """
    why = _wrong(told)
    if why:
        raise TanluError("TL364", value=told.stream[:100], why=why)
    return told


def _wrong(told: StreamDef) -> str | None:
    numbers = {name: getattr(told, name) for name in NUMBERS}
    choices = {
        "role": (told.role, ROLES),
        "quantity": (told.quantity, QUANTITIES),
        "estimate": (told.estimate, ESTIMATES),
    }
    if not named(told.stream):
        return "a name has 1 to 100 letters, digits and . : @ + - _"
    for name, (value, known) in choices.items():
        if value is not None and value not in known:
            return f"{name} is one of {', '.join(known)}"
    for name, value in numbers.items():
        if value is not None and not math.isfinite(value):
            return f"{name} is a finite number"
    for name in POSITIVE:
        value = getattr(told, name)
        if value is not None and value <= 0:
            return f"{name} is above zero"
    if told.lateness_us is not None and told.lateness_us < 0:
        return "lateness_us is not below zero"
    if told.minimum is not None and told.maximum is not None and told.minimum > told.maximum:
        return "the minimum is not above the maximum"
    if told.kind is not None and told.kind not in kinds.kinds():
        return f"there is no kind {told.kind}"
    if told.role == "pulse" and told.per_pulse is None:
        return "a pulse needs per_pulse, what one counts"
    return None


def new(stream: str, role: str, **more: Any) -> StreamDef:
    """Give a definition that holds from now on."""
    return StreamDef(stream, more.pop("since", time.time_ns() // 1000), role, **more)
