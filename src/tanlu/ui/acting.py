"""Forms of pages: which act is wanted, who may want it, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tanlu.errors import TanluError
from tanlu.serve.api import status_of
from tanlu.ui.frame.page import Context, Moved

__all__ = ["Act", "Outcome", "acted", "sent"]

# what every page with a form is given: what went wrong, what was done, what was made, what was sent
EMPTY: dict[str, Any] = {"wrong": "", "done": "", "made": None, "was": {}}
SECRET = ("old", "new", "password", "csrf_token")

Act = Callable[[Context], Moved | dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a form: where to go, or what the page shows beside what it has."""

    moved: Moved | None = None
    model: dict[str, Any] = field(default_factory=dict)
    status: int = 200

    @property
    def headers(self) -> dict[str, str]:
        """Headers of an answer that may have a secret in it: nobody keeps it."""
        return {"Cache-Control": "no-store"} if self.model.get("made") else {}


def acted(context: Context, acts: Mapping[str, Act]) -> Outcome:
    """Do what a form wants: its field ``act`` names one of the acts; none where it is read.

    An act gives where to go then, or what of it the page shows; what a person can mend is said on
    the page (``wrong``). Who comes in, and with what, is decided by persons alone: a key makes no
    keys, by no page either.
    """
    key = context.query("said")
    said = context.words.maybe(".said", key)
    done = said if said != key else ""
    if context.request.method != "POST":
        return Outcome(model={**EMPTY, "done": done})
    try:
        found = _wanted(context, acts)(context)
    except TanluError as error:
        wrong = {"wrong": error.say(context.language), "was": _was(context)}
        return Outcome(model={**EMPTY, **wrong}, status=status_of(error))
    if isinstance(found, Moved):
        return Outcome(found)
    return Outcome(model={**EMPTY, **found})


def _wanted(context: Context, acts: Mapping[str, Act]) -> Act:
    if context.principal is None or context.principal.kind != "person":
        raise TanluError("TL964")
    act = acts.get(sent(context, "act"))
    if act is None:
        raise TanluError("TL486", value="act")
    return act


def _was(context: Context) -> dict[str, str]:
    """Give what stood in the form, so that nobody types it twice; no password among it."""
    pairs = context.form.items() if context.form is not None else ()
    return {k: v for k, v in pairs if isinstance(v, str) and k not in SECRET}


def sent(context: Context, name: str, longest: int = 2000) -> str:
    """Give one field of the form as text; empty where it is not there, or is a file.

    Raises
    ------
    TanluError
        TL486 for one that is too long.
    """
    value = context.form.get(name) if context.form is not None else None
    told = value.strip() if isinstance(value, str) else value
    if not isinstance(told, str):
        return ""
    if len(told) > longest:
        raise TanluError("TL486", value=name)
    return told
