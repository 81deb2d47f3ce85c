"""The pages, one module each; every module here that has ``VIEWS`` is mounted.

A new page is four files and no edit elsewhere:

``views/<group>/<room>.py``
    ``def show(context: Context) -> Shown`` reads and gives a template with a model of plain
    values, and ``VIEWS = (View("room", "/room", show, group="account", place=20),)``.
``templates/<room>.html``
    ``{% extends layout %}{% block main %}…{% endblock %}`` of macros: ``kit.card``, ``kit.kpi`` …;
    at hand are ``t`` (words; ``t(".title")`` in the room), ``n`` (numbers), ``c`` (the context),
    ``url("room.one", id=…)`` and ``charts``. ``/dev/kit`` shows every macro of the kit.
``texts/<room>.csv``
    ``key,en,zh``; ``title`` names the page (``one.title`` that of ``room.one``) and ``nav`` its
    entry in the navigation.
``web/styles/<room>.css`` (and ``web/scripts/<room>.ts``)
    Only where the kit does not do; loaded with the pages of the room alone. ``make pages``.

A view answers ``Moved(href)`` after a form, and ``Shown(…, fragment="room/rows.html")`` where htmx
wants a part; ``told(words)`` among its headers is a toast. It raises ``TanluError`` for what a
person can mend: TL931 is "not found". A form that changes something holds ``kit.token(scene)``.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tanlu.ui.frame.page import View

__all__ = ["views"]


@cache
def views() -> tuple[View, ...]:
    """Give the views of all modules below, in the order of their names."""
    found: list[View] = []
    for module in sorted(m.name for m in pkgutil.walk_packages(__path__, f"{__name__}.")):
        found += getattr(import_module(module), "VIEWS", ())
    names = [view.name for view in found]
    assert len(names) == len(set(names)), "two views have one name"
    return tuple(found)
