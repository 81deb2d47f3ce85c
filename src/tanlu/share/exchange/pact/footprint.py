"""A footprint as a record that never changes: a change is a new one, and the old is deprecated."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from tanlu.errors import TanluError
from tanlu.share.exchange.pact import moments
from tanlu.share.exchange.pact.model import SPECS, misfits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["Footprint", "canonical"]

# of RFC 9562 the namespace of names in URLs: ours begin with urn:tanlu:pact:
NAMESPACE = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
OWN = ("id", "created", "status", "statusComment", "precedingPfIds", "specVersion", "version",
       "updated")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Footprint:
    """One footprint in form 2 (V2.x) or 3 (V3.0) with its JSON content."""

    form: int
    content: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Identity of this very content."""
        return str(self.content["id"])

    @property
    def status(self) -> str:
        """``Active`` or ``Deprecated``."""
        return str(self.content["status"])

    @property
    def created(self) -> datetime:
        """When it was made."""
        at = moments.moment(self.content["created"])
        if at is None:
            raise TanluError("TL870", value="created", why="a value of the kind datetime is wanted")
        return at

    @property
    def preceding(self) -> tuple[str, ...]:
        """The footprints that this one replaces."""
        return tuple(self.content.get("precedingPfIds", ()))

    def encode(self) -> str:
        """Give the JSON text that is kept and sent."""
        return canonical(self.content)

    @classmethod
    def made(cls, content: Mapping[str, Any], *, at: datetime, form: int = 3) -> Footprint:
        """Give an active footprint of a content; its identity follows from what it tells.

        Told once more it is the same footprint: identity, moment and status are no part of it.

        Raises
        ------
        TanluError
            TL880 when the content does not fit the form.
        """
        told = {key: value for key, value in content.items() if key not in OWN}
        preceding = list(content.get("precedingPfIds", ()))
        name = "|".join([f"urn:tanlu:pact:{form}:{canonical(told)}", *preceding])
        whole = told | {
            "id": str(uuid5(NAMESPACE, name)), "specVersion": SPECS[form], "status": "Active",
            "created": moments.written(at),
        }  # fmt: skip
        if preceding:
            whole["precedingPfIds"] = preceding
        if form == 2:
            whole |= {"version": 0, "comment": whole.get("comment", "")}
        wrong = misfits(whole, form)
        if wrong:
            named = f"{content.get('productNameCompany', '?')}: {wrong[0].where}"
            raise TanluError("TL880", value=named, why=wrong[0].why)
        return cls(form, whole)

    def successor(self, changes: Mapping[str, Any], *, at: datetime) -> Footprint:
        """Give the footprint that replaces this one: its content with changes, and whom it follows.

        Raises
        ------
        TanluError
            TL880 when nothing changes, or the content does not fit the form.
        """
        content = {key: value for key, value in self.content.items() if key not in OWN}
        pcf = {**content.get("pcf", {}), **changes.get("pcf", {})}
        after = content | {k: v for k, v in changes.items() if k not in OWN} | {"pcf": pcf}
        if canonical(after) == canonical(content):
            raise TanluError("TL880", value=self.id, why="nothing was changed")
        told = after | {"precedingPfIds": [self.id]}
        return Footprint.made(told, at=at, form=self.form)

    def deprecated(self) -> Footprint:
        """Give it as it is told once another stands in its place: all but its status stays."""
        return replace(self, content={**self.content, "status": "Deprecated"})


def canonical(content: Mapping[str, Any]) -> str:
    """Give the one JSON text of a content: keys in order, no blanks."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
