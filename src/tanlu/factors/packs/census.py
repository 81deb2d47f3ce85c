"""How many factors a library has, each counted once: by activity, facets, place, year, boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.factors.packs.load import Library, factors, library
from tanlu.terms import taxonomy

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["census", "leaves", "without"]

# what makes two rows one factor for the count: its edition, source and unit do not
SAME = ("activity", *taxonomy.FACETS, "place", "data_year", "boundary", "method")
# what a carrier of goods needs: freight, energy, packaging, cold, refrigerants, waste and hubs
LOGISTICS = ("transport.", "hub.", "energy.", "refrigerant.", "packaging.", "waste.",
             "process.dry_ice")  # fmt: skip
MOVING = ("transport.",)

_built_in = library


def census(library: Library | None = None) -> dict[str, Any]:
    """Give how many factors there are.

    Returns
    -------
    dict
        ``factors`` rows of all packs, ``distinct`` those that differ in activity, facets, place,
        year of data, boundary or method, ``distinct_logistics`` of these the ones for freight,
        energy, packaging, cold, refrigerants, waste and hubs outside the bulk tables, ``classes``
        vehicles and vessels, ``leaves`` of the taxonomy with a factor, and one row for each pack.
    """
    kept = library or _built_in()
    bulk = {pack.pack_id for pack in kept.packs if pack.bulk}
    distinct, logistics, packs = set(), set(), []
    for pack in kept.packs:
        rows = factors(pack)
        keys = {_key(row) for row in rows}
        distinct |= keys
        if pack.pack_id not in bulk:
            logistics |= {key for key in keys if key[0].startswith(LOGISTICS)}
        packs.append(
            {
                "pack_id": pack.pack_id,
                "semver": pack.semver,
                "hash": pack.hash,
                "licence": pack.licence,
                "bulk": bool(pack.bulk),
                "factors": len(rows),
                "distinct": len(keys),
            }
        )
    held = {row["vehicle_class"] for row in kept.rows
            if row.get("vehicle_class") and row["activity"].startswith(MOVING)}  # fmt: skip
    return {
        "factors": sum(pack["factors"] for pack in packs),
        "distinct": len(distinct),
        "distinct_logistics": len(logistics),
        "classes": len(held),
        "leaves": sum(1 for number in leaves(kept).values() if number),
        "hash": kept.hash,
        "packs": packs,
    }


def leaves(library: Library | None = None) -> dict[str, int]:
    """Give the number of distinct factors under each leaf of the taxonomy."""
    kept = library or _built_in()
    found = dict.fromkeys(taxonomy.taxonomy(), 0)
    for key in {_key(row) for row in kept.rows}:
        leaf = taxonomy.leaf_of(key[0], dict(zip(taxonomy.FACETS, key[1:], strict=False)))
        if leaf:
            found[leaf.name] += 1
    return found


def without() -> pl.DataFrame:
    """Give the leaves for which no open factor is known, with the reason: leaf, en, zh."""
    from importlib import resources

    text = resources.files("tanlu.factors").joinpath("data", "none_open.csv").read_bytes()
    return pl.read_csv(text, infer_schema=False)


def _key(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(row.get(name) or "" for name in SAME)
