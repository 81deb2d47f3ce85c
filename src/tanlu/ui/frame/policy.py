"""What a page may do in a browser and how long it may keep it, said in its headers."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

    from tanlu.ui.frame.page import Context

__all__ = ["has", "headers", "tag"]

# of this process: after a restart, be it another version of the program, no page is as it was, and
# nobody can tell from a tag what is in it
_BUILD = secrets.token_bytes(32)


def tag(context: Context) -> str:
    """Give the weak ETag of a page that shows nothing but a version of the ledger.

    In it is all that the page can depend on: the ledger and its version; who asks, in which role
    and session, with its token against forgery; whatever the frame shows beside the page; the
    address with the tongue, the theme, and whether a part is asked for. To be made before the page
    is: then a version that comes meanwhile is another one the next time.
    """
    ledger, url = context.asked.workspace, context.request.url
    told = repr((
        ledger.id, str(ledger.path), ledger.version, context.principal, context.scene,
        url.path, url.query, context.language, context.theme, context.partial,
    ))  # fmt: skip
    made = hashlib.blake2b(told.encode(), digest_size=16, key=_BUILD).hexdigest()
    return f'W/"{made}"'


def has(request: Request, tag: str) -> bool:
    """Tell whether a browser that asks has the page of a tag already."""
    said = request.headers.get("if-none-match", "")
    return tag in (each.strip() for each in said.split(","))


def headers(framed_by: str = "'none'", *, private: bool = True) -> dict[str, str]:
    """Give the security headers of a page.

    Parameters
    ----------
    framed_by
        Who may show the page in a frame: the widget names its merchants, all others nobody.
    private
        Whether the page is of one person: then nobody between keeps it.
    """
    policy = (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {framed_by}"
    )
    found = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "Cache-Control": "private, no-cache" if private else "public, max-age=60",
    }
    if framed_by == "'none'":
        found["X-Frame-Options"] = "DENY"
    return found
