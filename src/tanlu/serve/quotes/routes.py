"""The routes of quotes: for programs with a key, for pages of shops, and the shops themselves."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from tanlu.serve.api import PUBLIC, Asked, allow
from tanlu.serve.api.origin import base
from tanlu.serve.quotes.asking import MOST_G, Asking, place
from tanlu.serve.quotes.options import chosen, options
from tanlu.serve.quotes.signing import packed
from tanlu.store.log import begin_log

if TYPE_CHECKING:
    from tanlu.serve.quotes.quoting import Quotes

__all__ = ["Shop", "Wish", "router"]

OWNERS = ("manager", "developer")
ASKERS = ("manager", "operator", "developer")
NAMES = ", ".join(options())
SIGNED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Quote, signature and the address that explains it",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}
PLACE: dict[str, Any] = {"min_length": 1, "max_length": 60}


class Wish(BaseModel):
    """A parcel that may be sent."""

    model_config = ConfigDict(extra="forbid")

    origin: str = Field(
        min_length=1, max_length=60, description="Region or city · 发货地", examples=["CN-GD"]
    )
    destination: str = Field(
        min_length=1, max_length=60, description="Region or city · 收货地", examples=["北京"]
    )
    mass_g: int = Field(ge=1, le=MOST_G, description="Mass · 质量 [g]", examples=[1500])
    options: list[str] = Field([], max_length=8, description=NAMES)


class Shop(BaseModel):
    """A shop that may show quotes."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    origins: list[str] = Field(min_length=1, max_length=10, examples=[["https://shop.example"]])


def router(quotes: Quotes) -> APIRouter:
    """Give the routes of a server's quotes."""
    made = APIRouter(prefix="/v1", tags=["quotes"])

    @made.post(
        "/quotes", summary="What a parcel will emit, by option, signed",
        operation_id="post_quote", responses=SIGNED,
    )  # fmt: skip
    def ask(wish: Wish, asked: Asked = allow(*ASKERS, scope="quotes:write")) -> dict[str, Any]:
        """Give a signed quote; nothing is written."""
        asking = _asking(wish.origin, wish.destination, wish.mass_g, wish.options, None)
        return _given(quotes.quote(asked.tenant, asking), asked)

    @made.get(
        "/quote", summary="The same for a page of a shop, by the shop's public key",
        operation_id="get_quote", responses=SIGNED, response_class=Response,
    )  # fmt: skip
    def shown(  # noqa: PLR0917 - each is a parameter of the query
        merchant: Annotated[str, Query(max_length=60, description="Key of the shop · 商家公钥")],
        origin: Annotated[str, Query(alias="from", **PLACE, description="发货地")],
        destination: Annotated[str, Query(alias="to", **PLACE, description="收货地")],
        mass_g: Annotated[int, Query(ge=1, le=MOST_G, description="[g]")],
        names: Annotated[str, Query(alias="options", max_length=120, description=NAMES)] = "",
        lang: Annotated[  # noqa: ARG001 - read where the words are chosen
            Literal["en", "zh"] | None, Query(description="Of the words · 语言")
        ] = None,
        asked: Asked = allow(PUBLIC),
    ) -> Response:
        """Give a signed quote to a page of the shop's own origins, and to no other."""
        begun = time.perf_counter()
        page = _page(asked)
        shop = quotes.merchants.admitted(merchant, page)
        asking = _asking(origin, destination, mass_g, names.split(",") if names else [], merchant)
        told = _given(quotes.quote(shop["tenant"], asking), asked)
        took_ms = (time.perf_counter() - begun) * 1000
        headers = {
            "server-timing": f"quote;dur={took_ms:.1f}",
            "access-control-allow-origin": str(page), "vary": "Origin",
            "cross-origin-resource-policy": "cross-origin", "cache-control": "no-store",
        }  # fmt: skip
        return JSONResponse(told, headers=headers)

    _shops(made, quotes)
    return made


def _shops(made: APIRouter, quotes: Quotes) -> None:
    """Add the routes of the shops that may show quotes."""

    @made.post(
        "/merchants", status_code=201, summary="Let a shop show quotes", operation_id="post_shop"
    )
    def add(shop: Shop, asked: Asked = allow(*OWNERS, scope="quotes:write")) -> dict[str, Any]:
        """Give the shop with its key, which is no secret and holds for its origins alone."""
        made = quotes.merchants.add(asked.tenant, shop.name, shop.origins)
        # quotes are signed by the key of the log
        begin_log(asked.workspace)
        quotes.look()
        return made

    @made.get("/merchants", summary="Shops that may show quotes", operation_id="list_shops")
    def all_(asked: Asked = allow(*OWNERS, scope="quotes:read")) -> dict[str, Any]:
        """Give all shops of the organisation, also those that ended."""
        return {"merchants": quotes.merchants.listed(asked.tenant)}

    @made.delete(
        "/merchants/{merchant}", status_code=204, summary="End the key of a shop",
        operation_id="delete_shop",
    )  # fmt: skip
    def end(merchant: str, asked: Asked = allow(*OWNERS, scope="quotes:write")) -> Response:
        """End it at once; quotes that were given stay what they were."""
        quotes.merchants.end(asked.tenant, merchant)
        return Response(status_code=204)


def _page(asked: Asked) -> str | None:
    """Give the origin of the page that asks; a browser leaves it off where it is our own."""
    headers = asked.request.headers
    if "origin" not in headers and headers.get("sec-fetch-site") == "same-origin":
        return base(asked.request)
    return headers.get("origin")


def _asking(
    origin: str, destination: str, mass_g: int, names: list[str], merchant: str | None
) -> Asking:
    return Asking(place(origin), place(destination), mass_g, chosen(names), merchant)


def _given(document: dict[str, Any], asked: Asked) -> dict[str, Any]:
    zh = asked.language == "zh"
    address = f"{base(asked.request)}/{asked.language}/quote/{packed(document)}"
    words = [
        {"option": name, "name": told.zh if zh else told.en,
         "detail": told.detail_zh if zh else told.detail}
        for name, told in options().items()
    ]  # fmt: skip
    return {**document, "shown": words, "url": address}
