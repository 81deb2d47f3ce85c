"""A living network with dirt in it, read and quantified like any other, then held to its truth.

Run it with ``python examples/park/park.py``; it writes the folder ``park`` beside you.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tanlu.account import quantify_all
from tanlu.cli import main as tanlu
from tanlu.monitor import intake
from tanlu.report import render, transport
from tanlu.simulate import Dirt, write_park
from tanlu.store import open_workspace
from tanlu.terms import Progress


def last(steps: Iterable[Progress]) -> Any:
    """Run a long verb to its end and give its result."""
    found = None
    for step in steps:
        found = step.result if step.result is not None else found
    return found


def read(files: Iterable[tuple[str, str]], books: Any) -> None:
    """Read files by their mappings and say what became of their rows."""
    for file, mapping in files:
        rows = last(intake(file, mapping, books))
        sys.stdout.write(
            f"{rows['file']}: {rows['rows_in']} = {rows['rows_new']} new"
            f" + {rows['rows_known']} known + {rows['rows_quarantined']} quarantined\n"
        )


def main(folder: Path = Path("park")) -> None:
    """Simulate 2,000 orders, one leg in a hundred without its mass; read, sum, report."""
    dirt = Dirt(missing=0.01)
    made = last(write_park(folder / "files", orders=2_000, seed=1, dirt=dirt, inventory=True))
    books = open_workspace(folder / "books", create=True)
    read(made["files"], books)
    total = last(quantify_all(books))
    sys.stdout.write(f"{total['co2e_wtw_kg']} kg CO2e, not quantified: {total['unquantified']}\n")
    sys.stdout.write(
        f"see {render(transport(books, profile='iso14083'), folder / 'report.html')}\n"
    )
    # the same ledger with what the parks buy, throw away and use: one command draws the inventory
    read(made["inventory"], books)
    last(quantify_all(books))
    shutil.copyfile(made["boundary"], books.path / "organisation.toml")
    out = str(folder / "inventory.html")
    tanlu(["report", "organisation", "--ledger", str(books.path), "--out", out])
    tanlu(["verify", "--ledger", str(books.path)])


if __name__ == "__main__":
    main()
