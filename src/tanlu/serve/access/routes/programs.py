"""Programs of an organisation: keys and OAuth2 clients."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from tanlu.serve.access import clients
from tanlu.serve.access.routes.shapes import Client, Making, Secret, by_person, told
from tanlu.serve.api import Asked, allow

__all__ = ["programs"]

programs = APIRouter(prefix="/v1/clients", tags=["access"])


@programs.get("", summary="Programs of the organisation", response_model=list[Client])
def list_clients(
    asked: Asked = allow("manager", "developer", scope="clients:read"),
) -> list[dict[str, Any]]:
    """Give the programs of the organisation, without anything of their secrets."""
    with asked.state() as state:
        return [
            told({**row, "scopes": row["scopes"].split()}) for row in clients.listed(state)
        ]  # fmt: skip


@programs.post("", summary="A new program", status_code=201, response_model=Secret)
def create_client(
    making: Making, request: Request, response: Response,
    asked: Asked = allow("manager", "developer", scope="clients:write"),
) -> dict[str, Any]:  # fmt: skip
    """Make a program; its secret is shown now and never again."""
    by = by_person(asked)
    clients.within(by.role, making.role)
    with asked.state() as state:
        made = clients.new(
            state, making.name, making.role, by=by.identity, kind=making.kind,
            scopes=making.scopes, days=making.days,
        )  # fmt: skip
    request.state.object = made.client
    response.headers["cache-control"] = "no-store"
    return made._asdict()


@programs.post("/{client}/secret", summary="A new secret", response_model=Secret)
def renew_client(
    client: str, response: Response,
    asked: Asked = allow("manager", "developer", scope="clients:write"),
) -> dict[str, Any]:  # fmt: skip
    """Give a program a new secret; the old one holds for a day, so that nothing is interrupted."""
    by = by_person(asked)
    with asked.state() as state:
        clients.within(by.role, clients.role_of(state, client))
        made = clients.rotate(state, client)
    response.headers["cache-control"] = "no-store"
    return made._asdict()


@programs.delete("/{client}", summary="The end of a program", status_code=204)
def revoke_client(
    client: str, asked: Asked = allow("manager", "developer", scope="clients:write")
) -> None:
    """End a program and all its tokens at once."""
    by = by_person(asked)
    with asked.state() as state:
        clients.within(by.role, clients.role_of(state, client))
        clients.revoke(state, client)
