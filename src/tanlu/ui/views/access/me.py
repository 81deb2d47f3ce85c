"""我的账号: name, password, sessions, organisations, language and theme of who asks."""

from __future__ import annotations

from typing import Any

from tanlu.serve.access import staying
from tanlu.ui.acting import Act, acted, sent
from tanlu.ui.frame.page import EVERYBODY, Context, Moved, Shown, View

__all__ = ["VIEWS", "show"]


def show(context: Context) -> Shown | Moved:
    """Give the page, or do what one of its forms wants."""
    outcome = acted(context, ACTS)
    if outcome.moved is not None:
        return outcome.moved
    who = context.principal
    assert who is not None
    sits = who.session is not None
    model = {
        "who": who, "sits": sits, "role": context.words.maybe("frame.role", who.role),
        "sessions": _sessions(context) if sits else [],
        "places": context.scene.places, **outcome.model,
    }  # fmt: skip
    return Shown("access/me.html", model, status=outcome.status, headers=outcome.headers)


def _sessions(context: Context) -> list[tuple[Any, ...]]:
    n, t = context.numbers, context.words
    return [
        (n.moment(row["created_us"]), n.moment(row["seen_us"]), n.moment(row["until_us"]),
         row["tenant"], t("access.me.this") if row["this"] else "")
        for row in staying.sittings(context.asked)
    ]  # fmt: skip


def _call(context: Context) -> Moved:
    staying.call(context.asked, sent(context, "shown"))
    return Moved(context.url("access.me", said="called"))


def _password(context: Context) -> Moved:
    assert context.form is not None
    old, new = (str(context.form.get(name) or "") for name in ("old", "new"))
    secret = staying.password(context.asked, old[:1000], new[:1000])
    return Moved(
        context.url("access.me", said="password"), dress=staying.dressed(context.request, secret)
    )


def _go(context: Context) -> Moved:
    secret = staying.go(context.asked, sent(context, "organisation"))
    return Moved(f"/{context.language}/", dress=staying.dressed(context.request, secret))


def _join(context: Context) -> Moved:
    # the whole link may be pasted
    invitation = sent(context, "invitation").rpartition("#")[2]
    _, secret = staying.join(context.asked, invitation)
    return Moved(f"/{context.language}/", dress=staying.dressed(context.request, secret))


ACTS: dict[str, Act] = {"call": _call, "password": _password, "go": _go, "join": _join}
VIEWS = (View("access.me", "/me", show, roles=EVERYBODY, methods=("GET", "POST")),)
