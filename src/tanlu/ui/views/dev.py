"""开发: how to begin with this server by program, and every operation that it offers."""

from __future__ import annotations

import json
from typing import Any

from tanlu.errors import TanluError
from tanlu.serve.hooks import EVENTS
from tanlu.serve.resources import describe
from tanlu.ui.acting import acted
from tanlu.ui.frame.page import Context, Moved, Shown, View
from tanlu.ui.views.admin.clients import base, make

__all__ = ["VIEWS", "operation", "operations", "show"]

METHODS = ("get", "post", "put", "patch", "delete")
PLACE = "$KEY"
DEEP = 4


def show(context: Context) -> Shown | Moved:
    """Give the quick start; a key that is made here stands in its lines."""
    outcome = acted(context, {"key": _key})
    if outcome.moved is not None:
        return outcome.moved
    made = outcome.model["made"]
    model = {
        "lines": _lines(context, made.secret if made else PLACE), "base": base(context),
        "counts": [(tag, n, context.url("dev.api") + f"#{tag}") for tag, n in _tags(context)],
        "events": EVENTS, **outcome.model,
    }  # fmt: skip
    return Shown("dev/start.html", model, status=outcome.status, headers=outcome.headers)


def _key(context: Context) -> dict[str, Any]:
    return {"made": make(context, "quick start", "developer", "key")}


def _curl(context: Context) -> str:
    """Give the word with which a program asks this server; ours signs its certificate itself."""
    own = context.asked.home.path / "tls.pem"
    near = context.request.url.hostname in ("127.0.0.1", "localhost")
    if base(context).startswith("https:") and near and own.exists():
        return f"curl -s --cacert '{own}'"
    return "curl -s"


def _lines(context: Context, key: str) -> list[tuple[str, str]]:
    t, at, curl = context.words, base(context), _curl(context)
    sent = f'-H "Authorization: Bearer {key}"'
    asked = (
        ("who", f'{curl} {sent} "{at}/v1/me"'),
        ("emissions", f'{curl} {sent} "{at}/v1/emissions?limit=3"'),
        ("search", f'{curl} {sent} "{at}/v1/search?limit=3&sort=-co2e"'),
        ("footprints", f'{curl} {sent} "{at}/3/footprints"'),
        ("token", f'{curl} -u "$ID:$SECRET" -d grant_type=client_credentials "{at}/auth/token"'),
        ("live", f'{curl} -N {sent} "{at}/v1/live?topics=kpi"'),
        ("openapi", f'{curl} "{at}/openapi.json"'),
    )
    return [(t(f"dev.line.{name}"), line) for name, line in asked]


def operations(context: Context) -> Shown:
    """Give all operations by what they are about."""
    rows = _operations(context)
    query = context.query("q").casefold()
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if query in f"{row['method']} {row['path']} {row['summary']}".casefold():
            found.setdefault(row["tag"], []).append(row)
    model = {
        "groups": sorted(found.items()), "query": context.query("q"),
        "count": sum(map(len, found.values())),
    }  # fmt: skip
    return Shown("dev/api.html", model, fragment="dev/api-rows.html")


def operation(context: Context) -> Shown:
    """Give one operation: what it takes, what it gives, who may."""
    wanted = context.path("operation")
    row = next((r for r in _operations(context) if r["id"] == wanted), None)
    if row is None:
        raise TanluError("TL931", value=wanted[:80])
    told, schema = row["told"], describe(context.request.app)
    body = told.get("requestBody", {}).get("content", {})
    model = {
        "row": row, "text": told.get("description", ""),
        "parameters": [
            (each["name"], each["in"], _kind(each.get("schema", {})),
             "✓" if each.get("required") else "", each.get("description", ""))
            for each in told.get("parameters", ())
        ],
        "bodies": [
            (media, _pretty(_plain(each.get("schema", {}), schema, DEEP)))
            for media, each in body.items()
        ],
        "answers": [
            (status, each.get("description", ""), [
                (media, _pretty(_plain(shape.get("schema", {}), schema, DEEP)))
                for media, shape in each.get("content", {}).items()
            ])
            for status, each in told.get("responses", {}).items()
        ],
        "line": _line(context, row, body),
    }  # fmt: skip
    return Shown("dev/operation.html", model, title=f"{row['method']} {row['path']}")


def _operations(context: Context) -> list[dict[str, Any]]:
    zh = context.language == "zh"
    return [
        {
            "id": told["operationId"], "method": method.upper(), "path": path, "told": told,
            "tag": (told.get("tags") or ["api"])[0],
            "summary": (told.get("x-summary-zh") if zh else None) or told.get("summary", ""),
            "roles": told.get("x-tanlu-roles", ()), "scope": told.get("x-tanlu-scope", ""),
            "public": not told.get("security"),
        }
        for path, item in describe(context.request.app)["paths"].items()
        for method, told in item.items() if method in METHODS
    ]  # fmt: skip


def _tags(context: Context) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for row in _operations(context):
        found[row["tag"]] = found.get(row["tag"], 0) + 1
    return sorted(found.items())


def _line(context: Context, row: dict[str, Any], body: dict[str, Any]) -> str:
    words = [_curl(context)] + ([] if row["method"] == "GET" else [f"-X {row['method']}"])
    words += [] if row["public"] else [f'-H "Authorization: Bearer {PLACE}"']
    if body:
        words.append(f"-H 'Content-Type: {next(iter(body))}' -d @body")
    return f'{" ".join(words)} "{base(context)}{row["path"]}"'


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " | ".join(_kind(each) for each in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    told = schema.get("type", "")
    kind = " | ".join(told) if isinstance(told, list) else str(told)
    return f"{_kind(schema.get('items', {}))}[]" if kind == "array" else kind


def _plain(schema: dict[str, Any], whole: dict[str, Any], deep: int) -> Any:
    """Give a schema as an example would have it: names with the kinds of their values."""
    if "$ref" in schema:
        found = whole
        for part in str(schema["$ref"]).removeprefix("#/").split("/"):
            found = found.get(part, {})
        return _plain(found, whole, deep) if deep else _kind(schema)
    for name in ("anyOf", "oneOf", "allOf"):
        some = [each for each in schema.get(name, ()) if each != {"type": "null"}]
        if some:
            return _plain(some[0], whole, deep)
    if "properties" in schema and deep:
        return {
            name: _plain(each, whole, deep - 1) for name, each in schema["properties"].items()
        }  # fmt: skip
    if schema.get("type") == "array" and deep:
        return [_plain(schema.get("items", {}), whole, deep - 1)]
    return _kind(schema) or "…"


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


ROLES = ("manager", "operator", "verifier", "developer")
VIEWS = (
    View(
        "dev", "/dev", show, roles=("manager", "developer"), group="admin", place=60,
        methods=("GET", "POST"),
    ),
    View("dev.api", "/dev/api", operations, roles=ROLES),
    View("dev.operation", "/dev/api/{operation}", operation, roles=ROLES),
)  # fmt: skip
