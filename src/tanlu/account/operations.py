"""Intensities of transport and hub operation categories (TOC, HOC) from energy and activity.

An intensity is a total over a total, never a mean of intensities (ISO 14083:2023 7), and is kept as
an exact fraction: rounding it before it is multiplied loses hundreds of kilograms on one bulk
voyage. Empty and ballast legs bring their energy and no t·km.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "PASSENGER_KG",
    "Intensity",
    "Target",
    "activity_tkm",
    "blended",
    "combustion_co2",
    "confirm",
    "contraction",
    "convergence",
    "element",
    "ferry_share",
    "ferry_weights",
    "hub_intensities",
    "intensity",
    "net_of_gross",
    "refrigerant_loss_kg",
    "share_of_freight",
    "year_on_year_kg",
]

# tenths of a passenger equivalent of a unit on a RoPax ferry: GLEC v3 module 2
EQUIVALENTS = {
    "passenger": 10,
    "car": 13,
    "bus": 100,
    "caravan_s": 11,
    "caravan_m": 23,
    "caravan_l": 35,
    "motorcycle": 3,
    "trailer": 140,
    "hgv": 180,
}
PASSENGER_KG = 100  # ISO 14083:2023 annex A: a passenger with luggage
YEAR_US = 366 * 86_400_000_000

Number = int | str | Fraction


class Target(NamedTuple):
    """An intensity to reach, and TL562 where the path had to be capped."""

    intensity: Fraction
    code: str | None


@dataclass(frozen=True, slots=True)
class Intensity:
    """Emission over activity of one operation category, WTT and TTW apart.

    ``ttw`` and ``wtt`` are kg CO2e per unit of ``per`` (t.km, t or item), exact.
    """

    ttw: Fraction
    wtt: Fraction
    per: str

    @property
    def wtw(self) -> Fraction:
        """WTT and TTW together: never stored, always their sum."""
        return self.ttw + self.wtt


def exact(value: Number) -> Fraction:
    """Give a number without the error of a double: decimal text or a whole number."""
    return Fraction(value)


def activity_tkm(consignments: Iterable[tuple[Number, Number]]) -> Fraction:
    """Give Σ mᵢ·dᵢ of (t, km) [t.km], never Σm times a mean distance (ISO 14083:2023 6)."""
    return sum((exact(mass) * exact(km) for mass, km in consignments), start=Fraction(0))


def intensity(
    energy: Iterable[tuple[Number, Number, Number]],
    activity: Number,
    *,
    per: str = "t.km",
    span_us: int = 0,
) -> Intensity:
    """Give the intensity of an operation category from its energy and its activity.

    Parameters
    ----------
    energy
        Of each carrier: amount, TTW and WTT kg CO2e per unit of it. Refrigerants count here too.
    activity
        Σ mass × distance [t.km], outbound mass [t] or items: as ``per`` says.
    span_us
        Time from the first to the last activity [µs].

    Raises
    ------
    TanluError
        TL509 for more than a year, TL513 for no activity at all.
    """
    if span_us > YEAR_US:
        raise TanluError("TL509", value=per)
    if exact(activity) <= 0:
        raise TanluError("TL513", value=per, why="there is no activity")
    ttw = wtt = Fraction(0)
    for amount, use, upstream in energy:
        ttw += exact(amount) * exact(use)
        wtt += exact(amount) * exact(upstream)
    return Intensity(ttw / exact(activity), wtt / exact(activity), per)


def element(rate: Intensity, activity: Number, daf: Number = 1) -> tuple[Fraction, Fraction]:
    """Give TTW and WTT [kg] of one transport chain element: activity × intensity × DAF."""
    amount = exact(activity) * exact(daf)
    return amount * rate.ttw, amount * rate.wtt


def hub_intensities(
    shared_kg: Number, of_class: Mapping[str, tuple[Number, Number]]
) -> dict[str, Fraction]:
    """Give kg CO2e per outbound tonne of each temperature class of a hub.

    Parameters
    ----------
    shared_kg
        Emission that serves all goods [kg CO2e].
    of_class
        By temperature class: outbound mass [t] and the emission that it alone causes [kg CO2e].

    Notes
    -----
    g = E_shared / T_all + E_class / T_class; ISO 14083:2023 annex H, GLEC v3 module 2. Outbound
    tonnes only: in plus out would halve the intensity.
    """
    everything = sum((exact(mass) for mass, _ in of_class.values()), start=Fraction(0))
    if everything <= 0:
        raise TanluError("TL513", value="hub", why="there is no outbound mass")
    return {
        name: exact(shared_kg) / everything
        + (exact(own) / exact(mass) if exact(mass) else Fraction(0))
        for name, (mass, own) in of_class.items()
    }


def share_of_freight(
    freight_tkm: Number, passenger_km: Number, passenger_kg: Number = PASSENGER_KG
) -> Fraction:
    """Give the share of a passenger flight's emission that its belly freight bears.

    Notes
    -----
    t·km of freight over t·km of freight and passengers, 100 kg each (ISO 14083:2023 annex A).
    """
    passengers = exact(passenger_km) * exact(passenger_kg) / 1000
    return exact(freight_tkm) / (exact(freight_tkm) + passengers)


def ferry_weights(units: Mapping[str, int]) -> dict[str, int]:
    """Give ten times the passenger equivalents of the units on a RoPax ferry: whole weights.

    Raises
    ------
    TanluError
        TL502 for an unknown kind of unit.

    Notes
    -----
    GLEC v3 module 2: passenger 1, car 1.3, bus 10, caravan small 1.1, medium 2.3, large 3.5,
    motorcycle 0.3, trailer 14, truck 18.
    """
    unknown = sorted(set(units) - set(EQUIVALENTS))
    if unknown:
        raise TanluError("TL502", value=unknown[0], known=", ".join(EQUIVALENTS))
    return {name: EQUIVALENTS[name] * number for name, number in units.items()}


def ferry_share(units: Mapping[str, int]) -> dict[str, Fraction]:
    """Give the share of each kind of unit in a RoPax ferry's emission, by passenger equivalents.

    Raises
    ------
    TanluError
        TL502 for an unknown kind of unit, TL513 when there are none.
    """
    weights = ferry_weights(units)
    everything = sum(weights.values())
    if not everything:
        raise TanluError("TL513", value="ferry", why="there are no units")
    return {name: Fraction(weight, everything) for name, weight in weights.items()}


def net_of_gross(rate: Number, gross_t: Number, net_t: Number) -> Fraction:
    """Give the intensity per t·km of cargo from that per t·km of truck and cargo together.

    GLEC v3 module 2: a Ro-Ro vessel's intensity counts the truck, so cargo bears gross / net.
    """
    return exact(rate) * exact(gross_t) / exact(net_t)


def refrigerant_loss_kg(charges: Iterable[tuple[int, Number, Number]]) -> Fraction:
    """Give the refrigerant lost in a year [kg]: number × charge [kg] × leakage [1], summed.

    Defaults of GLEC v3 module 2: air conditioning 1.5 kg × 15 %,
    refrigeration unit 5.5 kg × 32.5 %.
    """
    return sum((n * exact(charge) * exact(leak) for n, charge, leak in charges), start=Fraction(0))


def blended(parts: Iterable[tuple[Number, Number]]) -> Fraction:
    """Give the value per MJ of a blend from (share of energy, value per MJ) of its parts.

    Raises
    ------
    TanluError
        TL513 when the shares do not add up to one.
    """
    listed = [(exact(share), exact(value)) for share, value in parts]
    if sum(share for share, _ in listed) != 1:
        raise TanluError("TL513", value="blend", why="shares of energy do not add up to one")
    return sum((share * value for share, value in listed), start=Fraction(0))


def year_on_year_kg(emission_kg: Number, activity: Number, before_kg_per_unit: Number) -> Fraction:
    """Give the change at constant activity [kg]: E_t − T_t · g_{t−1} (ISO 14083:2023 13)."""
    return exact(emission_kg) - exact(activity) * exact(before_kg_per_unit)


def combustion_co2(ncv_gj_per_t: Number, carbon_t_per_gj: Number, oxidised: Number) -> Fraction:
    """Give t CO2 per t of fuel: NCV · CC · OF · 44 / 12.

    NDRC guideline for land transport (trial, 2015), formulas 3 to 5; CO2 of the vehicle only.
    """
    return exact(ncv_gj_per_t) * exact(carbon_t_per_gj) * exact(oxidised) * Fraction(44, 12)


def contraction(base: int, target: int, yearly: Number, first: int = 2020) -> Fraction:
    """Give the least reduction by absolute contraction: yearly rate × years, none before ``first``.

    SBTi near-term criteria v5: 4.2 % a year for scopes 1 and 2, 2.5 % for scope 3.
    """
    return exact(yearly) * (target - max(base, first))


def convergence(
    own: Number, sector: Number, sector_now: Number, sector_target: Number, market: Number = 1
) -> Target:
    """Give the intensity of a year on the sectoral decarbonisation path, never above the own one.

    Parameters
    ----------
    own, sector
        Intensities of company and sector in the base year.
    sector_now, sector_target
        Those of the sector in the year asked for and in the target year.
    market
        Share of the market in the base year over that of the year asked for.

    Notes
    -----
    CI_t = (CI_0 − SI_T) · p_t · m_t + SI_T with p_t = (SI_t − SI_T) / (SI_0 − SI_T), SBTi Sectoral
    Decarbonization Approach. A company below the sector's target would be let rise: its path is
    capped at CI_0 and says so.
    """
    first, goal = exact(own), exact(sector_target)
    fall = exact(sector) - goal
    part = (exact(sector_now) - goal) / fall if fall else Fraction(0)
    wanted = (first - goal) * part * exact(market) + goal
    return Target(first, "TL562") if wanted > first else Target(wanted, None)


def confirm(subject: str, printed: Number, computed: Fraction) -> None:
    """Accept a printed figure that is exactly what its inputs give.

    Raises
    ------
    TanluError
        TL514 when it is not.
    """
    if exact(printed) != computed:
        raise TanluError("TL514", value=printed, why=f"{subject}: computed {float(computed)!r}")
