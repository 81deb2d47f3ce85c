"""What a page costs a server whose ledger holds a million shipments, and a browser before it.

``python -m benchmarks.pages DIR SHIPMENTS`` prints one JSON object; `benchmarks.records` makes the
ledger. A page is asked for through the whole application of pages, each time for another shipment
where it is of one; ``cold`` is the first answer after the start. Charts are ready when a browser
with an empty cache says so.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.records import last, make

ASKED = 40
CHARTED = ("/zh/", "/zh/shipments/{subject}")
LOADS = 5


def subjects(workspace: Any, count: int) -> list[str]:
    """Give shipments from all over the ledger."""
    parts = workspace.parts("emission")
    step = max(1, len(parts) // count)
    found: list[str] = []
    for part in parts[::step]:
        names = workspace.scan("emission", raw=True, only=[part]).select("subject").head(4000)
        found += names.collect()["subject"].unique().sample(5, seed=part.rows).to_list()
    return found


def application(folder: Path) -> tuple[Any, Any]:
    """Give the pages over the ledger as a manager sees them, and the ledger."""
    from tanlu.serve.api import Home, Principal, shell
    from tanlu.serve.searching import Searching
    from tanlu.store.index import extend
    from tanlu.ui import PROBLEMS, pages

    home = Home(folder / "ledger", path=folder / "serve")
    workspace = home.workspace("home")
    for _ in extend(workspace):
        pass
    who = Principal("bench", "home", "manager")
    app = shell(home, identify=lambda _request: who, rooms=[pages()], forms=PROBLEMS)
    app.state.searching = Searching(home)
    last(app.state.searching.update("home"))
    return app, workspace


def timed(client: Any, paths: list[str]) -> dict[str, Any]:
    """Give how long answers take and what they cost the processor, the first apart."""
    wall, spent = [], []
    for path in paths:
        begun, used = time.perf_counter(), time.process_time()
        answer = client.get(path)
        wall.append((time.perf_counter() - begun) * 1e3)
        spent.append((time.process_time() - used) * 1e3)
        assert answer.status_code == 200, (path, answer.status_code)
    rest = sorted(wall[1:]), sorted(spent[1:])
    return {
        "cold_ms": round(wall[0], 1), "cold_cpu_ms": round(spent[0], 1),
        "p50_ms": round(statistics.median(rest[0]), 1),
        "p95_ms": round(rest[0][int(len(rest[0]) * 0.95)], 1),
        "cpu_p50_ms": round(statistics.median(rest[1]), 1),
        "cpu_p95_ms": round(rest[1][int(len(rest[1]) * 0.95)], 1),
        "asked": len(paths), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def charted(url: str, path: str) -> list[int]:
    """Give after how long the charts of a page are drawn in a browser with an empty cache [ms]."""
    from playwright.sync_api import sync_playwright

    spent = []
    with sync_playwright() as play:
        at = shutil.which("chromium")
        started = play.chromium.launch(executable_path=at, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(LOADS):
            context = started.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            begun = time.perf_counter()
            page.goto(url + path)
            page.wait_for_selector("html[data-ready]", state="attached")
            spent.append(int((time.perf_counter() - begun) * 1e3))
            context.close()
        started.close()
    return sorted(spent)


def served(app: Any, paths: list[str]) -> dict[str, Any]:
    """Give the times of the charts, from a server in this process."""
    import threading

    from tanlu.serve.running import run

    ready, ends, at = threading.Event(), threading.Event(), []

    def listening(url: str) -> None:
        at.append(url)
        ready.set()

    thread = threading.Thread(target=run, args=(app, 0, listening), kwargs={"ends": ends})
    thread.start()
    ready.wait(30)
    try:
        return {
            path: {"charts_ms": charted(at[0], path), "load": round(os.getloadavg()[0], 1)}
            for path in paths
        }
    finally:
        ends.set()
        thread.join()


def measure(folder: Path, shipments: int) -> dict[str, Any]:
    """Give the times of all pages."""
    from fastapi.testclient import TestClient

    make(folder, shipments)
    app, workspace = application(folder)
    names = [quote(each, safe="") for each in subjects(workspace, ASKED)]
    rows = {
        table: sum(p.rows for p in workspace.parts(table)) for table in ("activity", "emission")
    }
    client = TestClient(app)
    held = client.get("/zh/shipments?q=" + names[0][-6:]).status_code
    pages = {
        "overview": ["/zh/"] * ASKED, "overview of a month": ["/zh/?period=2027-05"] * ASKED,
        "shipments": [f"/zh/shipments?q={each[-5:]}" for each in names[:ASKED]],
        "shipments.one": [f"/zh/shipments/{each}" for each in names],
        "calculation": [f"/en/calculation/{each}" for each in names[:ASKED]],
    }  # fmt: skip
    found = {name: timed(client, paths) for name, paths in pages.items()}
    seen = served(app, [path.format(subject=names[0]) for path in CHARTED])
    return {"rows": rows, "first": held, "pages": found, "browser": seen}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2])), indent=1) + "\n")
