"""One request to one page: guard, context, view, template, headers."""

from __future__ import annotations

import base64
import csv
import hashlib
import inspect
import io
import json
import math
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import quote

from anyio import CapacityLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tanlu.errors import TanluError, say
from tanlu.report.svg import STYLE, picture, tokens
from tanlu.serve.api import PUBLIC, Asked, status_of
from tanlu.terms import Chart
from tanlu.ui.charts import options
from tanlu.ui.frame.files import built, pictures
from tanlu.ui.frame.looks import HERE, template
from tanlu.ui.frame.navigation import navigation
from tanlu.ui.frame.numbers import Numbers
from tanlu.ui.frame.page import Context, Moved, Shown, View
from tanlu.ui.frame.policy import has, headers, tag
from tanlu.ui.frame.scene import Scene
from tanlu.ui.frame.settings import theme
from tanlu.ui.frame.words import Words

__all__ = ["PROBLEMS", "Site", "answer"]

# so many requests compute one page at the same time
AT_ONCE = 4
# what is not ready now may be soon
BUSY = 503
# of a picture of a chart [px]
SIZE, LEAST, MOST = (("w", 560), ("h", 320)), 160, 2400


class Site:
    """The pages of one application: its views, and who gives the scene of a request."""

    def __init__(self, views: tuple[View, ...], scene: Callable[[Asked, str], Scene]) -> None:
        self.views = views
        self.scene = scene
        self.addresses = {view.name: view.path for view in views}
        # however many wait for a page that costs, the others have threads of their own
        self.turns = {view.name: CapacityLimiter(AT_ONCE) for view in views}


async def answer(asked: Asked, site: Site, view: View, language: str) -> Response:
    """Answer one request for one page in one tongue."""
    if built() is None:
        return _unbuilt(language)
    scene = await run_in_threadpool(site.scene, asked, language)
    numbers = await run_in_threadpool(_numbers, asked, language)
    context = Context(
        asked, view, language, Words(language, view.room), numbers,
        theme(asked.request), scene, addresses=site.addresses, turn=site.turns[view.name],
    )  # fmt: skip
    if asked.request.method == "POST":
        context.form = await asked.request.form()
    kept = await run_in_threadpool(_kept, context) if view.of_ledger else {}
    if kept and has(asked.request, kept["ETag"]):
        return Response(status_code=304, headers=kept)
    try:
        shown = await _shown(view, context)
    except TanluError as error:
        title = context.words("frame.error.title")
        status = status_of(error)
        shown = Shown(
            "frame/error.html", {"said": error.say(language), "again": status == BUSY}, title,
            status=status,
        )  # fmt: skip
    finally:
        # what was uploaded lies in a file until then
        if context.form is not None:
            await context.form.close()
    if isinstance(shown, Moved):
        return _moved(context, shown)
    if context.query("chart"):
        return await _chart(context, shown)
    # what went wrong, and what is told once, is no page to be kept
    plain = shown.status == 200 and not shown.headers
    return HTMLResponse(
        await run_in_threadpool(_written, context, shown, site),
        shown.status,
        headers={**_safe(context), **(kept if plain else {}), **shown.headers},
    )


def _numbers(asked: Asked, language: str) -> Numbers:
    """Give how numbers and times are written: in the zone in which the ledger's days are cut."""
    if asked.principal is None:
        return Numbers(language)
    return Numbers(language, str(asked.workspace.zone))


def _kept(context: Context) -> dict[str, str]:
    """Give the headers by which a browser keeps a page of a ledger; none for what is no page."""
    page = context.request.method == "GET" and not context.query("chart")
    if context.principal is None or not page:
        return {}
    return {**_safe(context), "ETag": tag(context)}


def _safe(context: Context) -> dict[str, str]:
    return {**headers(context.view.framed_by, private=_private(context)), **_vary()}


async def _shown(view: View, context: Context) -> Shown | Moved:
    # a view that computes must not stop the others' answers
    if inspect.iscoroutinefunction(view.show):
        found: Shown | Moved = await view.show(context)
        return found
    given: Any = await context.aside(view.show)
    return given  # type: ignore[no-any-return]


def _private(context: Context) -> bool:
    """Tell whether a page is of one person: a public one is too, once it shows who looks."""
    return not context.view.public or context.principal is not None


def _vary() -> dict[str, str]:
    return {"Vary": "HX-Request, Cookie"}


def _written(context: Context, shown: Shown, site: Site) -> str:
    name = shown.fragment if context.partial and shown.fragment else shown.template
    model = {
        "c": context, "t": context.words, "n": context.numbers, "url": context.url,
        "scene": context.scene, "charts": shown.charts, "nav": navigation(context, site.views),
        "layout": f"frame/{context.view.layout}.html",
        "title": shown.title or context.words(f"{context.view.name}.title"), **shown.model,
    }  # fmt: skip
    HERE.set(context.here)
    return template(context.language, name).render(model)


def _moved(context: Context, moved: Moved) -> Response:
    found: Response = RedirectResponse(moved.href, moved.status)
    if context.partial:
        found = Response(status_code=204, headers={"HX-Redirect": moved.href})
    if moved.dress is not None:
        moved.dress(found)
    return found


async def _chart(context: Context, shown: Shown) -> Response:
    """Answer with one chart of the page as a picture, a table or its options."""
    found = shown.charts.get(context.query("chart"))
    form = context.query("as", "svg")
    # a chart is kept by nobody who may not keep its page
    safe = {**headers(private=_private(context)), **shown.headers}
    if found is None or form not in ("svg", "csv", "json"):
        return Response(status_code=404, headers=safe)
    if form == "csv":
        safe["Content-Disposition"] = f'attachment; filename="{context.query("chart")}.csv"'
        return Response(_table(found), media_type="text/csv; charset=utf-8", headers=safe)
    if form == "json":
        text = json.dumps(options(found, context.language), ensure_ascii=False)
        return Response(text, media_type="application/json", headers=safe)
    text = await run_in_threadpool(_picture, context, found)
    # a picture of its own: nothing may run in it, and only our own style sheet counts
    safe["Content-Security-Policy"] = f"default-src 'none'; style-src '{_style()}'"
    return Response(text, media_type="image/svg+xml", headers=safe)


@cache
def _style() -> str:
    sheet = hashlib.sha256(f"{tokens()}{STYLE}".encode()).digest()
    return f"sha256-{base64.b64encode(sheet).decode()}"


def _picture(context: Context, chart: Chart) -> str:
    """Give a chart as SVG: as the browser draws it, or plainer where no engine is installed."""
    able = pictures()
    if able is None:
        return picture(chart, 760)
    width, height = (_within(context.query(key), size) for key, size in SIZE)
    dark = context.theme == "dark"
    return able.svg(chart, width=width, height=height, dark=dark, language=context.language)


def _within(text: str, usual: int) -> int:
    return min(max(int(text), LEAST), MOST) if text.isdecimal() and len(text) < 6 else usual


def _table(chart: Chart) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    if chart.links:
        writer.writerow(["from", "to", chart.unit])
        writer.writerows((_cell(a), _cell(b), value) for a, b, value in chart.links)
    else:
        writer.writerow(["", *(_cell(f"{name} [{chart.unit}]") for name, _ in chart.series)])
        # what is not known is an empty cell
        columns = [["" if math.isnan(v) else v for v in values] for _, values in chart.series]
        writer.writerows(zip(map(_cell, chart.categories), *columns, strict=False))
    return "\ufeff" + out.getvalue()


def _cell(text: str) -> str:
    """Give a text that a spreadsheet program does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _unbuilt(language: str) -> Response:
    """Say how to build what the pages load; plain, because there is no style sheet."""
    said = say("TL930", language=language)
    tongue = "zh-CN" if language == "zh" else "en"
    body = (
        f'<!doctype html><html lang="{tongue}"><meta charset="utf-8"><title>Tanlu 碳路</title>'
        f"<h1>Tanlu 碳路</h1><p>{said}</p><pre>make pages</pre>"
        "<pre>pip install 'tanlu[serve]'</pre></html>"
    )
    return HTMLResponse(body, 503, headers=headers())


def _refused(request: Request, status: int, error: TanluError) -> Response:
    """Answer what went wrong on a page: the way in for who must log in, else what it was."""
    language = request.url.path[1:3]
    if built() is None:
        return _unbuilt(language)
    if status == 401 and request.method == "GET":
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        target = f"/{language}/login?next={quote(back, safe='')}"
        if request.headers.get("hx-request") == "true":
            return Response(status_code=401, headers={"HX-Redirect": target})
        return RedirectResponse(target, 303, headers={"Cache-Control": "no-store"})
    view = View("frame", "/", lambda _context: Shown(""), roles=(PUBLIC,), layout="public")
    context = Context(
        Asked(request, request.app.state.home, None), view, language, Words(language),
        Numbers(language), theme(request),
    )  # fmt: skip
    title = context.words("frame.error.title")
    shown = Shown(
        "frame/error.html", {"said": error.say(language), "again": status == BUSY}, title,
        status=status,
    )  # fmt: skip
    text = _written(context, shown, Site((), lambda _asked, _language: Scene()))
    return HTMLResponse(text, status, headers=headers())


# what `shell` wants as ``forms``, so that errors of pages are pages
PROBLEMS = {"/zh/": _refused, "/en/": _refused}
