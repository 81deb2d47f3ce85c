"""Names of places for the search, in English and Chinese, each looked up once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Places"]

# ISO 3166, UN/LOCODE and IATA codes; a name that a person wrote is searched as written
CODE = r"^[A-Z]{2}(-[A-Z0-9]{1,3}| ?[A-Z0-9]{3})?$|^[A-Z]{3}$"
FLOWN = 3


class Places:
    """Names by code, of what was learnt."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, str]] = {}
        self._seen: set[str] = set()

    def names(self, code: str) -> tuple[str, ...]:
        """Give the names of a place, none where it has none but itself."""
        return self.known.get(code, ())

    def learn(self, codes: pl.Series) -> None:
        """Look up what was not looked up yet."""
        import polars as pl

        from tanlu.terms.place import locate

        given = codes.drop_nulls().unique()
        given = given.filter(~given.is_in(list(self._seen))) if self._seen else given
        self._seen |= set(given)
        given = given.filter(given.str.contains(CODE))
        # three letters are an airport here: ``FRA`` is Frankfurt, not France
        for some, kinds in (
            (given.filter(given.str.len_chars() != FLOWN), None),
            (given.filter(given.str.len_chars() == FLOWN), ["airport"]),
        ):
            if some.is_empty():
                continue
            found = locate(some, kinds=kinds).with_columns(some.alias("given"))
            found = found.filter(pl.col("name").is_not_null())
            zh = pl.col("name_zh").fill_null(pl.col("name"))
            for code, name, name_zh in found.select("given", "name", zh).iter_rows():
                self.known[code] = (name, name_zh)
