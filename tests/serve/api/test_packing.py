"""Texts are packed for who asked himself, and never where another site made a browser ask."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tanlu.serve.api.packing import Packed

WORDS = "<p>carbon</p>" * 400


def _answer(path: str, method: str = "GET", **headers: str) -> tuple[dict[str, str], bytes]:
    """Ask as a client that unpacks nothing."""

    async def stream(_request):
        return StreamingResponse(iter([WORDS.encode()] * 2), media_type="text/html")

    routes = [
        Route("/page", lambda _: HTMLResponse(WORDS, headers={"ETag": '"a"'}),
              methods=["GET", "POST"]),
        Route("/small", lambda _: HTMLResponse("<p>")),
        Route("/json", lambda _: JSONResponse([WORDS])),
        Route("/stream", stream),
        Route("/login", lambda _: HTMLResponse(WORDS, headers={"Set-Cookie": "a=b"})),
        Route("/picture", lambda _: Response(WORDS, media_type="image/png")),
    ]  # fmt: skip
    raw = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": raw, "root_path": "", "scheme": "http",
        "server": ("x", 80), "client": ("y", 1), "http_version": "1.1",
    }  # fmt: skip
    heads: list[dict[str, str]] = []
    body = bytearray()

    async def receive():
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        if message["type"] == "http.response.start":
            heads.append({k.decode(): v.decode() for k, v in message["headers"]})
        else:
            body.extend(message.get("body", b""))

    asyncio.run(Packed(Starlette(routes=routes))(scope, receive, send))
    return heads[0], bytes(body)


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_page_that_a_person_asked_for_is_packed(site: str) -> None:
    head, body = _answer("/page", accept_encoding="br, gzip", cookie="s=1", sec_fetch_site=site)

    assert head["content-encoding"] == "gzip"
    assert gzip.decompress(body).decode() == WORDS
    assert int(head["content-length"]) == len(body) < len(WORDS) / 10
    assert "Cookie" in head["vary"]
    assert head["etag"] == 'W/"a"'


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_what_another_site_made_a_browser_ask_is_plain(site: str | None) -> None:
    told = {"sec_fetch_site": site} if site else {}
    head, body = _answer("/page", accept_encoding="gzip", cookie="s=1", **told)

    assert "content-encoding" not in head
    assert body.decode() == WORDS


def test_who_has_no_cookie_has_no_secret_in_his_page() -> None:
    assert _answer("/page", accept_encoding="gzip")[0]["content-encoding"] == "gzip"


@pytest.mark.parametrize("path", ["/small", "/json", "/stream", "/login", "/picture"])
def test_what_is_small_streamed_no_text_or_sets_a_cookie_is_plain(path: str) -> None:
    head, body = _answer(path, accept_encoding="gzip")

    assert "content-encoding" not in head
    assert body


def test_the_answer_to_what_changes_something_is_plain() -> None:
    assert "content-encoding" not in _answer("/page", "POST", accept_encoding="gzip")[0]


def test_who_cannot_unpack_gets_it_plain() -> None:
    assert _answer("/page")[1].decode() == WORDS
