"""Numbers as pages show them: a value, its unit, and the exact amount for who wants it whole.

One function chooses t, kg or g; what is kept stays an integer until it is text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from tanlu.report import exact, grouped, scale

__all__ = ["Figure", "Numbers"]

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that never stands alone: text, unit, and the exact value with its kept unit."""

    value: str
    unit: str
    whole: str = ""

    def __str__(self) -> str:
        return f"{self.value} {self.unit}".strip()


class Numbers:
    """How one tongue and one zone write numbers and times."""

    def __init__(self, language: str = "zh", zone: str = "Asia/Shanghai") -> None:
        self.language = language
        self.zone = ZoneInfo(zone)

    def carbon(self, ug: int | None, like: int | None = None, per: str = "") -> Figure:
        """Give micrograms of CO₂e in t, kg or g.

        Parameters
        ----------
        ug
            The amount [µg]; None is a dash, which is not zero.
        like
            Amount whose unit is taken [µg], so that the figures of a table agree.
        per
            What the amount is for: ``order`` gives gCO₂e/order.
        """
        unit = scale(ug or 0 if like is None else like)
        name = f"{unit.unit}CO₂e{f'/{per}' if per else ''}"
        if ug is None:
            return Figure("–", name)
        places = None if like is None else max(0, 3 - len(str(abs(like) // 10**unit.power)))
        return Figure(grouped(unit.of(ug), places), name, f"{_whole(ug, 6)} g")

    def mass(self, mg: int | None) -> Figure:
        """Give a mass of goods [mg] in t, kg or g."""
        if mg is None:
            return Figure("–", "kg")
        unit, power = next(((u, p) for u, p in (("t", 9), ("kg", 6)) if abs(mg) >= 10**p), ("g", 3))
        return Figure(grouped(exact(mg, power)), unit, f"{_whole(mg, 3)} g")

    def distance(self, metres: int | None) -> Figure:
        """Give a distance [m] in km, below one km in m."""
        if metres is None:
            return Figure("–", "km")
        if abs(metres) < 1000:
            return Figure(grouped(Decimal(metres), 0), "m")
        return Figure(grouped(exact(metres, 3)), "km", f"{metres:,} m")

    def energy(self, joules: int | None) -> Figure:
        """Give energy [J] in MWh or kWh."""
        if joules is None:
            return Figure("–", "kWh")
        kwh = Decimal(joules) / 3_600_000
        if abs(kwh) >= 10_000:
            return Figure(grouped(kwh / 1000), "MWh", f"{grouped(kwh, 3)} kWh")
        return Figure(grouped(kwh), "kWh", f"{joules:,} J")

    def count(self, value: int | None) -> str:
        """Give a count with separators; a dash where none is known."""
        return "–" if value is None else f"{value:,}"

    def number(self, value: Decimal | float | None, places: int | None = None) -> str:
        """Give any number with separators and the digits that suit it."""
        return grouped(value, places)

    def percent(self, part: Decimal | float | None, places: int = 1) -> str:
        """Give a share of one (0.738) as percent."""
        return "–" if part is None else f"{grouped(Decimal(str(part)) * 100, places)} %"

    def short(self, value: int) -> str:
        """Give a count in few characters: 100k, 2.1M."""
        for limit, unit in ((10**9, "G"), (10**6, "M"), (10**4, "k")):
            if value >= limit:
                size = value / (1000 if unit == "k" else limit)
                return f"{size:.0f}{unit}" if size >= 10 else f"{size:.1f}{unit}"
        return f"{value:,}"

    def moment(self, us: int | None, precision: str = "minute") -> str:
        """Give a time [µs UTC] in the zone, to the second, minute, day, month or year."""
        if us is None:
            return "–"
        form = {
            "second": "%Y-%m-%d %H:%M:%S", "minute": "%Y-%m-%d %H:%M", "hour": "%Y-%m-%d %H:00",
            "clock": "%H:%M:%S", "day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y",
        }.get(precision, "%Y-%m-%d %H:%M")  # fmt: skip
        return datetime.fromtimestamp(us / SECOND, UTC).astimezone(self.zone).strftime(form)

    def stamp(self, us: int) -> str:
        """Give a time [µs UTC] for a machine, for the attribute of ``<time>``."""
        moment = datetime.fromtimestamp(us // SECOND, UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def day(self, value: date) -> str:
        """Give a date."""
        return value.isoformat()


def _whole(kept: int, power: int) -> str:
    """Give kept / 10**power with every digit it has."""
    text = f"{exact(kept, power):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
