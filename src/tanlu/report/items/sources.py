"""The documents behind the factors of a report, with their licences."""

from __future__ import annotations

import re
from typing import Any

from tanlu.factors import library

__all__ = ["sources"]


def sources(factors: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the sources of the factors used, and name them in each factor.

    Parameters
    ----------
    factors
        Facts with ``factor_id``: identities of the rows of a composed factor, joined by ``+`` and ``/``.

    Returns
    -------
    dict
        ``sources`` (title, publisher, document, published, licence, attribution), ``packs`` and
        ``factors_hash``, the hash over all packs.
    """
    import polars as pl

    kept = library()
    parts = {part for row in factors for part in _parts(row["factor_id"])}
    behind = dict(
        kept.factors.filter(pl.col("factor_id").is_in(parts))
        .select("factor_id", "source_id")
        .iter_rows()
    )
    for row in factors:
        named = {behind[part] for part in _parts(row["factor_id"]) if part in behind}
        row["sources"] = sorted(named)
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


def _parts(factor_id: str) -> list[str]:
    return re.split(r"[+/]", factor_id)
