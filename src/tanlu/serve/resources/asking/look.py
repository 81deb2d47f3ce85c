"""A look at a ledger: at which version, in which language, whether the asker has it already."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from fastapi.responses import Response

from tanlu.errors import TanluError
from tanlu.serve.api import Asked, allow
from tanlu.serve.api.following import following
from tanlu.serve.resources.asking.cursors import Cursor, opened, sealed
from tanlu.serve.resources.asking.keeping import KEPT
from tanlu.store import Workspace
from tanlu.terms import VERSION

__all__ = ["PERIOD", "Look", "look", "paged"]

JSON = "application/json"
# what `terms.time.period` reads; two of them with a stroke between are a span
_ONE = r"\d{4}(-(Q[1-4]|(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?))?"
PERIOD = rf"^{_ONE}(/{_ONE})?$"
AS_OF = "A ledger version, or the name of a published edition; the newest version if not said"

AsOf = Annotated[
    str | None,
    Query(description=AS_OF, pattern=r"^[^\x00-\x1f\x7f]{1,200}$", examples=["1", "2026-final"]),
]
Language = Annotated[
    Literal["en", "zh"] | None, Query(description="Language of words; else Accept-Language")
]
Limit = Annotated[int, Query(ge=1, le=1000, description="Greatest count of items of a page")]
After = Annotated[
    str | None,
    Query(description="The cursor of the page before, as its Link gave it", max_length=400),
]


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody's look at the ledger of his organisation at one version."""

    asked: Asked
    workspace: Workspace
    version: int
    place: int | str = 0
    limit: int = 100
    beside: str = ""

    def also(self, beside: str) -> Look:
        """Give the look at something beside the ledger, of which this tells the state."""
        return replace(self, beside=beside)

    @property
    def language(self) -> str:
        """Language of the answer."""
        return self.asked.language

    @property
    def query(self) -> str:
        """What is asked, without where in it: the same for all pages."""
        return _query(self.asked.request)

    @property
    def head(self) -> str:
        """The hash of the ledger's line at this version, which commits to all before it.

        Two ledgers that were one once, as a copy and what it was made of, have the same identity.
        """
        lines = self.workspace.manifest.lines
        return str(lines[self.version - 1]["line"]) if self.version else self.workspace.id

    @property
    def tag(self) -> str:
        """The strong ETag: of the ledger at this version and of all that shapes the answer."""
        accept = self.asked.request.headers.get("accept", "")
        parts = [VERSION, self.workspace.id, self.head, self.query, self.language]
        # what was erased since is gone from the answers of older versions too
        erased = str(len(self.workspace.manifest.retired))
        more = [accept, str(self.place), str(self.limit), self.beside, erased]
        text = json.dumps([*parts, *more], ensure_ascii=False)
        return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'

    def headers(self) -> dict[str, str]:
        """Give the headers of every answer that was read from a ledger."""
        return {
            "etag": self.tag,
            "tanlu-ledger-version": str(self.version),
            "cache-control": "private, no-cache",
            "vary": "Accept, Accept-Language, Authorization, Cookie",
        }

    @property
    def known(self) -> Response | None:
        """What to answer who has this already; None for all others."""
        said = self.asked.request.headers.get("if-none-match", "")
        tags = re.findall(r'"[^"]*"', said)
        if said.strip() != "*" and self.tag not in tags:
            return None
        return Response(status_code=304, headers=self.headers())

    def answer(
        self,
        make: Callable[[], Any],
        *,
        media: str = JSON,
        dear: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Give what is made, or 304 without making it when the asker has it already.

        What is ``dear`` is kept: who asks the same at the same version gets it at once.
        """
        if self.known is not None:
            return self.known
        body = KEPT.get(self.tag) if dear else None
        if body is None:
            made = make()
            body = made if isinstance(made, bytes) else _json(made)
            if dear:
                KEPT.put(self.tag, body)
        return Response(body, headers={**self.headers(), **(headers or {})}, media_type=media)

    def next(self, place: int | str) -> str:
        """Give the absolute URL of the page that begins at a place."""
        cursor = sealed(self.workspace, self.query, Cursor(self.version, place))
        return following(self.asked.request, after=cursor)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _query(request: Request) -> str:
    items = sorted(
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in ("after", "limit")
    )
    return json.dumps([request.url.path, items], ensure_ascii=False)


def look(*roles: str, scope: str | None = None) -> Any:
    """Give the dependency of a route that reads: ``look: Look = look("manager")``."""

    def looked(
        asked: Asked = allow(*roles, scope=scope),
        as_of: AsOf = None,
        lang: Language = None,  # noqa: ARG001 - `Asked.language` reads it
    ) -> Look:
        return Look(asked, asked.workspace, at(asked.workspace, as_of))

    return Depends(looked)


def paged(*roles: str, scope: str | None = None) -> Any:
    """Give the dependency of a route that reads page by page."""

    def looked(
        first: Look = look(*roles, scope=scope), limit: Limit = 100, after: After = None
    ) -> Look:
        if after is None:
            return Look(first.asked, first.workspace, first.version, 0, limit)
        cursor = opened(first.workspace, _query(first.asked.request), after)
        return Look(first.asked, first.workspace, cursor.version, cursor.place, limit)

    return Depends(looked)


def at(workspace: Workspace, as_of: str | None) -> int:
    """Give the version that is meant.

    Raises
    ------
    TanluError
        TL610 when there is none such.
    """
    if as_of is None or not as_of.isascii() or not as_of.isdigit():
        return workspace.at(as_of)
    if len(as_of) > 18:
        raise TanluError("TL610", value=as_of[:40], newest=workspace.version)
    return workspace.at(int(as_of))
