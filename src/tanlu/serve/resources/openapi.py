"""What the whole application offers, as OpenAPI 3.1: routes, tables, problems, who may what."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response

from tanlu.serve.api import PUBLIC, Asked, allow, permissions
from tanlu.serve.hooks import described
from tanlu.serve.resources.rooms.tables import TABLES
from tanlu.serve.resources.telling.cells import component, referring, row_schema

__all__ = ["describe", "router"]

router = APIRouter()
PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457), with one of our codes",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:tanlu:problem:TL484"]},
        "title": {"type": "string", "description": "In the language of who asked"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "pattern": "^TL[0-9]{3}$", "examples": ["TL484"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
            },
        },
    },
    "examples": [{
        "type": "urn:tanlu:problem:TL484", "status": 404, "code": "TL484",
        "title": "[TL484] there is nothing at 'TL1'",
    }],
}  # fmt: skip
TAGS = {
    "activities": "What happened, read and brought in · 活动",
    "emissions": "What was emitted, one row a boundary · 排放",
    "shipments": "A shipment from its first leg to its last · 运单",
    "totals": "Sums as the reports have them · 合计",
    "inventory": "The inventory by scope · 清单",
    "why": "Why a number is what it is · 数字的由来",
    "reports": "Reports as files · 报告文件",
    "factors": "Factors, their packs, and which one holds · 因子",
    "findings": "What was noticed · 发现",
    "quarantine": "Rows that were refused, and how they are mended · 隔离",
    "uploads": "A file in by steps · 上传",
    "evidence": "Signed batches of devices · 证据",
    "quality": "Quality of streams by day · 数据质量",
    "streams": "Devices and streams · 设备与数据流",
    "ledger": "Editions, log, checkpoints, proofs · 账库",
    "originals": "The files that came in · 原件",
    "words": "Tables, kinds and words · 词汇",
    "api": "This description · 接口描述",
    "health": "Whether the server answers · 健康检查",
    "live": "What happens now · 实时",
    "jobs": "What runs long: asked for, watched, cancelled · 作业",
    "webhooks": "Who is told of what happens · 网络回调",
    "pact": "Footprints for partners (PACT V3 and V2) · 碳足迹交换",
    "ileap": "Transport activity data for partners (iLEAP) · 运输活动数据",
    "EPCIS": "Events of things (EPCIS 2.0) · 事件",
    "quotes": "What a parcel will emit, at the checkout · 报价",
    "access": "Who may: people, programs, tokens, the log of what they did · 访问",
}
SAYS = (
    "Amounts are decimal strings in the unit that a name ends with, times are microseconds since "
    "1970 UTC. Lists lead on by `Link` and `next`; what was read of a ledger has an `ETag` and "
    "names its version in `Tanlu-Ledger-Version`. Problems are problem+json with a code. "
    "数量是十进制字符串，单位由名称结尾给出；时间为自 1970 年起的 UTC 微秒。"
    "列表以 `Link` 与 `next` 翻页；读自账库的应答带 `ETag`，"
    "并以 `Tanlu-Ledger-Version` 给出版本。问题说明为 problem+json，含代码。"
)
LICENCE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
SCHEMES = {
    "bearer": {
        "type": "http", "scheme": "bearer",
        "description": "An API key, or the token that /auth/token gives",
    },
    "session": {
        "type": "apiKey", "in": "cookie", "name": "__Host-tanlu",
        "description": "A browser's session; what changes something needs X-CSRF-Token too",
    },
}  # fmt: skip
# identities in paths of operations that say no more of them
NAMES = {
    "client": "Identity of the program · 程序标识",
    "engagement": "Name of the engagement · 核查任务名称",
    "invitation": "Identity of the invitation · 邀请标识",
    "merchant": "Key of the shop · 商家公钥",
    "person": "Identity of the person · 人员标识",
    "wall": "Identity of the wall link · 大屏链接标识",
}
REFUSED = {"401": "Nobody known asks", "403": "The role or the key may not do this"}


@router.get(
    "/openapi.json", tags=["api"], summary="This API as OpenAPI 3.1", operation_id="openapi",
    response_class=Response,
    responses={200: {
        "description": "OpenAPI 3.1",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }},
)  # fmt: skip
def openapi(asked: Asked = allow(PUBLIC)) -> Any:
    """Give the description of all routes."""
    from fastapi.responses import JSONResponse

    return JSONResponse(describe(asked.request.app))


def describe(app: FastAPI) -> dict[str, Any]:
    """Give the description of an application; it is made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> Any:
    made = get_openapi(
        title=app.title, version=app.version, summary=app.summary, routes=app.routes,
        openapi_version="3.1.0", description=SAYS, license_info=LICENCE,
    )  # fmt: skip
    made["tags"] = [{"name": name, "description": said} for name, said in TAGS.items()]
    parts = made.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    schemas |= {component(table): row_schema(table) for table in (*TABLES, "factor", "edition")}
    schemas["Problem"] = PROBLEM
    parts["securitySchemes"] = {**SCHEMES, "oauth2": _flow(app)}
    for method, path, roles, scope in permissions(app):
        operation = made["paths"].get(path.replace(":path}", "}"), {}).get(method.lower())
        if operation is not None:
            _secured(operation, roles, scope)
            if path.startswith(app.state.forms):
                _foreign(operation)
            else:
                _problems(operation, public=PUBLIC in roles)
            said = words().get(operation["operationId"])
            if said is not None:
                operation["x-summary-zh"] = said
    if "/v1/hooks" in made["paths"]:
        made["webhooks"] = described()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return referring(made)


@cache
def words() -> dict[str, str]:
    """Give the summary of each operation in Chinese."""
    text = resources.files("tanlu.serve.resources").joinpath("operations.csv")
    rows = csv.DictReader(text.read_text(encoding="utf-8").splitlines())
    return {row["operation"]: row["zh"] for row in rows}


def _flow(app: FastAPI) -> dict[str, Any]:
    """Say how a program gets its token, and to what one can be narrowed."""
    scopes = sorted({scope for _, _, _, scope in permissions(app) if scope is not None})
    told = {each: " ".join(each.split(":")[::-1]).capitalize() for each in scopes}
    return {
        "type": "oauth2",
        "description": "The token that a program gets for its id and secret",
        "flows": {"clientCredentials": {"tokenUrl": "/auth/token", "scopes": told}},
    }


def _present(parameter: dict[str, Any]) -> None:
    """Say of a parameter that may be left off what it is when it is there: never null."""
    told = parameter.get("schema", {})
    some = [each for each in told.get("anyOf", ()) if each != {"type": "null"}]
    if parameter["in"] != "path" and len(some) == 1:
        del told["anyOf"]
        told |= some[0]
        told.pop("description", None)


def _secured(operation: dict[str, Any], roles: tuple[str, ...], scope: str | None) -> None:
    """Say who may call an operation."""
    for each in operation.get("parameters", ()):
        _present(each)
        if each["in"] == "path" and each["name"] in NAMES:
            each.setdefault("description", NAMES[each["name"]])
    public = PUBLIC in roles
    granted: list[dict[str, list[str]]] = [
        {"bearer": []}, {"session": []}, {"oauth2": [] if scope is None else [scope]},
    ]  # fmt: skip
    operation["security"] = [] if public else granted
    if not public:
        operation["x-tanlu-roles"] = list(roles)
        if scope is not None:
            operation["x-tanlu-scope"] = scope


def _problems(operation: dict[str, Any], *, public: bool) -> None:
    """Add the problems that an operation can answer."""
    told = {} if public else dict(REFUSED)
    if operation.get("parameters") or operation.get("requestBody"):
        told["422"] = "The request cannot be read"
    responses = operation["responses"]
    for status, description in told.items():
        responses[status] = _problem(description)
    responses["4XX"] = _problem("Another request that can be mended")
    responses["5XX"] = _problem("A fault of the server, kept in its log by the number it names")


def _foreign(operation: dict[str, Any]) -> None:
    """Say that errors come in the form of the standard of the path, OAuth 2 for example."""
    told = {"schema": {"type": "object"}}
    content = {"application/json": told, "application/problem+json": told}
    for status in ("4XX", "5XX"):
        said = {"description": "An error in the form of this path's standard", "content": content}
        operation["responses"].setdefault(status, said)


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}
