"""tanlu factors: where the numbers come from."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tanlu.cli.console import Console

Add = Callable[[str, str], argparse.ArgumentParser]


def declare(add: Add, console: Console) -> None:  # noqa: ARG001 - each room declares alike
    """Declare the verb."""
    parser = add("factors", "factors")
    parser.add_argument("action", choices=("sources",), metavar="ACTION", help="sources")
    parser.set_defaults(run=sources)


def sources(asked: argparse.Namespace, console: Console) -> int:  # noqa: ARG001
    """List the sources of all packs with licence and attribution."""
    from tanlu.factors import library

    held = library()
    rows = held.sources.to_dicts()
    for row in rows:
        if not console.as_json:
            console.write(
                f"{row['source_id']}: {row['title']} ({row['publisher']}), {row['licence']}"
            )
    console.result({"factors_hash": held.hash, "sources": rows})
    return 0
