"""A real server in its own process, and plain HTTP to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[3]


class Serving:
    """``tanlu serve --ingest`` on a free port."""

    def __init__(self, ledger: Path, *words: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "TANLU_LANGUAGE": "en"}
        started = [sys.executable, "-m", "tanlu", "serve", "--ingest", "--port", "0", "--json"]
        self.child = subprocess.Popen(
            [*started, "--ledger", str(ledger), *words], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        assert self.child.stdout is not None
        line = self.child.stdout.readline()
        assert line, self.child.communicate()[1]
        self.facts: dict[str, Any] = json.loads(line)
        self.port = int(self.facts["url"].rpartition(":")[2])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.child.poll() is None:
            self.stop()

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Give status, headers and body of an answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            told = {name.replace("_", "-"): value for name, value in headers.items()}
            line.request(method, path, body, told)
            answer = line.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            line.close()

    def post(self, stream: str, data: bytes, media: str, **headers: str) -> tuple[int, Any]:
        """Give status and JSON of the answer to a body."""
        path = f"/v1/streams/{stream}"
        status, _, body = self.ask("POST", path, data, Content_Type=media, **headers)
        return status, json.loads(body)

    def kill(self) -> None:
        """End it at once, as a loss of power would."""
        self.child.kill()
        self.child.communicate(timeout=120)

    def stop(self) -> tuple[dict[str, Any], str]:
        """End it in order, and give its last words and its log."""
        self.child.send_signal(signal.SIGTERM)
        out, log = self.child.communicate(timeout=120)
        assert self.child.returncode == 0, log
        return json.loads(out.splitlines()[-1])["ended"], log
