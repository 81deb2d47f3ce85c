"""Viewers of what is live while readings come in: latency of delivery, and nothing lost.

Three processes beside this one: the ingest server with its drain, the web process, and the
viewers, plain sockets that read server-sent events. The latency of a tick is from the time that
stands in it, which is when the hub began to make it, to when its last byte was read by a viewer.

By hand: ``python -m benchmarks.live --viewers 1000 --rate 120000 --seconds 60``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.ingest import ROOT, Serving, _cpu_s, _sender

__all__ = ["measure"]

TOPICS = "kpi,streams,park:xian"
STAMP = re.compile(rb'event: tick\ndata: {"at_us":(\d+),')
END = b"\n\n"


def web(ledger: str) -> None:
    """Serve the ledger to a manager who needs no password, and say where."""
    from tanlu.serve.api import Home, Principal
    from tanlu.serve.application import application
    from tanlu.serve.running import run

    ends = threading.Event()
    app = application(Home(ledger), identify=lambda _: Principal("bench", "home", "manager"))
    threading.Thread(target=lambda: (sys.stdin.read(), ends.set()), daemon=True).start()
    hub = app.state.hub
    run(app, 0, lambda url: print(json.dumps({"url": url, "pid": os.getpid()}), flush=True),
        ends=ends, ending=hub.close)  # fmt: skip
    print(json.dumps({
        "ticks": hub.ticks, "late_ticks": hub.late_ticks, "dropped": hub.dropped,
        "frames_made": hub.frames_made,
    }))  # fmt: skip


def watch(port: int, viewers: int, seconds: float) -> dict[str, Any]:
    """Watch with many connections and give what was seen; the first ticks warm up."""
    look = selectors.DefaultSelector()
    request = (
        f"GET /v1/live?t={TOPICS} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
    ).encode()
    for _ in range(viewers):
        wire = socket.create_connection(("127.0.0.1", port))
        wire.setblocking(False)
        wire.send(request)
        look.register(wire, selectors.EVENT_READ, [b"", 0])
    begun = time.time()
    count, ticks, size, broken = 0, 0, 0, 0
    waits: list[float] = []
    while (now := time.time()) < begun + seconds + 5:
        for key, _ in look.select(0.2):
            wire, held = key.fileobj, key.data
            data = wire.recv(262144)
            if not data:
                broken += 1
                look.unregister(wire)
                continue
            size += len(data)
            whole = held[0] + data
            for found in STAMP.finditer(whole):
                if whole.find(END, found.end()) < 0:
                    break
                at = int(found[1]) / 1e6
                held[1] = found.end()
                if at > begun + 5:
                    waits.append(time.time() - at)
                    count += 1
            cut = held[1] or max(0, len(whole) - 65536)
            held[0], held[1] = whole[cut:], 0
        ticks += 1
    spent = now - begun - 5
    told = np.array(waits) * 1000
    return {
        "viewers": viewers, "broken": broken, "delivered": count, "seconds": spent,
        "ticks_a_viewer": count / viewers, "mb": size / 1e6,
        **{f"p{q}_ms": float(np.percentile(told, q)) for q in (50, 90, 99)},
        "max_ms": float(told.max()), "cpu_s": time.process_time(),
    }  # fmt: skip


def _start(words: list[str], **more: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.live", *words], stdout=subprocess.PIPE, text=True,
        env=environment, cwd=ROOT, **more,
    )  # fmt: skip


def measure(folder: Path, viewers: int, seconds: float, rate: float) -> dict[str, Any]:
    """Give latency of delivery, what was acknowledged and kept, and what all of it cost."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        ledger = Path(place) / "ledger"
        server = Serving(ledger)
        try:
            warm = _sender(server.port, "arrow", 10_000, 8, 1.0, rate)["new"] if rate else 0
            served = _start(["--web", str(ledger)], stdin=subprocess.PIPE)
            assert served.stdout is not None
            assert served.stdin is not None
            about = json.loads(served.stdout.readline())
            port = about["url"].rpartition(":")[2]
            words = ["--watch", port, "--viewers", str(viewers), "--seconds", str(seconds)]
            seeing = _start(words)
            sent: dict[str, Any] = {}
            before, began = (_cpu_s(about["pid"]), *server.cpu_s()), time.time()
            if rate:
                sent = _sender(server.port, "arrow", 10_000, 8, seconds + 5, rate, skip=True)
            out, _ = seeing.communicate(timeout=seconds + 120)
            seen = json.loads(out.splitlines()[-1])
            passed = time.time() - began
            after = (_cpu_s(about["pid"]), *server.cpu_s())
            rss = _rss_mib(about["pid"])
            served.stdin.close()
            hub = json.loads(served.stdout.read().splitlines()[-1])
            served.wait(30)
        finally:
            ended = server.stop()
        from tanlu.store import open_workspace

        kept = sum(part.rows for part in open_workspace(ledger).parts("reading"))
    cores = [(two - one) / passed for one, two in zip(before, after, strict=True)]
    return {
        **seen, "hub": hub, "load": os.getloadavg()[0],
        "acknowledged": warm + sent.get("new", 0), "rate": sent.get("rate"),
        "ack_p99_ms": sent.get("p99_ms"), "refused": sent.get("refused"),
        "in_ledger": kept, "taken": ended["rows_new"], "missing": ended["missing"],
        "lost": warm + sent.get("new", 0) - kept,
        "web_cores": cores[0], "ingest_cores": cores[1], "drain_cores": cores[2],
        "sender_cores": sent.get("cpu_s", 0) / passed, "viewer_cores": seen["cpu_s"] / passed,
        "web_rss_mib": rss,
    }  # fmt: skip


def _rss_mib(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return (
        int(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
    )


def main() -> int:
    """Measure and say so, or be one of the processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--web")
    parser.add_argument("--watch", type=int)
    parser.add_argument("--viewers", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=120_000.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    if asked.web:
        web(asked.web)
        return 0
    if asked.watch:
        told = watch(asked.watch, asked.viewers, asked.seconds)
    else:
        told = measure(asked.folder, asked.viewers, asked.seconds, asked.rate)
    print(json.dumps(told, indent=None if asked.watch else 1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
