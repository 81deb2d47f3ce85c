"""What the top bar and the navigation show beside the page itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tanlu.report.overview import months
from tanlu.serve.access import people
from tanlu.serve.api import Asked
from tanlu.ui.frame.remembering import remembered

__all__ = ["Choice", "Scene", "usual"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a menu of the top bar: what it is called and where it leads."""

    label: str
    href: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Whose numbers are seen: boundary, period, the data snapshot that reproduces any figure.

    ``places`` are the organisations of the person, with their short names for addresses; ``counts``
    are small texts beside entries of the navigation, by the name of the view; ``csrf`` is the token
    against forgery, which htmx sends and which forms hold by ``kit.token(scene)``; ``begun`` says
    whether the ledger holds anything that emits.
    """

    boundaries: tuple[Choice, ...] = ()
    periods: tuple[Choice, ...] = ()
    snapshot: str = ""
    snapshot_href: str = ""
    person: str = ""
    organisation: str = ""
    menu: tuple[Choice, ...] = ()
    places: tuple[Choice, ...] = ()
    role: str = ""
    csrf: str = ""
    begun: bool = True
    counts: dict[str, str] = field(default_factory=dict)


def usual(asked: Asked, language: str) -> Scene:
    """Give the scene of whoever asks: his organisation, the periods and version of his ledger."""
    if asked.principal is None:
        return Scene()
    workspace = asked.workspace
    held = remembered(workspace, ("months",), lambda: months(workspace), books=True)
    now = asked.request.query_params.get("period") or (held[0][0] if held else "")
    names = list(dict.fromkeys(name for month, _ in held for name in (month, month[:4])))
    if now and now not in names:
        names.insert(0, now)
    rows = {str(row["slug"]): row for row in asked.home.organisations()}
    name = _name(rows.get(asked.principal.tenant), language)
    return Scene(
        boundaries=(Choice(name, chosen=True),) if name else (),
        periods=tuple(Choice(each, f"?period={each}", each == now) for each in names),
        person=asked.principal.name or asked.principal.identity,
        organisation=name,
        places=_places(asked, rows, language),
        role=asked.principal.role,
        csrf=asked.principal.forgery or "",
        snapshot=f"v{workspace.version}",
        begun=bool(held),
    )


def _places(
    asked: Asked, rows: Mapping[str, Mapping[str, object]], language: str
) -> tuple[Choice, ...]:
    """Give where a person who sits before a browser could work."""
    who = asked.principal
    if who is None or who.session is None:
        return ()
    with asked.home.state.everywhere() as state:
        found = [each["tenant"] for each in people.memberships(state, who.identity)]
    return tuple(
        Choice(_name(rows.get(slug), language) or slug, slug, slug == who.tenant) for slug in found
    )


def _name(row: Mapping[str, object] | None, language: str) -> str:
    told = row or {}
    return str(told.get("name_zh" if language == "zh" else "name") or told.get("name") or "")
