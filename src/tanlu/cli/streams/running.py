"""The server that runs on a ledger, asked from the command line."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tanlu.errors import TanluError

__all__ = ["Running", "running", "token_of"]

WAIT_S = 30.0
NDJSON = "application/x-ndjson"


class Running:
    """A server, by the address that it wrote into its ledger."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._token = token

    def alive(self) -> bool:
        """Tell whether it answers; an address may outlive its server."""
        try:
            self.ask("/healthz")
        except TanluError as error:
            return "HTTP" in str(error.fields.get("why"))
        return True

    def ask(self, path: str) -> dict[str, Any]:
        """Give what it answers.

        Raises
        ------
        TanluError
            TL368 when it does not answer, or not as it should.
        """
        return self._request(path, None)

    def post(self, path: str, body: bytes) -> dict[str, Any]:
        """Send lines of JSON and give the answer.

        Raises
        ------
        TanluError
            TL368 when it does not answer, or does not take them.
        """
        return self._request(path, body)

    def _request(self, path: str, body: bytes | None) -> dict[str, Any]:
        headers = {"Content-Type": NDJSON} if body is not None else {}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            request = urllib.request.Request(self.url + path, body, headers)  # noqa: S310
            with urllib.request.urlopen(request, timeout=WAIT_S) as answer:  # noqa: S310
                told = json.load(answer)
        except urllib.error.HTTPError as error:
            title, title_zh = _titles(error)
            head = f"HTTP {error.code} "
            raise self._refused(path, head + title, head + title_zh) from error
        except (OSError, ValueError) as error:
            raise self._refused(path, str(getattr(error, "reason", error))) from error
        if not isinstance(told, dict):
            raise self._refused(path, "the answer is no object")
        return told

    def _refused(self, path: str, why: str, why_zh: str | None = None) -> TanluError:
        told = {"why": why} if why_zh is None else {"why": why, "why_zh": why_zh}
        told = {name: " ".join(said.split())[:300] for name, said in told.items()}
        return TanluError("TL368", value=self.url + path, **told)


def _titles(error: urllib.error.HTTPError) -> tuple[str, str]:
    """Give what a server says in English and in Chinese."""
    try:
        told = json.load(error)
        title = str(told.get("title", ""))
        return title, str(told.get("title_zh") or title)
    except (OSError, ValueError, AttributeError):
        return "", ""


def token_of(path: Path | None) -> str | None:
    """Give the token that stands in a file, else that of ``TANLU_TOKEN``; TL004 for a bad file.

    Never a token on the command line: any user of the machine sees the words of a process.
    """
    if path is None:
        return os.environ.get("TANLU_TOKEN")
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise TanluError("TL004", value=path, why=str(error)) from error


def running(ledger: Path, token: str | None = None) -> Running | None:
    """Give the server that runs on a ledger, None when there is none."""
    try:
        told = json.loads((ledger / "streams" / "serve.json").read_text(encoding="utf-8"))
        url = told["url"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return None
    found = Running(url, token)
    return found if found.alive() else None
