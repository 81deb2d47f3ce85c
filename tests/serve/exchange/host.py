"""A host of PACT with two partners, and what it would send out, for the tests."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from tanlu.serve.api import PUBLIC, Asked, Home, Principal, Refused, allow, shell
from tanlu.serve.exchange import answers, pact, shelf
from tanlu.share.exchange.pact import Partner, Reply
from tanlu.store import open_workspace
from tests.share.exchange.pact.told import shelf as footprints

SECRETS = {"partner": "sesame", "rival": "open"}
EVENTS = "application/cloudevents+json; charset=UTF-8"
WEBHOOK = "https://webhook.example.com"


@dataclass
class Outside:
    """The servers of partners: notes what is sent to them, gives tokens, may be out of order."""

    broken: bool = False
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    near: list[bool] = field(default_factory=list)

    def reaching(self, near: bool) -> Outside:
        self.near.append(near)
        return self

    def ask(self, method: str, url: str, headers: Any, body: bytes = b"") -> Reply:
        self.asked.append((method, url, dict(headers), body))
        if self.broken:
            return Reply(503, {}, b"")
        if url.endswith("/auth/token"):
            return Reply(200, {}, b'{"access_token":"outer","token_type":"bearer"}')
        return Reply(200 if method == "POST" else 404, {}, b"")

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) | {"_url": url, "_headers": headers}
                for method, url, headers, body in self.asked
                if method == "POST" and url.endswith("/events")]  # fmt: skip


def identify(request: Request) -> Principal | Refused:
    """Know a partner by its token, and our own manager."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind != "Bearer":
        return Refused("absent")
    if token == "token-of-manager":
        return Principal("manager", "home", "manager")
    if token == "token-that-is-over":
        return Refused("expired")
    name = token.removeprefix("token-of-")
    if name in SECRETS:
        return Principal(name, "home", "developer", kind="client")
    return Principal("device", "home", "device") if name == "device" else Refused("invalid")


tokens = APIRouter()


@tokens.post("/auth/token")
async def token(request: Request, asked: Asked = allow(PUBLIC)) -> JSONResponse:
    """Give a token to who tells its secret: a stand-in for the room of access."""
    _, _, told = request.headers.get("authorization", "").partition(" ")
    name, _, secret = base64.b64decode(told or "").decode().partition(":")
    if SECRETS.get(name) != secret or b"grant_type=client_credentials" not in await request.body():
        return JSONResponse({"error": "invalid_client"}, 401)
    return JSONResponse({"access_token": f"token-of-{name}", "token_type": "bearer"})


def app(folder: Any, outside: Outside) -> Any:
    """Give the application over a new home with footprints on its shelf."""
    open_workspace(folder / "books", create=True)
    home = Home(folder / "books")
    home.found("other", "Other")
    with home.state.of("home") as state:
        shelf.publish(state, footprints())
        answers.befriend(state, Partner(WEBHOOK, "us", "our-secret"))
    made = shell(home, identify=identify, rooms=[pact.room(outside.reaching), tokens],
                 forms=pact.FORMS)  # fmt: skip
    made.state.test_home = home
    return made


def basic(name: str, secret: str) -> dict[str, str]:
    """Give the header of a client with its secret."""
    told = base64.b64encode(f"{name}:{secret}".encode()).decode()
    return {"authorization": f"Basic {told}", "content-type": "application/x-www-form-urlencoded"}


def bearer(name: str = "partner") -> dict[str, str]:
    """Give the header of a token."""
    return {"authorization": f"Bearer token-of-{name}"}
