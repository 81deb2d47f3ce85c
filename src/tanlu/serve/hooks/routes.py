"""The routes of webhooks; the secret of a hook is shown when it is made, and never again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from tanlu.serve.api import Asked, allow
from tanlu.serve.api.following import LINK, following, linked
from tanlu.serve.hooks import shapes
from tanlu.serve.hooks.events import EVENTS
from tanlu.serve.hooks.shapes import Change, Subscription

if TYPE_CHECKING:
    from tanlu.serve.hooks.sending import Hooks
    from tanlu.serve.hooks.shelf import Shelf

__all__ = ["router"]

OWNERS = ("manager", "developer")


def router(hooks: Hooks) -> APIRouter:
    """Give the routes of a server's webhooks."""
    made = APIRouter(prefix="/v1/hooks", tags=["webhooks"])
    shelf = hooks.shelf

    @made.post(
        "",
        status_code=201,
        summary="Subscribe an address to events",
        operation_id="post_hook",
        response_model=shapes.Hooked,
    )
    def subscribe(
        wish: Subscription, asked: Asked = allow(*OWNERS, scope="hooks:write")
    ) -> dict[str, Any]:
        """Give the hook with its secret, which is shown this once."""
        hooks.target(wish.url)
        return shelf.subscribe(asked.tenant, wish.url, wish.events, wish.note)

    @made.get(
        "",
        summary="The hooks of the organisation",
        operation_id="list_hooks",
        response_model=shapes.Listed,
    )
    def all_(asked: Asked = allow(*OWNERS, scope="hooks:read")) -> dict[str, Any]:
        """Give all hooks, without their secrets, and the events that there are."""
        return {"hooks": shelf.hooks(asked.tenant), "events": list(EVENTS)}

    @made.get("/{name}", summary="A hook", operation_id="get_hook", response_model=shapes.Hook)
    def one(name: shapes.Name, asked: Asked = allow(*OWNERS, scope="hooks:read")) -> dict[str, Any]:
        """Give a hook, without its secrets."""
        return shelf.hook(asked.tenant, name)

    @made.patch(
        "/{name}",
        summary="Change a hook, or let it hear again",
        operation_id="patch_hook",
        response_model=shapes.Hook,
    )
    def change(
        name: shapes.Name, wish: Change, asked: Asked = allow(*OWNERS, scope="hooks:write")
    ) -> dict[str, Any]:
        """Change events, note, or whether it hears."""
        return shelf.change(asked.tenant, name, events=wish.events, on=wish.on, note=wish.note)

    @made.delete("/{name}", status_code=204, summary="Remove a hook", operation_id="delete_hook")
    def drop(name: shapes.Name, asked: Asked = allow(*OWNERS, scope="hooks:write")) -> Response:
        """Remove a hook and what waits for it."""
        shelf.drop(asked.tenant, name)
        return Response(status_code=204)

    @made.post(
        "/{name}/secret",
        summary="A new secret; the old one holds for a day beside it",
        operation_id="post_hook_secret",
        response_model=shapes.Secret,
    )
    def rotate(
        name: shapes.Name, asked: Asked = allow(*OWNERS, scope="hooks:write")
    ) -> dict[str, str]:
        """Give the new secret, which is shown this once."""
        return {"secret": shelf.rotate(asked.tenant, name)}

    _deliveries(made, shelf)
    return made


def _deliveries(made: APIRouter, shelf: Shelf) -> None:
    """Add the routes of what was told and what is told once more."""

    @made.post(
        "/{name}/test",
        status_code=202,
        summary="Send a message that means nothing",
        operation_id="post_hook_test",
        response_model=shapes.Queued,
    )
    def test(
        name: shapes.Name, asked: Asked = allow(*OWNERS, scope="hooks:write")
    ) -> dict[str, str]:
        """Queue a message of the event ``test``."""
        shelf.test(asked.tenant, name)
        return {"state": "waiting"}

    @made.get(
        "/{name}/deliveries",
        summary="What a hook was told",
        operation_id="list_deliveries",
        response_model=shapes.Deliveries,
        responses=LINK,
    )
    def deliveries(  # noqa: PLR0917 - what may be asked, by name
        response: Response, name: shapes.Name, state: shapes.State = None,
        after: shapes.After = None, limit: shapes.Limit = 50,
        asked: Asked = allow(*OWNERS, scope="hooks:read"),
    ) -> dict[str, Any]:  # fmt: skip
        """Give deliveries, the newest first; ``dead`` are those that were given up."""
        rows, more = shelf.deliveries(asked.tenant, name, state, after, limit)
        url = following(asked.request, after=rows[-1]["message"]) if more else None
        response.headers.update(linked(url))
        return {"deliveries": rows, "next": url}

    @made.post(
        "/{name}/deliveries/send",
        status_code=202,
        summary="Send all given up once more",
        operation_id="post_dead_deliveries",
        response_model=shapes.Waiting,
    )
    def again(
        name: shapes.Name, asked: Asked = allow(*OWNERS, scope="hooks:write")
    ) -> dict[str, int]:
        """Give how many wait again."""
        return {"waiting": shelf.again(asked.tenant, name)}

    @made.post(
        "/{name}/deliveries/{message}/send",
        status_code=202,
        summary="Send a message once more",
        operation_id="post_delivery",
        response_model=shapes.Waiting,
    )
    def resend(
        name: shapes.Name,
        message: shapes.Message,
        asked: Asked = allow(*OWNERS, scope="hooks:write"),
    ) -> dict[str, int]:
        """Give how many wait again."""
        return {"waiting": shelf.again(asked.tenant, name, message)}
