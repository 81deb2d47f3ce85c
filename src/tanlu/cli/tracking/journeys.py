"""tanlu simulate journeys: goods on their way by all modes, with the truth beside what was told."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from tanlu.cli.console import Console
from tanlu.errors import TanluError

__all__ = ["declare"]

Make = Callable[[str, str], argparse.ArgumentParser]


def declare(make: Make, console: Console) -> None:
    """Declare the action under ``tanlu simulate``."""
    word = console.word
    made = make("journeys", "simulate_journeys")
    made.add_argument("--n", type=int, default=100, help=word("journeys_n"))
    made.add_argument("--seed", type=int, default=1, help=word("journeys_seed"))
    made.add_argument("--out", type=Path, required=True, metavar="DIR", help=word("journeys_out"))
    made.add_argument(
        "--region", choices=("fit", "test", "world"), default="world", help=word("journeys_region")
    )
    made.add_argument(
        "--template", action="append", default=[], metavar="NAME", help=word("journeys_template")
    )
    made.add_argument(
        "--faults", nargs="+", default=[], metavar="KIND", help=word("journeys_faults")
    )
    made.add_argument(
        "--conditions", nargs="+", default=[], metavar="NAME", help=word("journeys_conditions")
    )
    made.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Simulate, write, and say how much."""
    try:
        from tanlu.simulate.journeys import FAULTS, simulated, under, written
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value=error.name, extra="track") from error

    begun = time.perf_counter()
    made = simulated(
        asked.n,
        asked.seed,
        region=asked.region,
        noise=under(asked.conditions),
        templates=tuple(asked.template),
        faults=FAULTS if asked.faults == ["all"] else tuple(asked.faults),
        network=True,
    )
    files, whole = console.follow(written(made, asked.out))
    wall = time.perf_counter() - begun
    facts = {
        "n": asked.n, "seed": asked.seed, "region": asked.region, "path": str(asked.out),
        "templates": asked.template, "conditions": asked.conditions,
        "faults": whole.get("faults", []), "labels": whole["labels"],
        **whole["rows"], "files": [str(file) for file in files], "wall_s": round(wall, 3),
        "per_s": round(whole["rows"]["positions"] / wall),
    }  # fmt: skip
    console.say("journeys_written", **facts)
    console.say("journeys_next", **facts)
    console.result(facts)
    return 0
