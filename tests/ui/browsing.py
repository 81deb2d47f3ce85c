"""A real browser before a real server: a page must be quiet, and fetch nothing from elsewhere."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

DESK, WALL, PHONE = (1440, 900), (1920, 1080), (390, 844)


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Run an application on a free port in a thread; give its address."""
    from tanlu.serve.running import run

    ready, ends = threading.Event(), threading.Event()
    at: list[str] = []

    def listening(url: str) -> None:
        at.append(url)
        ready.set()

    thread = threading.Thread(
        target=run, args=(app, 0, listening), daemon=True,
        kwargs={"ends": ends, "ending": app.state.hub.close},
    )  # fmt: skip
    thread.start()
    assert ready.wait(60), "the server does not listen"
    try:
        yield at[0]
    finally:
        ends.set()
        thread.join(60)


def program() -> str:
    """The browser of the machine; the test skips without one, and fails where one was promised."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("TANLU_PROVISIONED"):
            pytest.fail("a browser was to be provisioned")
        pytest.skip("no browser here; make slow installs one")
    return found


@contextmanager
def browser() -> Iterator[Any]:
    """Start the browser."""
    from playwright.sync_api import sync_playwright

    path = program()
    with sync_playwright() as play:
        started = play.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        )
        try:
            yield started
        finally:
            started.close()


@dataclass
class Seen:
    """What a page said and fetched while it was open."""

    said: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    wire: int = 0

    def quiet(self) -> None:
        """Assert that there was no error, no violation of the policy, no foreign request."""
        assert self.said == []
        assert self.foreign == []
        assert self.failed == []


@contextmanager
def opened(
    started: Any,
    url: str,
    path: str,
    *,
    size: tuple[int, int] = DESK,
    dark: bool = False,
    scripts: bool = True,
    cookies: dict[str, str] | None = None,
    waits: bool = True,
) -> Iterator[tuple[Any, Seen]]:
    """Open a page until its charts are drawn; give it with what it said, and assert it was quiet.

    ``size`` is `DESK`, `WALL` or `PHONE`; ``cookies`` log somebody in.
    """
    context = started.new_context(
        viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts,
        color_scheme="dark" if dark else "light", reduced_motion="reduce",
        is_mobile=size == PHONE, has_touch=size == PHONE,
    )  # fmt: skip
    context.add_cookies([{"name": k, "value": v, "url": url} for k, v in (cookies or {}).items()])
    page, seen = context.new_page(), Seen()
    page.on("console", lambda m: seen.said.append(m.text) if m.type in ("error", "warning") else 0)
    page.on("pageerror", lambda error: seen.said.append(str(error)))
    page.on("request", lambda r: 0 if r.url.startswith(url) else seen.foreign.append(r.url))
    page.on("response", lambda r: seen.failed.append(r.url) if r.status >= 400 else 0)
    page.on("requestfinished", lambda r: _weigh(seen, r))
    try:
        answer = page.goto(url + path)
        assert not waits or answer.ok, f"{answer.status}: {page.inner_text('body')[:400]}"
        if scripts and waits:
            page.wait_for_selector("html[data-ready]", state="attached", timeout=60_000)
        yield page, seen
        seen.quiet()
    finally:
        context.close()


def _weigh(seen: Seen, request: Any) -> None:
    sizes = request.sizes()
    seen.wire += sizes["responseBodySize"] + sizes["responseHeadersSize"]


def keep(page: Any, name: str, *, whole: bool = True) -> Path:
    """Keep a picture of a page in the folder of artefacts, named after what it shows."""
    folder = Path(os.environ.get("TANLU_SHOTS", "build/shots"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    page.screenshot(path=path, full_page=whole)
    return path


def wide(page: Any) -> int:
    """How many pixels a page is wider than its window.

    A phone makes its own window as wide as the page, and so cannot be asked for it.
    """
    return int(page.evaluate("document.documentElement.scrollWidth")) - int(
        page.viewport_size["width"]
    )
