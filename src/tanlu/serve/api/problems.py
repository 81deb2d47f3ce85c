"""What goes wrong, as problem+json (RFC 9457) with our codes, or as another standard wants it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from tanlu.errors import TanluError, reason, say
from tanlu.serve.api.asked import language
from tanlu.serve.ingest import note

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["STATUS", "Early", "Form", "handle", "problem", "status_of"]

MEDIA = "application/problem+json"
# statuses of HTTP by code; what is not here is a request that can be mended: 400
BY_CODE = {
    400: "TL963",
    401: "TL470 TL471 TL472 TL475 TL962",
    403: "TL473 TL474 TL476 TL946 TL960 TL964",
    404: "TL483 TL484 TL490 TL494 TL607 TL608 TL610 TL615 TL618 TL744 TL806 TL807 TL931 TL940 "
    "TL961",
    405: "TL485",
    406: "TL488",
    408: "TL464",
    409: "TL463 TL671 TL801 TL934 TL965 TL967 TL971",
    410: "TL933",
    413: "TL467",
    415: "TL468",
    422: "TL469 TL478 TL479 TL486 TL945 TL948 TL966 TL970",
    429: "TL477",
    500: "TL489 TL672 TL673",
    503: "TL499 TL602 TL942",
}
STATUS = {code: status for status, codes in BY_CODE.items() for code in codes.split()}
BY_STATUS = {404: "TL484", 405: "TL485"}

# gives the answer of another standard to what went wrong: (request, status, error)
Form = Callable[[Request, int, TanluError], Response]


class Early(HTTPException):
    """An error that comes up while a body is read: a framework lets only its own pass there."""

    def __init__(self, error: TanluError) -> None:
        super().__init__(status_of(error))
        self.error = error


def status_of(error: TanluError) -> int:
    """Give the status of HTTP that says an error; 400 for what can be mended in the request."""
    return STATUS.get(error.code, 400)


def problem(request: Request, status: int, error: TanluError, **more: object) -> Response:
    """Give an error as problem+json: title and detail in the language of who asked."""
    body: dict[str, Any] = {
        "type": f"urn:tanlu:problem:{error.code}",
        "title": say(error.code, language=language(request), **error.fields),
        "status": status,
        "code": error.code,
        **more,
    }
    headers = {"cache-control": "no-store"}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    if "after_s" in error.fields:
        headers["retry-after"] = str(error.fields["after_s"])
    return JSONResponse(body, status, headers, media_type=MEDIA)


def handle(app: FastAPI, forms: Mapping[str, Form]) -> Callable[[Request, Exception], Response]:
    """Let an application answer all that goes wrong: by code, never with a traceback.

    ``forms`` has, by the beginning of a path, the form in which a standard wants its errors. What
    answers faults of the program is given too: within the layers of the application, so that an
    answer to a fault has what these add to all answers.
    """

    def answer(request: Request, status: int, error: TanluError, **more: object) -> Response:
        path = request.url.path
        request.state.code = error.code
        for start in sorted(forms, key=len, reverse=True):
            if path.startswith(start):
                return forms[start](request, status, error)
        return problem(request, status, error, **more)

    def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, TanluError)
        return answer(request, status_of(error), error)

    def early(request: Request, error: Exception) -> Response:
        assert isinstance(error, Early)
        return ours(request, error.error)

    def unread(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        tongue = language(request)
        wrong = error.errors()
        if any(each["loc"] == ("body",) and isinstance(each.get("input"), bytes) for each in wrong):
            # a body that nobody called JSON was not read as such
            kind = request.headers.get("content-type", "").partition(";")[0].strip()
            return answer(
                request, 415, TanluError("TL468", value=kind or "-", known="application/json")
            )
        said = [
            {"where": "/".join(map(str, each["loc"])), "what": reason(each["msg"], tongue)}
            for each in wrong
        ]
        first = f"{said[0]['where']}: {said[0]['what']}" if said else ""
        return answer(request, 422, TanluError("TL486", value=first), errors=said)

    def plain(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = BY_STATUS.get(error.status_code, "TL487")
        told = TanluError(code, value=request.url.path, why=str(error.detail))
        answered = answer(request, error.status_code, told)
        answered.headers.update(error.headers or {})
        if error.status_code == 405:
            # a refused method is told with those that there are (RFC 9110 section 15.5.6), of all
            # routes of the path: who found one of them knows of no other
            answered.headers["allow"] = ", ".join(_methods(request))
        return answered

    def fault(request: Request, error: Exception) -> Response:
        # who asked learns a name for it; what it was stands in the server's own log, with the route
        # and not the path: of a link for guests the path is what opens it
        name, route = secrets.token_hex(6), request.scope.get("route")
        path = str(getattr(route, "path", "-"))
        note("fault", name=name, path=path, what=f"{type(error).__name__}: {error}")
        return answer(request, 500, TanluError("TL489", value=name))

    app.add_exception_handler(TanluError, ours)
    app.add_exception_handler(Early, early)
    app.add_exception_handler(RequestValidationError, unread)
    app.add_exception_handler(HTTPException, plain)
    # the last wall, for a layer that fails itself
    app.add_exception_handler(Exception, fault)
    return fault


def _methods(request: Request) -> list[str]:
    found = {
        method
        for route in request.app.router.routes
        if route.matches(request.scope)[0] is not Match.NONE
        for method in getattr(route, "methods", None) or ()
    }
    return sorted(found | {"HEAD"} if "GET" in found else found)
