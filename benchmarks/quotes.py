"""Signed quotes at a checkout: how long a shop's page waits, over real HTTP from another process.

``python -m benchmarks.quotes LEDGER [--rate 80] [--seconds 20]`` prints one JSON object. The ledger
is that of `benchmarks.records`. Questions come at a fixed rate, each for other places, mass and
options; a wait is counted from when the question was due, so a server that stalls is not excused.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.ingest import ROOT, _cpu_s

SHOP = "https://shop.example"
WARM = 50
CONNECTIONS = 8


def questions(merchant: str) -> Any:
    """Give questions without end: regions and cities, 50 g to 30 kg, some or all options."""
    from tanlu.serve.quotes.asking import placed
    from tanlu.serve.quotes.options import options

    draw, rest = random.Random(1), [name for name in options() if name != "standard"]
    places = sorted(name for name, each in placed().items() if each.country == "CN")
    for _ in itertools.count():
        yield {
            "merchant": merchant, "from": draw.choice(places), "to": draw.choice(places),
            "mass_g": draw.randint(50, 30_000),
            "options": ",".join(["standard", *draw.sample(rest, draw.randint(0, len(rest)))]),
        }  # fmt: skip


def measure(ledger: Path, rate: float, seconds: float) -> dict[str, Any]:
    """Give the waits while a server that just began builds its index, and those after."""
    import httpx

    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    served = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.live", "--web", str(ledger)], cwd=ROOT, text=True,
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert served.stdout is not None
    about = json.loads(served.stdout.readline())
    told: dict[str, Any] = {}
    with httpx.Client(base_url=about["url"], timeout=60) as client:
        own = {"origin": about["url"].rstrip("/")}
        made = client.post("/v1/merchants", json={"name": "Shop", "origins": [SHOP]}, headers=own)
        made.raise_for_status()
        asking = questions(made.json()["merchant"])
        begun = time.perf_counter()
        _asked(client, next(asking))
        told["first_ms"] = (time.perf_counter() - begun) * 1e3
        for _ in range(WARM):
            _asked(client, next(asking))
        time.sleep(2)
        told["building"] = waits(client, asking, about["pid"], rate, seconds)
        _settled(client)
        told["idle"] = waits(client, asking, about["pid"], rate, seconds)
    served.communicate(timeout=60)
    return told


def waits(client: Any, asking: Any, pid: int, rate: float, seconds: float) -> dict[str, Any]:
    """Give how long quotes took that were asked at a fixed rate over several connections."""
    waited, inside = [], []
    used, begun = _cpu_s(pid), time.perf_counter()

    def one(number: int, query: dict[str, Any]) -> None:
        due = begun + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        told = _asked(client, query)
        waited.append((time.perf_counter() - due) * 1e3)
        inside.append(float(told.partition("dur=")[2]))

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for _ in pool.map(one, range(int(rate * seconds)), asking):
            pass
    used = _cpu_s(pid) - used
    waited.sort(), inside.sort()
    return {
        "asked": len(waited), "rate": rate,
        **{f"p{q}_ms": waited[int(len(waited) * q / 100)] for q in (50, 95, 99)},
        "most_ms": waited[-1], "inside_p99_ms": inside[int(len(inside) * 0.99)],
        "cores": used / seconds, "load": os.getloadavg()[0],
    }  # fmt: skip


def _settled(client: Any) -> None:
    """Wait until the index is that of the ledger."""
    while True:
        far = client.get("/v1/search/state").json()
        if far["version"] == far["ledger_version"]:
            return
        time.sleep(1)


def _asked(client: Any, query: dict[str, Any]) -> str:
    answer = client.get("/v1/quote", params=query, headers={"origin": SHOP})
    assert answer.status_code == 200, answer.text
    return str(answer.headers["server-timing"])


def main() -> int:
    """Measure and say so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--rate", type=float, default=80.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.ledger, asked.rate, asked.seconds), indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
