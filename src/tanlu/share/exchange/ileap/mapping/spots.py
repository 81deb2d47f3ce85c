"""Places of the ledger as iLEAP tells them: city, country, codes, and the point if it is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tanlu.share.exchange.ileap.amounts import kept

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Places"]

LOCODE = re.compile(r"[A-Z]{2} ?[A-Z2-9]{3}")
IATA = re.compile(r"[A-Z]{3}")
E7 = 7


class Places:
    """Places by the text that the ledger has for them, looked up once."""

    def __init__(self, names: Iterable[str | None]) -> None:
        import polars as pl

        from tanlu.terms.place import locate

        told = sorted({name for name in names if name})
        found = locate(pl.Series(told, dtype=pl.String)) if told else pl.DataFrame()
        self._known = dict(zip(told, found.iter_rows(named=True), strict=True)) if told else {}

    def at(
        self, name: str | None, lat_e7: int | None = None, lon_e7: int | None = None
    ) -> dict[str, str] | None:
        """Give an iLEAP Location; None for a place of which nobody knows the country.

        Points are told only where the ledger has them: the middle of a province is no place from
        which a distance can be judged.
        """
        held = self._known.get(name or "")
        if held is None or held["fault"] or not held["country"]:
            return None
        told = {"city": held["name"] or held["code"], "country": held["country"]}
        code = (name or "").strip()
        if held["kind"] == "port" and LOCODE.fullmatch(code):
            told["locode"] = code.replace(" ", "")
        elif held["kind"] == "airport" and IATA.fullmatch(code):
            told["iata"] = code
        if lat_e7 is not None and lon_e7 is not None:
            told |= {"lat": kept(lat_e7, E7), "lng": kept(lon_e7, E7)}
        return told


def point_of(row: dict[str, Any], end: str) -> tuple[str | None, int | None, int | None]:
    """Give name and point of one end of a leg."""
    return row[end], row.get(f"{end}_lat_e7"), row.get(f"{end}_lon_e7")
