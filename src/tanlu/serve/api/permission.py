"""What who may: every route says which roles it is for, or it is not served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from tanlu.errors import TanluError
from tanlu.serve.api import origin
from tanlu.serve.api.asked import Asked
from tanlu.serve.api.forgery import genuine
from tanlu.serve.api.identity import MOST, PUBLIC, ROLES, Identify, Principal, Refused

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.dependencies.models import Dependant

__all__ = ["allow", "permissions"]

REFUSALS = {"absent": "TL470", "invalid": "TL471", "expired": "TL472"}


class _Allowed:
    """Gives what was asked to who may ask it; the roles can be read from it."""

    def __init__(self, roles: tuple[str, ...], scope: str | None, *, entrance: bool) -> None:
        self.roles = roles
        self.scope = scope
        self.entrance = entrance

    async def __call__(self, request: Request) -> Asked:
        identify: Identify = request.app.state.identify
        found = await run_in_threadpool(identify, request)
        known = found if isinstance(found, Principal) else None
        # who asks, also where he is refused below: limits and the record of acts want to know
        request.state.principal = known
        request.app.state.allowance(request)
        if self.entrance and not origin.ours(request):
            raise TanluError("TL476")
        forged = known is not None and not self.entrance and not await genuine(request, known)
        home = request.app.state.home
        if PUBLIC in self.roles:
            # what is forged in somebody's name gets what nobody gets
            return Asked(request, home, None if forged else known)
        if known is None:
            assert isinstance(found, Refused)
            raise _refusal(found)
        self._check(known)
        if forged:
            raise TanluError("TL476")
        return Asked(request, home, known)

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
