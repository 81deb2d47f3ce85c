"""What goes wrong below /epcis, as the standard names it (EPCIS 2.0 12.6, RFC 9457)."""

from __future__ import annotations

import json

from fastapi import Request, Response

from tanlu.errors import TanluError, say
from tanlu.serve.api.asked import language

__all__ = ["exception", "form"]

MEDIA = "application/problem+json"
STATUSES = {
    "TL423": 413, "TL424": 409, "TL442": 400, "TL443": 400, "TL444": 413, "TL925": 404,
    "TL926": 409, "TL486": 400,
}  # fmt: skip
BY_CODE = {
    **dict.fromkeys(("TL425", "TL442", "TL443"), "QueryParameterException"),
    **dict.fromkeys(("TL420", "TL421", "TL422", "TL486"), "ValidationException"),
    "TL423": "CaptureLimitExceededException",
    "TL424": "ResourceAlreadyExistsException",
    "TL444": "QueryTooLargeException",
}
BY_STATUS = {
    400: "ValidationException", 401: "SecurityException", 403: "SecurityException",
    404: "NoSuchNameException", 406: "NotAcceptableException",
    409: "ResourceAlreadyExistsException", 413: "CaptureLimitExceededException",
    414: "URITooLongException", 415: "UnsupportedMediaTypeException",
}  # fmt: skip


def exception(code: str, status: int) -> str:
    """Give the name by which the standard knows what went wrong."""
    name = BY_CODE.get(code) or BY_STATUS.get(status, "ImplementationException")
    return f"epcisException:{name}"


def form(request: Request, status: int, error: TanluError) -> Response:
    """Give an error as the standard wants it, with our code beside."""
    status = STATUSES.get(error.code, status)
    body = {
        "type": exception(error.code, status),
        "title": say(error.code, language=language(request), **error.fields),
        "status": status,
        "code": error.code,
    }
    headers = {"cache-control": "no-store"}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(json.dumps(body, ensure_ascii=False), status, headers, media_type=MEDIA)
