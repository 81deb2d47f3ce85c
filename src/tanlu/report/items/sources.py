"""The documents behind the factors of a report, with their licences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.factors import Library

__all__ = ["sources"]


def sources(factors: list[dict[str, Any]], kept: Library) -> dict[str, Any]:
    """Give the sources of the factors used, and name them in each factor.

    Parameters
    ----------
    factors
        Facts with ``factor_id``: identities of the rows it is composed of, with ``+`` and ``/``.
    kept
        The library by which they were chosen.

    Returns
    -------
    dict
        ``sources`` (title, publisher, document, published, licence, attribution), ``packs`` and
        ``factors_hash``, the hash over all packs.
    """
    import polars as pl

    parts = {part for row in factors for part in _parts(row["factor_id"])}
    behind = dict(
        kept.factors.filter(pl.col("factor_id").is_in(parts))
        .select("factor_id", "source_id")
        .iter_rows()
    )
    names = _names(parts, kept)
    for row in factors:
        named = {behind[part] for part in _parts(row["factor_id"]) if part in behind}
        row["sources"] = sorted(named)
        row["name"] = _name(row["factor_id"], names)
    used = kept.sources.filter(pl.col("source_id").is_in(set(behind.values()))).sort("source_id")
    return {
        "sources": used.to_dicts(),
        "packs": [
            {"pack": pack.pack_id, "version": pack.semver, "licence": pack.licence,
             "hash": pack.hash}
            for pack in kept.packs
        ],
        "factors_hash": kept.hash,
    }  # fmt: skip


def _names(parts: set[str], kept: Library) -> dict[str, tuple[str, ...]]:
    """Give what each part is for: class of vehicle, carrier of energy or else what, and place."""
    import polars as pl

    facets = ("vehicle_class", "energy_carrier")
    plain = pl.all_horizontal(pl.col(name).is_null() for name in facets)
    other = [pl.when(plain).then(name).alias(name) for name in ("activity", "material")]
    rows = kept.factors.filter(pl.col("factor_id").is_in(parts)).select(
        "factor_id", *facets, *other, "place"
    )
    return {part: tuple(word for word in words if word) for part, *words in rows.iter_rows()}


def _name(factor_id: str, names: dict[str, tuple[str, ...]]) -> str:
    """Give the words of all parts, each once; the identity itself where no row is behind it."""
    words = [word for part in _parts(factor_id) for word in names.get(part, ())]
    return " · ".join(dict.fromkeys(words)) or factor_id


def _parts(factor_id: str) -> list[str]:
    return re.split(r"[+/]", factor_id)
