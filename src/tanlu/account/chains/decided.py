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
    [allocation]
    key = "volume"      # how measured totals are shared; of one round or operation alone:
    [allocation.round]
    R7 = "item"
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.allocation.keys import asked_key, keys
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NAME", "NONE", "Overrides", "overrides", "parse"]

NAME = "chain.toml"
HUBS = ("airport", "port", "rail")
KNOWN = {*HUBS, "circuity", "sea", "allocation"}
SEA = {"avoid", "through"}
SHARED = {"key", "round", "operation"}
# no way on land is longer than so many times the straight line
MOST = 10


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

    def keys(self) -> pl.Expr | None:
        """Give the key by which the total of a ``group`` is shared, where one is decided."""
        told = self.told.get("allocation")
        return asked_key(told) if told else None

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
        TL502 for a section that means nothing here, TL515 for what is not as it should be.
    """
    path = folder / NAME
    return parse(path.read_bytes()) if path.exists() else NONE


def parse(raw: bytes) -> Overrides:
    """Give what the bytes of a ``chain.toml`` decide; raises as ``overrides`` does."""
    try:
        told = tomllib.loads(raw.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TanluError("TL515", value=error, why='[airport] NG = "LOS"') from error
    unknown = sorted(
        (set(told) - KNOWN)
        | (set(_table(told, "sea")) - SEA)
        | (set(_table(told, "allocation")) - SHARED)
    )
    if unknown:
        raise TanluError("TL502", value=unknown[0], known=", ".join(sorted(KNOWN | SEA | SHARED)))
    for kind in HUBS:
        for country, code in _table(told, kind).items():
            _hold(isinstance(code, str), f"{kind}.{country}", f'{country} = "LOS"')
    for mode in _table(told, "circuity"):
        for country, value in _table(told["circuity"], mode).items():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            _hold(number and 1 <= value <= MOST, f"circuity.{mode}.{country}", f"{country} = 1.25")
    for key, names in _table(told, "sea").items():
        listed = isinstance(names, list) and all(isinstance(name, str) for name in names)
        _hold(listed, f"sea.{key}", f'{key} = ["suez"]')
    _asked(told)
    return Overrides(told, hashlib.sha256(raw).hexdigest())


def _asked(told: dict[str, Any]) -> None:
    """Hold every key of the section on allocation to be one that is known."""
    section = _table(told, "allocation")
    named = {"key": section["key"]} if "key" in section else {}
    for sort in ("round", "operation"):
        named |= {f"{sort}.{name}": value for name, value in _table(section, sort).items()}
    for name, value in named.items():
        known = isinstance(value, str) and value in keys()
        _hold(known, f"allocation.{name}", f'key = "{next(iter(keys()))}" ({", ".join(keys())})')


def _table(told: dict[str, Any], name: str) -> dict[str, Any]:
    found = told.get(name, {})
    _hold(isinstance(found, dict), name, f"[{name}]")
    return dict(found)


def _hold(holds: bool, name: str, wanted: str) -> None:
    if not holds:
        raise TanluError("TL515", value=name, why=wanted)
