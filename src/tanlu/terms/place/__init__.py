"""地点 Where things are: names and codes of places, great circles, and ways over the sea.

Everything is read from tables that the package carries; nothing asks a network.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.terms.place.circle import great_circle_m
    from tanlu.terms.place.names.naming import locate
    from tanlu.terms.place.near import nearest
    from tanlu.terms.place.sea import sea_path, sea_route
    from tanlu.terms.place.tables import (
        airports,
        cities,
        countries,
        crossings,
        grid,
        points,
        provinces,
    )
    from tanlu.terms.place.water import over_water_m

__all__ = [
    "airports",
    "cities",
    "countries",
    "crossings",
    "great_circle_m",
    "grid",
    "locate",
    "nearest",
    "over_water_m",
    "points",
    "provinces",
    "sea_path",
    "sea_route",
]

# no file is called as a name of the door: loading it would put the file in the name's place
_FILES = {
    "airports": "tables",
    "cities": "tables",
    "countries": "tables",
    "crossings": "tables",
    "great_circle_m": "circle",
    "grid": "tables",
    "locate": "names.naming",
    "nearest": "near",
    "over_water_m": "water",
    "points": "tables",
    "provinces": "tables",
    "sea_path": "sea",
    "sea_route": "sea",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.terms.place.{_FILES[name]}"), name)
    globals()[name] = found
    return found
