"""The navigation, made of the views themselves: who adds a page edits no list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tanlu.serve.api import PUBLIC
from tanlu.ui.frame.page import Context, View
from tanlu.ui.frame.words import texts

__all__ = ["GROUPS", "Entry", "navigation"]

GROUPS = ("account", "operate", "decide", "trust", "admin")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation."""

    label: str
    href: str
    count: str
    current: bool


def navigation(context: Context, views: Iterable[View]) -> list[tuple[str, list[Entry]]]:
    """Give the groups with their entries, as this person may open them."""
    found: list[tuple[str, list[Entry]]] = []
    role = context.principal.role if context.principal else PUBLIC
    kept = sorted((v for v in views if v.group), key=lambda v: (v.place, v.name))
    for group in GROUPS:
        entries = [
            Entry(
                context.words(_word(view)),
                context.url(view.name),
                context.scene.counts.get(view.name, ""),
                _current(view, context.view),
            )
            for view in kept
            if view.group == group and (role in view.roles or view.public)
        ]
        if entries:
            found.append((context.words(f"frame.group.{group}"), entries))
    return found


def _word(view: View) -> str:
    """Give the key of an entry: its own where a room has several, else that of the room."""
    own = f"{view.name}.nav"
    return own if own in texts() else f"{view.room}.nav"


def _current(view: View, now: View) -> bool:
    """Tell whether an entry is where one is: on its page, or on a page below its room."""
    return view.name == now.name or (view.room == now.room and not now.group)
