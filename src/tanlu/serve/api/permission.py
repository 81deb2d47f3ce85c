"""What who may: every route says which roles it is for, or it is not served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tanlu.errors import TanluError
from tanlu.serve.api import origin
from tanlu.serve.api.asked import Asked
from tanlu.serve.api.forgery import genuine
from tanlu.serve.api.identity import MOST, PUBLIC, ROLES, Identify, Principal, Refused
from tanlu.serve.api.problems import Early
from tanlu.serve.api.strict import strict

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.dependencies.models import Dependant

__all__ = ["Gate", "allow", "permissions"]

# where a scope keeps by which permission who asks was let through
ADMITTED = "tanlu.admitted"
# operations for programs: what one does not know is told there
PROGRAMS = "/v1/"
REFUSALS = {"absent": "TL470", "invalid": "TL471", "expired": "TL472"}


class _Allowed:
    """Gives what was asked to who may ask it; the roles can be read from it."""

    def __init__(self, roles: tuple[str, ...], scope: str | None, *, entrance: bool) -> None:
        self.roles = roles
        self.scope = scope
        self.entrance = entrance

    async def __call__(self, request: Request) -> Asked:
        known = await self.admitted(request)
        forged = known is not None and not self.entrance and not await genuine(request, known)
        if forged and PUBLIC not in self.roles:
            raise TanluError("TL476")
        if request.url.path.startswith(PROGRAMS):
            strict(request)
        # what is forged in somebody's name gets what nobody gets
        return Asked(request, request.app.state.home, None if forged else known)

    async def admitted(self, request: Request) -> Principal | None:
        """Give who asks; nothing of a body is read for it, and nobody is counted twice.

        Raises
        ------
        TanluError
            TL470 to TL477 for who may not.
        """
        # beside the state of the request: that a server may share, a scope is of one request alone
        known: Principal | None
        by, known = request.scope.get(ADMITTED, (None, None))
        if by is self:
            return known
        identify: Identify = request.app.state.identify
        found = await run_in_threadpool(identify, request)
        known = found if isinstance(found, Principal) else None
        # who asks, also where he is refused below: limits and the record of acts want to know
        request.state.principal = known
        request.app.state.allowance(request)
        if self.entrance and not origin.ours(request):
            raise TanluError("TL476")
        if PUBLIC not in self.roles:
            if isinstance(found, Refused):
                raise _refusal(found)
            self._check(found)
        request.scope[ADMITTED] = (self, known)
        return known

    def _check(self, principal: Principal) -> None:
        if principal.role not in self.roles:
            raise TanluError("TL473", value=principal.role)
        if principal.scopes and self.scope is not None and self.scope not in principal.scopes:
            raise TanluError("TL474", value=self.scope)


def _refusal(refused: Refused) -> TanluError:
    return TanluError(REFUSALS[refused.reason])


def allow(*roles: str, scope: str | None = None, entrance: bool = False) -> Any:
    """Give the dependency of a route for some roles: ``asked: Asked = allow("manager")``.

    Parameters
    ----------
    roles
        Roles that may, or `PUBLIC` alone for a route that needs no identity; none for all but
        devices, which a route names when it is for them.
    scope
        What a narrowed key must have been given, for example ``shipments:read``.
    entrance
        The route lets somebody in, so there is no session yet: other sites' pages are refused.

    Raises
    ------
    ValueError
        For a role that there is not: a fault of the program.
    """
    chosen = roles or MOST
    unknown = set(chosen) - set(ROLES) - {PUBLIC}
    if unknown:
        raise ValueError(unknown)
    return Depends(_Allowed(chosen, scope, entrance=entrance))


class Gate:
    """A layer that hands a body to a route only when it is known that who sends it may.

    A framework reads a body before it asks whose it is. Here the first look at a body asks: who
    may not is refused with nothing read, in whatever order a route wants its things.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        passed = False

        async def admitted() -> Message:
            nonlocal passed
            if not passed:
                dependant: Dependant | None = getattr(scope.get("route"), "dependant", None)
                said = next(_said(dependant), None) if dependant else None
                try:
                    if said is not None:
                        await said.admitted(Request(scope))
                except TanluError as error:
                    raise Early(error) from error
                passed = True
            return await receive()

        await self.app(scope, admitted if scope["type"] == "http" else receive, send)


def permissions(app: FastAPI) -> Iterator[tuple[str, str, tuple[str, ...], str | None]]:
    """Give each route of an application as (method, path, roles, scope).

    Raises
    ------
    TanluError
        TL480 for a route that does not say whom it is for.
    """
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, Mount):
            continue  # files, the same for everybody
        dependant: Dependant | None = getattr(route, "dependant", None)
        said = next(_said(dependant), None) if dependant else None
        if said is None:
            raise TanluError("TL480", value=route.path)
        for method in sorted(route.methods or ()):
            yield method, str(route.path), said.roles, said.scope


def _said(dependant: Dependant) -> Iterator[_Allowed]:
    for each in dependant.dependencies:
        call: Callable[..., object] | None = each.call
        if isinstance(call, _Allowed):
            yield call
        yield from _said(each)
