"""Read the contractual instruments of a workspace: its ``instruments.csv``, each line checked.

::

    instrument_id,type,holder,market,start,end,energy_kwh,co2e_g_per_kwh,attributes,redeemed
    GEC-2026-000001,certificate,PARK-CO,CN,2026-01-01,2026-12-31,500000,0,yes,2027-01-20

A line that breaks a quality criterion is not used and said, never dropped in silence.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms import schema

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NAME", "NONE", "Instrument", "Instruments", "Refused", "instruments", "parse"]

NAME = "instruments.csv"
# what goes first in the hierarchy by market: GHG Protocol Scope 2 Guidance, chapter 6
TYPES = ("certificate", "contract", "supplier")
SOLD = "sold"
LARGEST = 16_000_000  # bytes
# what no plant emits (lignite: some 1,200 g/kWh), and more than the world consumes in a year
RATE_G, ENERGY_KWH = 100_000, 10**15


class Instrument(NamedTuple):
    """One usable line: energy [J] and rate [g/MJ = µg/J], exact."""

    instrument_id: str
    type: str
    holder: str
    market: str
    year: int
    energy_j: int
    rate_ug_per_j: Fraction


class Refused(NamedTuple):
    """A line that is not used, and why."""

    line: int
    instrument_id: str
    code: str
    why: str


@dataclass(frozen=True)
class Instruments:
    """The usable instruments of a workspace, those refused, and the hash of the file."""

    usable: tuple[Instrument, ...] = ()
    refused: tuple[Refused, ...] = ()
    sha256: str = ""


NONE = Instruments()


def instruments(folder: Path) -> Instruments:
    """Give the instruments of the ``instruments.csv`` in a folder, none where there is none.

    Raises
    ------
    TanluError
        TL567 for a file that is no such table.
    """
    path = folder / NAME
    return parse(path.read_bytes()) if path.exists() else NONE


def parse(raw: bytes) -> Instruments:
    """Give what the bytes of an ``instruments.csv`` hold; raises as ``instruments`` does.

    Notes
    -----
    Quality criteria of the GHG Protocol Scope 2 Guidance, table 7.1: the instrument conveys its
    attributes alone, was redeemed for the holder (not before it was generated), is of the market
    and the year of consumption, and is used once. A vintage lies inside one year: what spans two
    is given as a line for each, or all of it would cover the first.
    """
    shape = schema("instrument")
    wanted = [name for name in shape.names if name not in {"redeemed", "technology", "source"}]
    if len(raw) > LARGEST:
        raise TanluError("TL567", value=f"{len(raw):,} bytes", why=",".join(wanted))
    try:
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), strict=True)
        lacking = [name for name in wanted if name not in (reader.fieldnames or ())]
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        # what Python says of a byte tells a person nothing: the bytes and the hint do
        value = error if isinstance(error, csv.Error) else error.object[error.start :][:4].hex(" ")
        raise TanluError("TL567", value=value, why=",".join(wanted)) from error
    if lacking:
        head = raw.decode("utf-8-sig").partition("\n")[0].strip()
        raise TanluError("TL567", value=f"{lacking[0]} ∉ {head[:40]}", why=",".join(wanted))
    usable: list[Instrument] = []
    refused: list[Refused] = []
    seen: set[str] = set()
    for line, row in enumerate(rows, 2):
        name = (row["instrument_id"] or "").strip()
        found = _checked(row)
        if name in seen:
            refused.append(Refused(line, name, "TL568", "serial"))
        elif isinstance(found, Instrument):
            usable.append(found)
            seen.add(name)
        else:
            refused.append(Refused(line, name, "TL569", found))
    return Instruments(tuple(usable), tuple(refused), hashlib.sha256(raw).hexdigest())


def _checked(row: dict[str, str | None]) -> Instrument | str:
    """Give a line as an instrument, or the name of the first column that breaks a criterion."""
    # a line with more cells than the head has the rest under no name
    told = {name: str(value or "").strip() for name, value in row.items()}
    if not told["instrument_id"] or not told["holder"]:
        return "instrument_id" if not told["instrument_id"] else "holder"
    if told["type"] not in {*TYPES, SOLD}:
        return "type"
    if len(told["market"]) != 2 or not told["market"].isupper():
        return "market"
    start, end = _day(told["start"]), _day(told["end"])
    if start is None or end is None or end < start or end.year != start.year:
        return "start" if start is None else "end"
    energy = _number(told["energy_kwh"], ENERGY_KWH)
    rate = _number(told["co2e_g_per_kwh"], RATE_G)
    if energy is None or energy <= 0:
        return "energy_kwh"
    if rate is None:
        return "co2e_g_per_kwh"
    if told["type"] != SOLD and told["attributes"] != "yes":
        return "attributes"
    redeemed = _day(told.get("redeemed", ""))
    if told["type"] == "certificate" and (redeemed is None or redeemed < start):
        return "redeemed"
    joules = int(energy * 3_600_000)
    # g/kWh over 3.6 MJ/kWh, and g/MJ is µg/J
    exact = Fraction(rate) / Fraction("3.6")
    return Instrument(
        told["instrument_id"], told["type"], told["holder"], told["market"], start.year, joules,
        exact,
    )  # fmt: skip


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str, most: int) -> Fraction | None:
    """Give a decimal number that is not negative and not beyond what there is."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    # compared as a decimal: one of many digits is never written out
    return Fraction(found) if found.is_finite() and 0 <= found <= most else None
