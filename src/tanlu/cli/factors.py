"""tanlu factors: where the numbers come from."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tanlu.cli import explain
from tanlu.cli.console import Console

Add = Callable[[str, str], argparse.ArgumentParser]


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("factors", "factors")
    parser.add_argument(
        "action", choices=("sources", "classes", "explain"), metavar="ACTION",
        help=console.word("factors_action"),
    )  # fmt: skip
    explain.declare(parser, console)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Do one of the actions."""
    actions: dict[str, Callable[[argparse.Namespace, Console], int]] = {
        "sources": sources,
        "classes": classes,
        "explain": explain.run,
    }
    return actions[asked.action](asked, console)


def classes(asked: argparse.Namespace, console: Console) -> int:  # noqa: ARG001
    """List the classes of vehicles and hubs, each with the energy carriers that it has."""
    import polars as pl

    from tanlu.factors import library

    held = library()
    known = pl.col("vehicle_class").is_not_null()
    rows = (
        held.factors.filter(known)
        .group_by("activity", "vehicle_class")
        .agg(pl.col("energy_carrier").drop_nulls().unique().sort().alias("energy_carriers"))
        .sort("activity", "vehicle_class")
        .to_dicts()
    )
    for row in rows:
        if not console.as_json:
            carriers = ", ".join(row["energy_carriers"])
            console.write(f"{row['activity']:20} {row['vehicle_class']:24} {carriers}")
    console.result({"factors_hash": held.hash, "classes": rows})
    return 0


def sources(asked: argparse.Namespace, console: Console) -> int:  # noqa: ARG001
    """List the sources of all packs with licence and attribution."""
    from tanlu.factors import library

    held = library()
    rows = held.sources.to_dicts()
    for row in rows:
        if not console.as_json:
            console.write(
                f"{row['source_id']}: {row['title']} ({row['publisher']}), {row['licence']}"
                f"; {row['attribution']}"
            )
    console.result({"factors_hash": held.hash, "sources": rows})
    return 0
