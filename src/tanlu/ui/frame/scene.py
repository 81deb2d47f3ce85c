"""What the top bar and the navigation show beside the page itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from tanlu.serve.api import Asked

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

    ``counts`` are small texts beside entries of the navigation, by the name of the view.
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
    """Give the scene of whoever asks: his name and the version of his ledger."""
    del language
    if asked.principal is None:
        return Scene()
    return Scene(
        person=asked.principal.name or asked.principal.identity,
        snapshot=f"v{asked.workspace.version}",
    )
