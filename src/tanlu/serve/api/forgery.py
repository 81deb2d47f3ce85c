"""Against forgery: what a browser sends by itself proves nothing, so more is asked of it."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from tanlu.serve.api import origin

if TYPE_CHECKING:
    from fastapi import Request

    from tanlu.serve.api.identity import Principal

__all__ = ["FIELD", "HEADER", "genuine"]

# where the session's token stands: in a header, or in a form where no script runs
HEADER, FIELD = "x-csrf-token", "csrf_token"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def genuine(request: Request, principal: Principal) -> bool:
    """Tell whether what a session sends to change something was sent by a page of ours.

    Who sends a secret of his own each time needs no more: no other page knows it.
    """
    if principal.session is None or origin.safe(request.method):
        return True
    if not origin.ours(request) or not principal.forgery:
        return False
    told = request.headers.get(HEADER)
    if told is None and request.headers.get("content-type", "").startswith(FORMS):
        field = (await request.form()).get(FIELD)
        told = field if isinstance(field, str) else None
    return told is not None and hmac.compare_digest(told.encode(), principal.forgery.encode())
