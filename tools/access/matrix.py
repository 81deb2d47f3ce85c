"""Writes the lines of new routes into the authorisation matrix; look at each before you commit it.

PYTHONPATH=src:. python tools/access/matrix.py [--all]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.serve.access.matrix import Asking, lines, write
from tests.serving import books, home


def main() -> None:
    """Keep the lines of routes that are there, add those that have none; --all: write all anew."""
    with tempfile.TemporaryDirectory() as place:
        at = home(books(Path(place) / "network"), Path(place))
        asking = Asking(at)
        kept = (
            {}
            if "--all" in sys.argv
            else {(line["method"], line["path"]): line for line in lines()}
        )
        found = [
            kept.get((method, path)) or asking.line(method, path)
            for method, path, _ in asking.routes()
        ]
        write(iter(found))
        at.close()


main()
