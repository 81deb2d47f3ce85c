"""What the words mean: the tables with their columns, the kinds, the glossary; devices, streams."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as InPath
from fastapi.responses import Response
from pydantic import BaseModel, Field

from tanlu.monitor.devices import Registry
from tanlu.serve.resources.asking.look import Look, look
from tanlu.serve.resources.roles import READERS
from tanlu.serve.resources.telling.cells import row_schema
from tanlu.serve.resources.telling.documented import PageOf, modelled
from tanlu.terms import glossary, kinds, schema

__all__ = ["router"]

router = APIRouter(prefix="/v1")
TABLES = tuple(
    sorted(
        file.name.removesuffix(".csv")
        for file in resources.files("tanlu.terms").joinpath("schema").iterdir()
        if file.name.endswith(".csv")
    )
)
Table = Annotated[
    str,
    InPath(
        description="Name of the table · 表名", pattern=f"^({'|'.join(TABLES)})$",
        examples=["emission"],
    ),
]  # fmt: skip
# by the hash of its token a device is known; nobody needs to read it
SECRET = ("token_sha256",)


class ColumnTold(BaseModel):
    """A column: its type, unit and meaning, with the clause behind it."""

    name: str
    type: str
    unit: str
    required: bool
    group: str
    meaning: str
    meaning_zh: str
    reference: str


class TableTold(BaseModel):
    """A table: its columns in order, and the JSON Schema of a row as this API gives it."""

    table: str
    columns: list[ColumnTold]
    json_schema: dict[str, Any]


class TermTold(BaseModel):
    """A word of the house."""

    en: str
    zh: str
    meaning: str
    meaning_zh: str
    reference: str


class KindTold(BaseModel):
    """A kind of activity; ``forms`` name the quantities that count it, the best first."""

    name: str
    en: str
    zh: str
    forms: list[str]
    reference: str


class DeviceTold(BaseModel):
    """A device as it holds now: columns of the table device, without what it sends with."""

    device: str
    state: str = Field(description="enrolled, revoked or retired")
    about: dict[str, Any]


class StreamTold(BaseModel):
    """A stream as it is defined now: columns of the table stream."""

    stream: str
    role: str
    unit: str | None
    about: dict[str, Any]


def _whole(look: Look, found: list[Any]) -> Response:
    state = hashlib.sha256(json.dumps(found, default=str).encode()).hexdigest()
    told = {"items": found, "next": None, "ledger_version": look.version}
    return look.also(state).answer(lambda: told)


def _table(name: str) -> dict[str, Any]:
    columns = [
        {field: getattr(column, field) for field in ColumnTold.model_fields}
        for column in schema(name).columns
    ]
    return {"table": name, "columns": columns, "json_schema": row_schema(name)}


@router.get(
    "/schemas", tags=["words"], summary="The tables", operation_id="list_schemas",
    responses=modelled("All tables", PageOf[TableTold]), response_class=Response,
)  # fmt: skip
def schemas(look: Look = look()) -> Response:
    """Give every table with its columns: type, unit, meaning in both tongues, clause."""
    return _whole(look, [_table(name) for name in TABLES])


@router.get(
    "/schemas/{table}", tags=["words"], summary="One table", operation_id="get_schema",
    responses=modelled("The table", TableTold), response_class=Response,
)  # fmt: skip
def one_schema(table: Table, look: Look = look()) -> Response:
    """Give a table with its columns, and the JSON Schema of its rows."""
    return look.answer(lambda: _table(table))


@router.get(
    "/glossary", tags=["words"], summary="The words", operation_id="list_glossary",
    responses=modelled("All words", PageOf[TermTold]), response_class=Response,
)  # fmt: skip
def words(look: Look = look()) -> Response:
    """Give the words of the house: one word, one meaning, in both tongues."""
    names = TermTold.model_fields
    found = [{name: getattr(each, name) for name in names} for each in glossary.glossary()]
    return _whole(look, found)


@router.get(
    "/kinds", tags=["words"], summary="Kinds of activity", operation_id="list_kinds",
    responses=modelled("All kinds", PageOf[KindTold]), response_class=Response,
)  # fmt: skip
def all_kinds(look: Look = look()) -> Response:
    """Give the kinds of activity, with the quantities that count each."""
    found = [{**each._asdict(), "forms": list(each.forms)} for each in kinds.kinds().values()]
    return _whole(look, found)


@router.get(
    "/devices", tags=["streams"], summary="Devices", operation_id="list_devices",
    responses=modelled("Devices as they hold now", PageOf[DeviceTold]), response_class=Response,
)  # fmt: skip
def devices(look: Look = look(*READERS, scope="streams:read")) -> Response:
    """Give the devices that are enrolled, revoked or retired, with place, class and calibration."""
    rows = Registry.of(look.workspace).devices.drop(SECRET, strict=False).sort("device")
    return _whole(look, [
        {"device": row["device"], "state": row["state"], "about": row} for row in rows.to_dicts()
    ])  # fmt: skip


@router.get(
    "/streams", tags=["streams"], summary="Streams", operation_id="list_streams",
    responses=modelled("Streams as they are defined now", PageOf[StreamTold]),
    response_class=Response,
)  # fmt: skip
def streams(look: Look = look(*READERS, scope="streams:read")) -> Response:
    """Give the streams that are taken, the ledger's own and those that are shipped."""
    rows = Registry.of(look.workspace).streams.sort("stream")
    return _whole(look, [
        {"stream": row["stream"], "role": row["role"], "unit": row["unit"], "about": row}
        for row in rows.to_dicts()
    ])  # fmt: skip
