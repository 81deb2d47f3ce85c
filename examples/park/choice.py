"""Drives with telemetry: read, learned from, chosen by the least expected error, held to the truth.

Run it with ``python examples/park/choice.py``; it needs ``pip install 'tanlu[learn]'`` and writes
the folder ``drives`` beside you. The file under ``truth`` is read by nothing but the last step.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from tanlu.account import quantify_all
from tanlu.account.choose import adopt_card, drives_of_ledger, evaluate, judged, learn
from tanlu.factors.packs import library_of
from tanlu.monitor import intake
from tanlu.simulate import write_telemetry
from tanlu.store import open_workspace
from tanlu.terms import Progress
from tanlu.verify import replay


def last(steps: Iterable[Progress]) -> Any:
    """Run a long verb to its end and give its result."""
    found = None
    for step in steps:
        found = step.result if step.result is not None else found
    return found


def main(folder: Path = Path("drives"), vehicles: int = 800) -> None:
    """Learn from the metered half of a fleet; quantify all of it; compare with the truth."""
    made = write_telemetry(folder, vehicles=vehicles, seed=1, drives=30)
    books = open_workspace(folder / "books", create=True)
    last(intake(made["file"], made["mapping"], books))
    before = last(quantify_all(books))
    library = library_of(books)
    card = last(learn(drives_of_ledger(books, library)))
    adopt_card(books, card, why="example")
    after = last(quantify_all(books))
    sys.stdout.write(f"{before['co2e_wtw_kg']} kg by class curves\n")
    sys.stdout.write(f"{after['co2e_wtw_kg']} kg by the best method of each leg\n")
    sys.stdout.write(f"{last(replay(books))['differences']} differ when calculated again\n")
    legs = books.scan("activity").collect()
    facts = evaluate(judged(legs, card, library), pl.read_csv(made["truth"]))
    for name, row in facts["held_out"].items():
        if row["legs"]:
            sys.stdout.write(f"{name}: error {row['relative_mae']:.1%} of {row['legs']} legs\n")
    covered = facts["coverage"]
    sys.stdout.write(f"95 % intervals cover {covered['coverage']:.1%} of vehicles never seen\n")


if __name__ == "__main__":
    main()
