"""Around all routes: each request has a number, and what may change something is written down."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import anyio
from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection

from tanlu.serve.access import acts
from tanlu.serve.api.origin import address, safe

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from tanlu.store.relational import State

__all__ = ["Recorder", "Recording"]

# what broke or was broken off before there was an answer
BROKEN = 500


class Recorder:
    """Writes acts down: of the organisation of who asked, or of none."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.pseudonyms = acts.Pseudonyms(state)

    def write(self, scope: Scope, status: int) -> None:
        """Write what a request was and how it ended; nothing of its body and its query."""
        told: dict[str, Any] = scope["state"]
        principal = told.get("principal")
        kind, who, tenant, role = "nobody", "", acts.NOWHERE, ""
        if principal is not None:
            kind, who, tenant, role = (
                principal.kind, principal.identity, principal.tenant, principal.role,
            )  # fmt: skip
        # who came in by this request was nobody before it
        kind, who, tenant, role = told.get("act") or (kind, who, tenant, role)
        params = scope.get("path_params") or {}
        act = acts.Act(
            who, kind, role, f"{scope['method']} {scope['path']}",
            str(told.get("object") or " ".join(str(each) for each in params.values())),
            status, str(told.get("code") or ""),
            self.pseudonyms.of(tenant, address(HTTPConnection(scope))), told["request"],
        )  # fmt: skip
        with self.state.of(tenant) as state:
            acts.append(state, act)


class Recording:
    """A layer that has all acts written before they are answered."""

    def __init__(self, app: ASGIApp, recorder: Recorder) -> None:
        self.app = app
        self.recorder = recorder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request and write it down; who gets an answer finds his act in the record."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = scope["state"] = {**scope.get("state", {}), "request": secrets.token_hex(8)}
        written, begun = safe(scope["method"]), False

        async def answer(message: Message) -> None:
            nonlocal written, begun
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["x-request-id"] = told["request"]
                # one who is stopped for asking too often does not fill the record
                # who comes in by an address (OIDC) changes nothing, and is written all the same
                due = not written or ("act" in told and not begun)
                if due and not told.get("limited"):
                    await to_thread.run_sync(self.recorder.write, scope, message["status"])
                written = begun = True
            await send(message)

        try:
            await self.app(scope, receive, answer)
        finally:
            if not written:
                with anyio.CancelScope(shield=True):
                    await to_thread.run_sync(self.recorder.write, scope, BROKEN)
