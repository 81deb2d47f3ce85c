"""Charts as SVG without a browser: the pages' own bundle in a small JavaScript engine.

For pages without a script, for PDF and for the manuals. The engine is behind `Engine`, so that
another can take its place; each thread has its own, because an engine is of one thread.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import OrderedDict
from functools import cache
from typing import Any, Protocol

from tanlu.errors import TanluError
from tanlu.report.svg import tokens
from tanlu.terms import Chart
from tanlu.ui.charts.options import options

__all__ = ["Engine", "Pictures", "colours"]

KEPT = 512
MEMORY = 256 * 1024 * 1024
# what a browser has and a bare engine has not
STUBS = (
    "globalThis.setTimeout=()=>0;globalThis.clearTimeout=()=>{};globalThis.setInterval=()=>0;"
    "globalThis.clearInterval=()=>{};globalThis.requestAnimationFrame=()=>0;"
    "globalThis.console={log(){},warn(){},error(){},debug(){}};"
)
CALL = "(options,width,height)=>String(tanlu.draw(options,width,height))"
NAME = re.compile(r"--([\w-]+):([^;}]+)")
COLOUR = re.compile(r"var\(--([\w-]+)\)")
COUNTED = re.compile(r"\bzr\d+-")


class Engine(Protocol):
    """What draws options: JSON and a size in, SVG out."""

    def draw(self, options: str, width: int, height: int) -> str:
        """Give the SVG."""
        ...


class QuickJs:
    """QuickJS with the bundle loaded; of one thread."""

    def __init__(self, bundle: str) -> None:
        import quickjs

        self._context = quickjs.Context()
        self._context.set_memory_limit(MEMORY)
        self._context.eval(STUBS)
        self._context.eval(bundle)
        self._draw = self._context.eval(CALL)
        self._fault: type[Exception] = quickjs.JSException

    def draw(self, options: str, width: int, height: int) -> str:
        """Give the SVG.

        Raises
        ------
        TanluError
            TL932 when the engine cannot draw the options.
        """
        try:
            return str(self._draw(options, width, height))
        except self._fault as error:
            raise TanluError("TL932", why=str(error).splitlines()[0]) from error


class Pictures:
    """Draws charts and keeps what it drew."""

    def __init__(self, bundle: str, engine: type[Engine] | None = None) -> None:
        self._bundle = bundle
        self._engine: Any = engine or QuickJs
        self._own = threading.local()
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._turn = threading.Lock()

    def svg(
        self,
        chart: Chart,
        *,
        width: int = 720,
        height: int = 360,
        dark: bool = False,
        language: str = "zh",
    ) -> str:
        """Give a chart as SVG text in the colours of a theme.

        Raises
        ------
        TanluError
            TL802 when there is no such kind of chart, TL932 when it cannot be drawn.
        """
        theme = colours()["dark" if dark else "light"]
        text = json.dumps(options(chart, language), ensure_ascii=False, allow_nan=False)
        text = COLOUR.sub(lambda found: theme[found[1]], text)
        name = hashlib.sha256(f"{width} {height} {text}".encode()).hexdigest()
        with self._turn:
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
        drawn = self._mine().draw(text, width, height)
        # the engine counts its pictures; ours are the same each time, and of one name in a page
        drawn = COUNTED.sub(f"c{name[:8]}-", drawn)
        with self._turn:
            self._kept[name] = drawn
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return drawn

    def _mine(self) -> Engine:
        engine: Engine | None = getattr(self._own, "engine", None)
        if engine is None:
            engine = self._own.engine = self._engine(self._bundle)
        return engine


@cache
def colours() -> dict[str, dict[str, str]]:
    """Give the colours of both themes by their names in the style sheet."""
    light, _, dark = tokens().partition("@media")
    day = dict(NAME.findall(light))
    return {"light": day, "dark": day | dict(NAME.findall(dark))}
