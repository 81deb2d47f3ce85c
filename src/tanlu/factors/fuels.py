"""Fuels: heating value and density with their source, and blends by share of energy."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.factors.packs.load import Library, library
from tanlu.factors.places import chain

if TYPE_CHECKING:
    import polars as pl

_built_in = library


class Property(NamedTuple):
    """What one kilogram and one litre of a fuel hold, lower heating value."""

    energy_carrier: str
    place: str
    mj_per_kg: float
    kg_per_l: float | None
    source_id: str
    clause: str

    @property
    def mj_per_l(self) -> float | None:
        """Energy of one litre [MJ/L], null where no density is known."""
        return None if self.kg_per_l is None else self.mj_per_kg * self.kg_per_l


def properties(library: Library | None = None) -> pl.DataFrame:
    """Give heating value and density of every fuel with its source.

    Returns
    -------
    DataFrame
        energy_carrier, place, valid_from, mj_per_kg [MJ/kg, lower heating value], kg_per_l
        [kg/L], mj_per_l [MJ/L], source_id, clause.
    """
    import polars as pl

    rows = list((library or _built_in()).fuels)
    number = pl.col("mj_per_kg", "kg_per_l").replace("", None).cast(pl.Float64)
    return (
        pl.DataFrame(rows)
        .with_columns(number)
        .with_columns((pl.col("mj_per_kg") * pl.col("kg_per_l")).alias("mj_per_l"))
        .sort("energy_carrier", "place", "valid_from")
    )


def fuel(name: str, place: str | None = None, library: Library | None = None) -> Property:
    """Give heating value and density of a fuel in a place, the nearest place first.

    Raises
    ------
    TanluError
        TL203 when the library has no properties of the fuel.
    """
    return _fuel(name, place, library or _built_in())


@lru_cache(maxsize=1024)
def _fuel(name: str, place: str | None, kept: Library) -> Property:
    rows = kept.fuels
    for where in chain(place):
        fits = [row for row in rows if row["energy_carrier"] == name and row["place"] == where]
        if fits:
            row = max(fits, key=lambda each: each["valid_from"])
            density = float(row["kg_per_l"]) if row["kg_per_l"] else None
            clause, heat = row["clause"], float(row["mj_per_kg"])
            return Property(name, where, heat, density, row["source_id"], clause)
    known = sorted({row["energy_carrier"] for row in rows})
    raise TanluError("TL203", value=name, known=", ".join(known))


def energy_share(share: float, basis: str, main: Property, bio: Property) -> float:
    """Give the share of energy of the second fuel of a blend, from its share on any basis.

    Parameters
    ----------
    share
        Share of ``bio`` in the blend [1].
    basis
        energy, mass or volume.
    main, bio
        Properties of both fuels.

    Raises
    ------
    TanluError
        TL203 for another basis, or for a volume share of a fuel without density.

    Notes
    -----
    s = p·h₂ / (p·h₂ + (1 − p)·h₁) with h the energy per kilogram or litre; GLEC v3 module 3:
    factors of blends are mixed by energy, never by volume.
    """
    if basis == "energy":
        return share
    if basis == "mass":
        first, second = main.mj_per_kg, bio.mj_per_kg
    elif basis == "volume" and main.mj_per_l is not None and bio.mj_per_l is not None:
        first, second = main.mj_per_l, bio.mj_per_l
    else:
        raise TanluError("TL203", value=basis, known="energy, mass, volume")
    return share * second / (share * second + (1 - share) * first)


def blend(main: float, bio: float, share: float) -> float:
    """Give the value per unit of energy of a blend whose second part has this share of energy."""
    return (1 - share) * main + share * bio
