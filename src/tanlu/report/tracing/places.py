"""Places of a trace: the coordinates that were recorded, else those of the code, and its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.report.words import CODE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tanlu.report.words import Words

__all__ = ["Places"]

E7 = 10_000_000


class Places:
    """Names and coordinates of all codes of a trace, looked up at once."""

    def __init__(self, words: Words, codes: Iterable[str | None]) -> None:
        import polars as pl

        from tanlu.terms.place import locate

        self._words = words
        given = pl.Series(sorted({code for code in codes if code}), dtype=pl.String)
        words.learn(given)
        known = given.filter(given.str.contains(CODE))
        flown = known.str.len_chars() == 3
        self._at: dict[str, tuple[int, int]] = {}
        for some, kinds in ((known.filter(~flown), None), (known.filter(flown), ["airport"])):
            if some.is_empty():
                continue
            found = locate(some) if kinds is None else locate(some, kinds=kinds)
            for code, lat, lon in zip(some, found["lat_e7"], found["lon_e7"], strict=True):
                if lat is not None:
                    self._at[code] = (lat, lon)

    def of(self, code: str | None, lat_e7: int | None, lon_e7: int | None) -> dict[str, Any] | None:
        """Give code, name and coordinates of a place [deg as decimal text], with whose they are."""
        if code is None and lat_e7 is None:
            return None
        at = self._at.get(code or "")
        recorded = False
        if lat_e7 is not None and lon_e7 is not None:
            at, recorded = (lat_e7, lon_e7), True
        return {
            "code": code,
            "name": None if code is None else self._words.place(code),
            "lat": None if at is None else degrees(at[0]),
            "lon": None if at is None else degrees(at[1]),
            "of": "record" if recorded else None if at is None else "code",
        }


def degrees(e7: int) -> str:
    """Give degrees as decimal text of a whole number of 1e-7."""
    sign = "-" if e7 < 0 else ""
    whole, part = divmod(abs(int(e7)), E7)
    text = f"{sign}{whole}.{part:07d}".rstrip("0")
    return text.rstrip(".") if text.endswith(".") else text
