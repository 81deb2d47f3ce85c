"""Rows of tables, page by page: activities, emissions, findings, refused rows, evidence."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath
from fastapi.responses import Response

from tanlu.errors import TanluError
from tanlu.serve.resources.asking.look import PERIOD, Look, look, paged
from tanlu.serve.resources.roles import READERS, SEE_ORIGINALS
from tanlu.serve.resources.telling.cells import items
from tanlu.serve.resources.telling.documented import one_of, page_of
from tanlu.serve.resources.telling.lists import Cut, listed
from tanlu.store.index import COLUMNS, find
from tanlu.terms import schema

__all__ = ["CUTS", "TABLES", "Identity", "Period", "router"]

router = APIRouter(prefix="/v1")

PARTIES = ("operator", "payer", "consignor", "consignee")
PLACES = ("origin", "destination", "place")
THINGS = ("subject", "shipment", "consignment", "chain", "round", "vehicle")
CLASSES = ("kind", "vehicle_class", "energy_carrier", "temperature_class")
# by which columns the rows of a table may be chosen
CUTS: dict[str, tuple[str, ...]] = {
    "activity": (*CLASSES, *THINGS, *PLACES, *PARTIES, "operation", "source_sha256"),
    "emission": (
        *CLASSES, *THINGS, *PLACES, *PARTIES, "activity_id", "share_of", "profile", "boundary",
        "basis", "stage", "tier", "method", "gwp_set", "factor_id", "factor_hash",
    ),
    "finding": ("code", "severity", "subject", "source_sha256", "profile"),
    "quarantine": ("code", "column", "source_sha256", "source_sheet"),
    "evidence": ("device", "layout"),
    "quality": ("stream", "device"),
}  # fmt: skip
# the path, the tag and the words of each list
TABLES = {
    "activity": ("activities", "What happened"),
    "emission": ("emissions", "What was emitted, one row a boundary"),
    "finding": ("findings", "What was noticed and deserves a look"),
    "quarantine": ("quarantine", "Rows that were refused, each with its reason, line and column"),
    "evidence": ("evidence", "Signed batches of devices, each with its content hash"),
    "quality": ("quality", "How complete, valid and timely a stream was, by day"),
}
TEXT = r"^[^\x00-\x1f\x7f]{1,500}$"
Identity = Annotated[
    str, InPath(pattern=TEXT, description="Its identity, percent-encoded · 标识（百分号编码）")
]
Period = Annotated[
    str | None,
    Query(
        description="A year, quarter, month, day or a/b in the ledger's zone; a row belongs to "
        "the period in which it starts",
        pattern=PERIOD,
        examples=["2026", "2026-Q3", "2026-10", "2026-10-05"],
    ),
]


def cut_of(table: str) -> Any:
    """Give the dependency that reads which rows of a table are asked for."""
    timed = "start" in schema(table).names

    def cut(**told: str | None) -> Cut:
        rest = dict(told)
        return Cut({}, rest.pop("period", None), rest.pop("columns"))._replace(equal=rest)

    def one(name: str, annotation: Any) -> inspect.Parameter:
        kind = inspect.Parameter.KEYWORD_ONLY
        return inspect.Parameter(name, kind, default=None, annotation=annotation)

    asked = [one(name, _filter(table, name)) for name in CUTS[table]]
    if timed:
        asked.append(one("period", Period))
    asked.append(one("columns", _columns(table)))
    cut.__signature__ = inspect.Signature(asked)  # type: ignore[attr-defined]
    return Depends(cut)


def _filter(table: str, name: str) -> Any:
    column = schema(table)[name]
    below = "; those below it too" if name == "kind" else ""
    said = f"{column.meaning}{below} · {column.meaning_zh}"
    return Annotated[str | None, Query(description=said, pattern=TEXT)]


def _columns(table: str) -> Any:
    key = schema(table).names[0]
    said = f"Columns to give, apart by commas; {key} is always among them"
    one = rf"({'|'.join(schema(table).names)})"
    return Annotated[
        str | None, Query(description=said, pattern=rf"^{one}(,{one})*$", examples=[key])
    ]


def _serve(table: str) -> None:
    name, summary = TABLES[table]
    scope, chosen = f"{name}:read", cut_of(table)
    # a refused row is told whole, as it stood in its file
    roles = SEE_ORIGINALS if table == "quarantine" else READERS

    def rows(look: Look = paged(*roles, scope=scope), cut: Cut = chosen) -> Response:
        return listed(look, table, cut)

    rows.__doc__ = (
        f"Give rows of the table `{table}` in the order of the ledger, at one version on all "
        "pages. With an Accept of Arrow, Parquet, NDJSON or CSV all rows that match come in one "
        "stream, and `limit` has no meaning."
    )
    router.add_api_route(
        f"/{name}", rows, methods=["GET"], tags=[name], summary=summary,
        operation_id=f"list_{name}",
        responses=page_of(table), response_class=Response,
    )  # fmt: skip


for _table in TABLES:
    _serve(_table)


@router.get(
    "/activities/{activity_id:path}", tags=["activities"], summary="One activity",
    operation_id="get_activity", responses=one_of("activity"), response_class=Response,
)  # fmt: skip
def activity(
    activity_id: Identity, look: Look = look(*READERS, scope="activities:read")
) -> Response:
    """Give the activity of an identity as it holds at the version."""
    return look.answer(lambda: one(look, "activity", "activity_id", activity_id))


@router.get(
    "/emissions/{emission_id:path}", tags=["emissions"], summary="One emission row",
    operation_id="get_emission", responses=one_of("emission"), response_class=Response,
)  # fmt: skip
def emission(
    emission_id: Identity, look: Look = look(*READERS, scope="emissions:read")
) -> Response:
    """Give the emission row of an identity, which begins with that of its activity."""

    def found() -> bytes:
        rows = find(
            look.workspace, "emission", {"activity_id": [emission_id.split("|")[0]]},
            as_of=look.version,
        )  # fmt: skip
        return _only(rows.filter(emission_id=emission_id), "emission", emission_id)

    return look.answer(found)


def one(look: Look, table: str, key: str, value: str) -> bytes:
    """Give the one row of a table that a key names, as JSON.

    Raises
    ------
    TanluError
        TL484 when there is none.
    """
    if key not in COLUMNS.get(table, ()):
        rows = look.workspace.scan(table, as_of=look.version).filter(**{key: value}).head(1)
        return _only(rows.collect(engine="streaming"), table, value)
    return _only(find(look.workspace, table, {key: [value]}, as_of=look.version), table, value)


def _only(rows: Any, table: str, value: str) -> bytes:
    if not rows.height:
        raise TanluError("TL484", value=value)
    return items(table, rows.tail(1))[1:-1]
