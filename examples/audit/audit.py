"""A verifier looks at the inventory of the group: plan, two samples, evaluation, opinion.

Run it with ``python examples/audit/audit.py``; it writes the folder ``audited`` beside you. Both
sides stand on one machine here: the preparer's books, and the desk of the verifier. What a person
would do, look at documents and fill in papers, `look` does: one bill of diesel was typed too high.
"""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from tanlu.cli import main as tanlu
from tanlu.store import open_workspace
from tanlu.store.log import begin_log

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "group"))
MISTYPED = {"bill/N1": "171"}  # 180 L in the books, 171 L on the bill
UNREPORTED = 4
FOUND = 3  # exit code of a verb that found something


def enrol(books: Path, desk: Path) -> Path:
    """Let the verifier make a key and the preparer admit it to the log of the books."""
    begin_log(open_workspace(books))
    path = desk / "verifier.key"
    said("key", "new", str(path), "--role", "verifier", "--name", "Careful Eyes")
    said("key", "enrol", f"{path}.request", "--ledger", str(books))
    return path


def said(*words: str) -> int:
    """Show a command and run it; stop where it says that something is missing."""
    sys.stdout.write(f"\n$ tanlu {' '.join(words)}\n")
    sys.stdout.flush()
    code = tanlu([*words, "--lang", "en"])
    if code not in {0, FOUND}:
        sys.exit(code)
    return code


def telematics(legs: Path, path: Path) -> None:
    """Write what another company counted of the same trucks; some trips were never reported."""
    moved: dict[str, Decimal] = defaultdict(Decimal)
    with legs.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if not row["mass_kg"] or not row["distance_km"]:
                continue
            moved[row["waybill"]] += Decimal(row["mass_kg"]) * Decimal(row["distance_km"]) / 1000
    usual = sorted(moved.values())[len(moved) // 2]
    moved |= {f"TX{number:011}": usual for number in range(UNREPORTED)}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("waybill", "tkm"))
        writer.writerows((name, f"{amount:f}") for name, amount in moved.items())


def look(paper: Path, column: str) -> None:
    """Fill in a paper as a careful person would."""
    rows = list(csv.DictReader(io.StringIO(paper.read_text(encoding="utf-8-sig"))))
    for row in rows:
        if column == "evidence":
            row[column] = MISTYPED.get(row["id"], row["reported"])
        else:
            row[column] = row[column] or "none"
    with paper.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def main(folder: Path = Path("audited")) -> int:
    """Make the books, then let the verifier work through them."""
    from group import main as group  # the example beside this one

    with contextlib.redirect_stdout(io.StringIO()):
        group(folder)
    books, desk = folder / "books", folder / "desk"
    desk.mkdir(parents=True, exist_ok=True)
    for file in (HERE / "engagement.toml", HERE.parent / "group" / "organisation.toml"):
        shutil.copyfile(file, desk / file.name)
    telematics(next((folder / "files").glob("legs-*.csv")), desk / "telematics.csv")
    key = enrol(books, desk)
    common = ("--engagement", str(desk / "engagement.toml"), "--dir", str(desk),
              "--key", str(key), "--ledger", str(books))  # fmt: skip

    def audit(*words: str) -> int:
        return said("audit", *words, *common)

    audit("plan", "--out", str(desk / "plan.html"))
    audit("sample")
    look(desk / "forward.csv", "evidence")
    look(desk / "reverse.csv", "reported")
    audit("evaluate")
    credential = str(desk / "opinion.json")
    audit("opine", "--out", str(desk / "opinion.html"), "--credential", credential)
    return audit("show")


if __name__ == "__main__":
    sys.exit(main())
