"""The navigation, made of the views themselves: who adds a page edits no list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tanlu.serve.api import PUBLIC
from tanlu.ui.frame.page import Context, View

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
                context.words(f"{view.room}.nav"),
                context.url(view.name),
                context.scene.counts.get(view.name, ""),
                view.room == context.view.room,
            )
            for view in kept
            if view.group == group and (role in view.roles or view.public)
        ]
        if entries:
            found.append((context.words(f"frame.group.{group}"), entries))
    return found
