"""tanlu factors: where the numbers come from, which one holds and why, and what would change."""

from __future__ import annotations

import argparse
from typing import Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.library import chosen, packs
from tanlu.cli.library.held import held
from tanlu.errors import TanluError


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    parser = add("factors", "factors")
    actions = parser.add_subparsers(
        metavar="ACTION", required=True, title=console.word("factors_actions")
    )

    def action(name: str, run: Any) -> argparse.ArgumentParser:
        made = add(name, f"factors_{name}", actions)
        made.set_defaults(run=run)
        return made

    listed = action("list", list_)
    listed.add_argument("kind", nargs="?", help=console.word("factors_kind"))
    listed.add_argument("--place", metavar="PLACE", help=console.word("list_place"))
    listed.add_argument("--count", action="store_true", help=console.word("list_count"))
    chosen.declare(action("why", chosen.run), console)
    action("classes", classes)
    action("sources", sources)
    packs.declare(action, console)


def list_(asked: argparse.Namespace, console: Console) -> int:
    """List the factors under a kind, or the leaves of the taxonomy with how many each has."""
    from tanlu.factors.packs import census

    kept = held(asked)
    counted = census(kept)
    if asked.count:
        for pack in counted["packs"]:
            console.tell(f"{pack['pack_id']:28} {pack['semver']:10} {pack['factors']:6}")
        console.say("factors_counted", **{name: counted[name] for name in COUNTED})
        console.result(counted)
        return 0
    if asked.kind is None and asked.place is None:
        rows: list[dict[str, Any]] = _leaves(kept, console)
        console.result({"factors_hash": kept.hash, "leaves": rows})
        return 0
    rows = _rows(kept, asked.kind, asked.place)
    for row in rows:
        console.tell(_line(row))
    console.say("factors_listed", rows=len(rows))
    console.result({"factors_hash": kept.hash, "factors": rows})
    return 0


COUNTED = ("factors", "distinct", "distinct_logistics", "classes", "leaves")
AMOUNTS = ("value", "value_empty", "value_full", "points", "co2_fossil", "co2_bio", "ch4_fossil",
           "ch4_bio", "n2o", "co2e_published")  # fmt: skip


def _leaves(kept: Any, console: Console) -> list[dict[str, Any]]:
    from tanlu.factors.packs import leaves, without
    from tanlu.terms import taxonomy

    none = {row["leaf"]: row for row in without().iter_rows(named=True)}
    rows = []
    for name, number in leaves(kept).items():
        leaf = taxonomy.taxonomy()[name]
        said = getattr(leaf, console.language)
        why = none.get(name, {}).get(console.language, "")
        console.tell(f"{number:6}  {name:36} {said}" + (f" ({why})" if why else ""))
        rows.append({"leaf": name, "en": leaf.en, "zh": leaf.zh, "factors": number, "none": why})
    return rows


def _rows(kept: Any, kind: str | None, place: str | None) -> list[dict[str, Any]]:
    """Give the factors of a kind, or below it in the taxonomy, for a place alone if it is told."""
    from tanlu.terms import taxonomy

    found: list[dict[str, Any]] = [dict(row) for row in kept.rows]
    if kind is not None:
        if any(taxonomy.within(row["activity"], kind) for row in found):
            found = [row for row in found if taxonomy.within(row["activity"], kind)]
        else:
            name, facets = taxonomy.asked(kind)
            found = [
                row
                for row in found
                if row["activity"] == name
                and all(taxonomy.within(row.get(key) or "", each) for key, each in facets.items())
            ]
    if place is not None:
        found = [row for row in found if row["place"] == place]
        if not found:
            known = sorted({row["place"] for row in kept.rows})
            raise TanluError("TL203", value=place, known=", ".join(known[:12]) + " …")
    packed = kept.pack_of
    return [
        {"pack": packed[row["factor_id"]], **{key: value for key, value in row.items() if value}}
        for row in found
    ]


def _line(row: dict[str, Any]) -> str:
    names = ("activity", "vehicle_class", "energy_carrier", "temperature_class", "technology",
             "material", "place", "data_year", "boundary", "method")  # fmt: skip
    said = " ".join(row[name] for name in names if row.get(name))
    amounts = ", ".join(f"{name} {row[name]}" for name in AMOUNTS if row.get(name))
    return f"{said}: {amounts} [{row['numerator']}/{row['denominator']}] {row['source_id']}"


def classes(asked: argparse.Namespace, console: Console) -> int:
    """List the classes of vehicles and hubs, each with the energy carriers that it has."""
    import polars as pl

    kept = held(asked)
    known = pl.col("vehicle_class").is_not_null()
    rows = (
        kept.factors.filter(known)
        .group_by("activity", "vehicle_class")
        .agg(pl.col("energy_carrier").drop_nulls().unique().sort().alias("energy_carriers"))
        .sort("activity", "vehicle_class")
        .to_dicts()
    )
    for row in rows:
        carriers = ", ".join(row["energy_carriers"])
        console.tell(f"{row['activity']:20} {row['vehicle_class']:24} {carriers}")
    console.result({"factors_hash": kept.hash, "classes": rows})
    return 0


def sources(asked: argparse.Namespace, console: Console) -> int:
    """List the sources of all packs with licence and attribution."""
    kept = held(asked)
    pack_of = {row["source_id"]: pack for pack in kept.packs for row in pack.tables["source"]}
    rows = []
    for row in kept.sources.to_dicts():
        pack = pack_of[row["source_id"]]
        rows.append({**row, "pack": pack.name, "pack_licence": pack.licence})
        console.tell(
            f"{row['source_id']}: {row['title']} ({row['publisher']}), {row['licence']}"
            f"; {row['attribution']}"
        )
    console.result({"factors_hash": kept.hash, "sources": rows})
    return 0
