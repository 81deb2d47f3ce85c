"""Where the next page is: its whole address, as who asks knows this server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.serve.api import origin

if TYPE_CHECKING:
    from fastapi import Request

__all__ = ["LINK", "following", "linked"]

# what OpenAPI says of pages
LINK: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"Link": {
        "description": 'The next page: <URL>; rel="next"', "schema": {"type": "string"},
    }}}
}  # fmt: skip


def following(request: Request, **place: object) -> str:
    """Give the address of what was asked with other parameters of the query.

    Behind a proxy the request names another host and scheme than those that browsers know.
    """
    url = request.url.include_query_params(**place)
    return f"{origin.base(request)}{url.path}{'?' + url.query if url.query else ''}"


def linked(url: str | None) -> dict[str, str]:
    """Give the header that leads to the next page; none on the last."""
    return {} if url is None else {"link": f'<{url}>; rel="next"'}
