"""What the top bar and the navigation show beside the page itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from tanlu.report.overview import months
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

    ``counts`` are small texts beside entries of the navigation, by the name of the view; ``csrf``
    is the token against forgery, which htmx sends and which forms hold by ``kit.token(scene)``.
    """

    boundaries: tuple[Choice, ...] = ()
    periods: tuple[Choice, ...] = ()
    snapshot: str = ""
    snapshot_href: str = ""
    person: str = ""
    organisation: str = ""
    menu: tuple[Choice, ...] = ()
    csrf: str = ""
    counts: dict[str, str] = field(default_factory=dict)


def usual(asked: Asked, language: str) -> Scene:
    """Give the scene of whoever asks: his organisation, the periods and version of his ledger."""
    if asked.principal is None:
        return Scene()
    workspace = asked.workspace
    held = remembered(workspace, ("months",), lambda: months(workspace))
    now = asked.request.query_params.get("period") or (held[0][0] if held else "")
    names = list(dict.fromkeys(name for month, _ in held for name in (month, month[:4])))
    if now and now not in names:
        names.insert(0, now)
    own = next(
        (row for row in asked.home.organisations() if row["slug"] == asked.principal.tenant), None
    )
    name = str((own or {}).get("name_zh" if language == "zh" else "name") or "")
    return Scene(
        boundaries=(Choice(name, chosen=True),) if name else (),
        periods=tuple(Choice(each, f"?period={each}", each == now) for each in names),
        person=asked.principal.name or asked.principal.identity,
        organisation=name,
        csrf=asked.principal.forgery or "",
        snapshot=f"v{workspace.version}",
    )
