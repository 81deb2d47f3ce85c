"""A group of three draws up its inventory: hauls inside it count once, each owner its share.

Run it with ``python examples/group/group.py``; it writes the folder ``group`` beside you.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tanlu.cli import main as tanlu
from tanlu.monitor import intake
from tanlu.simulate import write_park
from tanlu.store import open_workspace
from tanlu.terms import Progress

HERE = Path(__file__).parent


def last(steps: Iterable[Progress]) -> Any:
    """Run a long verb to its end and give its result."""
    found = None
    for step in steps:
        found = step.result if step.result is not None else found
    return found


def main(folder: Path = Path("group")) -> int:
    """Read the files of the network and of the group, then report by one command an approach."""
    made = last(write_park(folder / "files", orders=2_000, seed=1, inventory=True))
    own = [
        (str(HERE / f"{name}.csv"), str(HERE / f"{name}.map.toml")) for name in ("hauls", "bills")
    ]
    books = open_workspace(folder / "books", create=True)
    for file, mapping in (*made["files"], *made["inventory"], *own):
        rows = last(intake(file, mapping, books))
        sys.stdout.write(f"{rows['file']}: {rows['rows_new']} of {rows['rows_in']} rows\n")
    shutil.copyfile(HERE / "organisation.toml", books.path / "organisation.toml")
    ledger = ("--ledger", str(books.path))
    for approach in ("operational_control", "equity_share"):
        out = str(folder / f"{approach}.html")
        tanlu(["report", "organisation", "--approach", approach, "--out", out, *ledger])
    tanlu(["report", "organisation", *ledger])
    return tanlu(["verify", *ledger])


if __name__ == "__main__":
    sys.exit(main())
