"""What a page may do in a browser, said in its headers."""

from __future__ import annotations

__all__ = ["headers"]


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
