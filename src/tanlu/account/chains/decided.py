"""What a workspace decides about proposed chains: its ``chain.toml``.

::

    [airport]
    NG = "LOS"          # every place of Nigeria flies through Lagos
    [port]
    CN = "CNSHA"
    [circuity.road]
    CN = 1.28
    [sea]
    avoid = ["suez"]    # or through = ["panama"]
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NONE", "Overrides", "overrides"]

KNOWN = {"airport", "port", "rail", "circuity", "sea"}
SEA = {"avoid", "through"}


@dataclass(frozen=True)
class Overrides:
    """Hubs and circuities by country, and the hash of what was decided."""

    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    sha256: str = ""

    def circuities(self) -> dict[tuple[str, str], float]:
        """Give circuities by mode and country."""
        return {
            (f"transport.{mode}", country): float(value)
            for mode, by_country in self.told.get("circuity", {}).items()
            for country, value in by_country.items()
        }

    def sea(self) -> dict[str, tuple[str, ...]]:
        """Give the passages that are closed or asked for, as ``sea_route`` takes them."""
        return {key: tuple(names) for key, names in self.told.get("sea", {}).items()}

    def hubs(self, kind: str, countries: pl.Series) -> pl.DataFrame:
        """Give code, country, lat_e7 and lon_e7 of the hub decided for each country, else null.

        Raises
        ------
        TanluError
            TL511 for a hub that is no place of its kind.
        """
        chosen = self.told.get(kind, {})
        shape = {"code": pl.String, "country": pl.String, "lat_e7": pl.Int64, "lon_e7": pl.Int64}
        if not chosen:
            return pl.DataFrame({name: [None] * countries.len() for name in shape}, schema=shape)
        from tanlu.terms.place import locate

        codes = pl.Series("code", sorted(set(chosen.values())))
        places = pl.DataFrame({"code": codes}).hstack(
            locate(codes, kinds=[kind]).select("country", pl.col("lat_e7", "lon_e7").cast(pl.Int64))
        )
        unknown = places.filter(pl.col("lat_e7").is_null())["code"]
        if unknown.len():
            raise TanluError("TL511", value=unknown[0])
        asked = countries.to_frame("of").select(
            pl.col("of").replace_strict(chosen, default=None, return_dtype=pl.String).alias("code")
        )
        return asked.join(places, on="code", how="left", maintain_order="left").select(list(shape))


NONE = Overrides()


def overrides(folder: Path) -> Overrides:
    """Give what the ``chain.toml`` of a workspace decides, nothing where there is none.

    Raises
    ------
    TanluError
        TL502 for a section that means nothing here.
    """
    path = folder / "chain.toml"
    if not path.exists():
        return NONE
    raw = path.read_bytes()
    told = tomllib.loads(raw.decode())
    unknown = sorted((set(told) - KNOWN) | (set(told.get("sea", {})) - SEA))
    if unknown:
        raise TanluError("TL502", value=unknown[0], known=", ".join(sorted(KNOWN | SEA)))
    return Overrides(told, hashlib.sha256(raw).hexdigest())
