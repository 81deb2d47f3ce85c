"""Persons of an organisation and invitations into it: a manager's work."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from tanlu.serve.access.persons import invitations, people
from tanlu.serve.access.routes.shapes import (
    Invitation,
    InvitationMade,
    Inviting,
    Member,
    MemberChange,
    by_person,
    told,
)  # fmt: skip
from tanlu.serve.api import Asked, allow

__all__ = ["members"]

members = APIRouter(prefix="/v1", tags=["access"])

DAY_US = 86_400 * 1_000_000


@members.get("/people", summary="Persons of the organisation", response_model=list[Member])
def list_people(asked: Asked = allow("manager", scope="people:read")) -> list[dict[str, Any]]:
    """Give the members of the organisation, those who were let out among them."""
    with asked.home.state.everywhere() as state:
        return [told(row) for row in people.listed(state.of(asked.tenant), state)]


@members.patch(
    "/people/{person}", summary="Another role, or out", response_model=Member,
)  # fmt: skip
def change_person(
    person: str, change: MemberChange, asked: Asked = allow("manager", scope="people:write")
) -> dict[str, Any]:
    """Give a member another role, let him out or back in; his sessions end."""
    by_person(asked)
    with asked.home.state.everywhere() as everywhere:
        state = everywhere.of(asked.tenant)
        people.member(state, person)
        if change.role is not None:
            people.change_role(state, person, change.role)
        if change.ended is not None:
            (people.end if change.ended else people.restore)(state, person)
        rows = people.listed(state, everywhere)
    return next(told(row) for row in rows if row["person"] == person)


@members.get("/invitations", summary="Invitations", response_model=list[Invitation])
def list_invitations(asked: Asked = allow("manager", scope="people:read")) -> list[dict[str, Any]]:
    """Give the invitations of the organisation, without their secrets."""
    with asked.state() as state:
        return [told(row) for row in invitations.listed(state)]


@members.post(
    "/invitations", summary="Invite somebody", status_code=201, response_model=InvitationMade
)
def create_invitation(
    inviting: Inviting, request: Request, response: Response,
    asked: Asked = allow("manager", scope="people:write"),
) -> dict[str, Any]:  # fmt: skip
    """Invite somebody in a role; the secret is shown now and never again."""
    by = by_person(asked).identity
    with asked.state() as state:
        made = invitations.invite(
            state, inviting.role, by=by, shown=inviting.shown, lasts_us=inviting.days * DAY_US
        )
    request.state.object = made.invitation
    response.headers["cache-control"] = "no-store"
    return told({**made._asdict(), "path": f"/join#{made.secret}"})


@members.delete("/invitations/{invitation}", summary="Take an invitation back", status_code=204)
def withdraw_invitation(
    invitation: str, asked: Asked = allow("manager", scope="people:write")
) -> None:
    """Take an invitation back that nobody has accepted."""
    by_person(asked)
    with asked.state() as state:
        invitations.withdraw(state, invitation)
