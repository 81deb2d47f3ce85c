"""Tongue and theme of a person: a cookie each, changed by a form that works without a script."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tanlu.ui.frame.words import LANGUAGES, language_of

__all__ = ["THEMES", "keep_setting", "theme", "tongue"]

THEMES = ("auto", "light", "dark")
YEAR = 31_536_000
LONGEST = 4096


def theme(request: Request) -> str:
    """Give the theme that the person chose; auto follows the system."""
    asked = request.query_params.get("theme") or request.cookies.get("theme", "auto")
    return asked if asked in THEMES else "auto"


def tongue(request: Request) -> str:
    """Give the tongue that the person chose, else the one the browser asks for."""
    kept = request.cookies.get("lang", "")
    return kept if kept in LANGUAGES else language_of(request.headers.get("accept-language", ""))


async def keep_setting(request: Request) -> Response:
    """Keep a theme or a tongue, and lead back to where the person was."""
    said = request.headers.get("content-length", "")
    if not said.isdecimal() or int(said) > LONGEST:
        return Response(status_code=413)
    # the form and not the body: who looked for a token against forgery has read it already
    form = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return Response(status_code=403)
    answer = RedirectResponse(_local(form.get("next", "/")), 303)
    for name, known in (("theme", THEMES), ("lang", LANGUAGES)):
        if form.get(name) in known:
            answer.set_cookie(
                name, form[name], max_age=YEAR, samesite="lax", httponly=True,
                secure=request.url.scheme == "https",
            )  # fmt: skip
    return answer


def _local(target: str) -> str:
    """Give the target if it lies on this site, else the front page."""
    split = urlsplit(target)
    fine = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if fine and not split.scheme and not split.netloc else "/"
