"""The host of iLEAP: activity data under ``/2/ileap/tad``; its footprints are those of PACT 2."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from tanlu.errors import TanluError
from tanlu.serve.api import Asked, allow, origin
from tanlu.serve.exchange import shelf
from tanlu.share.exchange.ileap import filtered, limit_of
from tanlu.share.exchange.pact import Footprint
from tanlu.store.relational.tables import ileap
from tanlu.terms import exchange

if TYPE_CHECKING:
    from tanlu.share.exchange.ileap import Exchanged
    from tanlu.store.relational import Scoped

__all__ = ["FORMS", "publish", "room", "share"]

READING = ("manager", "operator", "verifier", "viewer", "supplier", "developer")
# our own people see all activity data; partners what is for all of them or for them
OWN = ("manager", "operator", "verifier", "viewer")
READ = "footprints:read"
USUAL, MOST, CHUNK = 100, 1_000, 500
HOST = re.compile(r"[A-Za-z0-9.\-_]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?")
# what iLEAP answers by our code; it refuses a token that is none with 403, unlike PACT
CODES = {
    "TL470": exchange.answer("ileap", "wrong_token"),
    "TL471": exchange.answer("ileap", "wrong_token"),
    "TL472": exchange.answer("ileap", "expired_token"),
    "TL473": exchange.answer("ileap", "wrong_token"),
    "TL474": exchange.answer("ileap", "wrong_token"),
    "TL484": exchange.Answer(404, "NotFound"),
    "TL485": exchange.Answer(405, "BadRequest"),
    "TL489": exchange.Answer(500, "InternalError"),
}
REQUIRED = ("activityId", "consignmentIds", "distance", "origin", "destination", "departureAt",
            "arrivalAt", "mode")  # fmt: skip
USUALLY = exchange.Answer(400, "BadRequest")


def _error(request: Request, status: int, error: TanluError) -> Response:  # noqa: ARG001
    """Give what went wrong as PACT 2 wants it: ``{code, message}``."""
    fault = CODES["TL489"] if status >= 500 else USUALLY
    said, code = CODES.get(error.code, fault)
    headers = {"cache-control": "no-store"}
    if said == 401:
        headers["www-authenticate"] = "Bearer"
    return JSONResponse({"code": code, "message": error.say()}, said, headers)


FORMS = {"/2/ileap": _error}


def room() -> APIRouter:
    """Give the route of activity data."""
    made = APIRouter(tags=["ileap"])
    error = {"type": "object", "required": ["code", "message"], "properties": {
        "code": {"type": "string"}, "message": {"type": "string"}}}  # fmt: skip
    refusals: dict[int | str, dict[str, Any]] = {
        status: {"description": what, "content": {"application/json": {"schema": error}}}
        for status, what in ((400, "BadRequest"), (401, "TokenExpired"), (403, "AccessDenied"))
    }
    tad = {"type": "object", "required": list(REQUIRED)}
    told = {"type": "object", "required": ["data"], "properties": {
        "data": {"type": "array", "items": tad}}}  # fmt: skip
    link = {"link": {"description": "the next page, rel=next", "schema": {"type": "string"}}}
    refusals[200] = {"description": "Activity data", "headers": link,
                     "content": {"application/json": {"schema": told}}}  # fmt: skip
    names = ("mode", "activityId", "consignmentIds", "energyCarrier", "feedstock", "country",
             "packagingOrTrEqType", "temperatureControl")  # fmt: skip
    many = {"type": "array", "items": {"type": "string"}}
    parameters = [{"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}},
                  *({"name": each, "in": "query", "schema": many} for each in names)]  # fmt: skip
    made.add_api_route(
        "/2/ileap/tad", _listed, methods=["GET"], name="ileap_tad", responses=refusals,
        summary="Transport activity data (iLEAP 1.0.0)", response_class=JSONResponse,
        openapi_extra={"parameters": parameters},
    )  # fmt: skip
    return made


def _listed(asked: Asked = allow(*READING, scope=READ)) -> Response:
    """Give a page of the activity data that are for who asks; ``Link`` leads to the next."""
    request = asked.request
    try:
        pairs = parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=MOST)
    except ValueError as error:
        raise TanluError("TL919", value="?", why=f"more than {MOST} parameters") from error
    told = dict(pairs)
    limit = min(limit_of(told.get("limit")) or USUAL, MOST)
    after = _after(told.get("after"))
    found: list[tuple[int, dict[str, Any]]] = []
    with asked.state() as state:
        for place, tad in _all(state, pairs, _reader(asked), after):
            found.append((place, tad))
            if len(found) > limit:
                break
    more, found = len(found) > limit, found[:limit]
    headers = {}
    if more:
        headers["link"] = exchange.next_page(_own(request), after=found[-1][0])
    return JSONResponse({"data": [tad for _, tad in found]}, 200, headers)


def _after(text: str | None) -> int:
    """Give the place after which a page begins; TL919 for one that no link of ours has."""
    if text is None:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise TanluError("TL919", value=text[:40], why="take the link as it was given")
    return int(text)


def _own(request: Request) -> str:
    """Give the address of a request as its sender knows it: the link stays on the same host."""
    query = f"?{request.url.query}" if request.url.query else ""
    if request.app.state.public:
        return f"{origin.base(request)}{request.url.path}{query}"
    host = request.headers.get("host", "")
    if not HOST.fullmatch(host):
        raise TanluError("TL919", value=host[:80], why="a name and a port are wanted")
    return f"{request.url.scheme}://{host}{request.url.path}{query}"


def _reader(asked: Asked) -> str | None:
    principal = asked.principal
    if principal is None:
        raise TanluError("TL470")
    return None if principal.role in OWN else principal.identity


def _all(
    state: Scoped, asked: Sequence[tuple[str, str]], reader: str | None, after: int
) -> Iterator[tuple[int, dict[str, Any]]]:
    table = ileap.TADS
    mine = [] if reader is None else [ileap.read_by(reader)]
    while True:
        rows = state.rows(table, *mine, table.c.place > after, order=(table.c.place,), limit=CHUNK)
        for row in rows:
            after = row["place"]
            for tad in filtered([json.loads(row["content"])], asked):
                yield after, tad
        if len(rows) < CHUNK:
            return


def publish(state: Scoped, tads: Iterable[dict[str, Any]], *, readers: Sequence[str] = ()) -> int:
    """Give activity data to partners, and how many are new; what is there is brought up to date.

    Parameters
    ----------
    readers
        Identities of the clients that may read them; all partners without any.
    """
    table = ileap.TADS
    last = state.rows(table, columns=(table.c.place,), order=(table.c.place.desc(),), limit=1)
    place, new = (last[0]["place"] if last else 0), 0
    for tad in tads:
        name = str(tad["activityId"])
        content = json.dumps(tad, ensure_ascii=False, separators=(",", ":"))
        if not state.change(table, {"content": content}, table.c.id == name):
            place, new = place + 1, new + 1
            state.add(table, {"id": name, "place": place, "content": content})
        state.drop(ileap.READERS, ileap.READERS.c.id == name)
        state.add(ileap.READERS, *({"id": name, "reader": one} for one in dict.fromkeys(readers)))
    return new


def share(state: Scoped, found: Exchanged, *, readers: Sequence[str] = ()) -> tuple[list[str], int]:
    """Put what a ledger gives to partners where they find it: footprints with PACT's, and TADs.

    Returns
    -------
    tuple
        Identities of the footprints that are new, and how many activity data are.

    Raises
    ------
    TanluError
        TL880 for an identity that is there with another content.
    """
    told = [Footprint(2, each) for each in found.footprints]
    return shelf.publish(state, told, readers=readers), publish(state, found.tads, readers=readers)
