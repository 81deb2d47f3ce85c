"""登录 The way in: name and password, the house of one's own, an invitation; without a script."""

from __future__ import annotations

from typing import Any

from tanlu.serve.access import local
from tanlu.serve.api import PUBLIC
from tanlu.ui.frame.page import Context, Moved, Shown, View

__all__ = ["VIEWS", "join", "login"]

# what of the address tells how the last try ended
SAID = {"code": None, "after_s": None}
FRESH = {"Cache-Control": "no-store"}


def login(context: Context) -> Shown | Moved:
    """Give the form; who is logged in already goes where he wanted."""
    to = _next(context)
    if context.principal is not None and not context.query("code"):
        return Moved(to)
    access = getattr(context.request.app.state, "access", None)
    model = {
        "to": to, "back": context.here(**SAID), "wrong": _wrong(context),
        "house": bool(access and access.house),
    }  # fmt: skip
    return Shown("access/login.html", model, headers=FRESH)


def join(context: Context) -> Shown:
    """Give the form that answers an invitation; its secret stands behind the # of the address."""
    model = {"to": _next(context), "back": context.here(**SAID), "wrong": _wrong(context)}
    return Shown("access/join.html", model, headers=FRESH)


def _next(context: Context) -> str:
    return local(context.query("next"), f"/{context.language}/")


def _wrong(context: Context) -> str:
    """Give what is to be said of the last try; a code that we do not know is not repeated."""
    code = context.query("code")
    if not code:
        return ""
    wait = context.query("after_s")
    fields: dict[str, Any] = {"seconds": wait if wait.isdecimal() and len(wait) < 5 else "…"}
    said = context.words.maybe("access.said", code)
    return context.words("access.said.other") if said == code else said.format(**fields)


VIEWS = (
    View("access.login", "/login", login, roles=(PUBLIC,), layout="public"),
    View("access.join", "/join", join, roles=(PUBLIC,), layout="public"),
)
