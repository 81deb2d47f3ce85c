"""What is told of: each event with its words, and the form of its data as OpenAPI has it."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["EVENTS", "HEADERS", "MOST_NAMED", "Event", "described"]

# devices, or footprints, that one message names
MOST_NAMED = 100

Told = dict[str, Any]
TEXT: Told = {"type": "string"}
TEXTS: Told = {"type": "array", "items": TEXT}
MAYBE: Told = {"type": ["string", "null"]}
FIGURE: Told = {"type": ["number", "null"]}
COUNT: Told = {"type": "integer", "minimum": 0}
AMOUNT: Told = {"type": ["string", "null"], "pattern": "^-?[0-9]+$"}
VERSION: Told = {"type": "integer", "minimum": 1, "description": "Ledger version"}
WHEN: Told = {"type": "integer", "format": "int64", "description": "Microseconds since 1970 UTC"}
# header -> what it is
HEADERS = {
    "webhook-id": "Identity of the message; one that comes twice has the same",
    "webhook-timestamp": "When it was sent, in seconds since 1970",
    "webhook-signature": "v1, and the HMAC-SHA256 of identity, time and body under your secret; "
    "of several, apart by blanks, one must hold",
}


class Event(NamedTuple):
    """An event: what it says, the same in Chinese, and the properties of its data."""

    said: str
    said_zh: str
    data: Told


def _object(properties: Told, description: str = "") -> Told:
    made: Told = {"type": "object", "required": list(properties), "properties": properties}
    return {**made, "description": description} if description else made


def _rows(what: str, what_zh: str) -> Event:
    return Event(what, what_zh, {"version": VERSION, "rows": {**COUNT, "description": "New rows"}})


DEVICE = _object({
    "device": TEXT,
    "stream": {**MAYBE, "description": "Null where it is of the device as a whole"},
    "since": WHEN,
    "value": FIGURE,
    "limit": {**FIGURE, "description": "What was passed"},
    "unit": {**MAYBE, "description": "Unit of value and limit; null where none was told"},
})  # fmt: skip
FOOTPRINT = _object({
    "id": {"type": "string", "format": "uuid"},
    "form": {"type": "integer", "enum": [2, 3], "description": "Major version of PACT"},
    "product": TEXT,
    "product_ids": TEXTS,
    "unit": {**TEXT, "description": "Declared unit"},
    "pcf_kg": {**TEXT, "description": "kg CO2e a declared unit, without biogenic uptake"},
    "replaces": {**TEXTS, "description": "Footprints that this one deprecates: an update"},
})  # fmt: skip
EVENTS = {
    "edition.published": Event(
        "An edition was published", "发布了版次",
        {"version": VERSION, "edition": TEXT, "period": MAYBE, "profile": MAYBE, "basis": MAYBE,
         "co2e_ug": AMOUNT, "supersedes": MAYBE},
    ),
    "emission.written": _rows("Emissions were written", "写入了排放"),
    "finding.raised": _rows("Findings were raised", "提出了发现"),
    "footprint.published": Event(
        "Product footprints were published for partners, or new ones in the place of old",
        "向伙伴发布或更新了产品碳足迹",
        {"count": {**COUNT, "description": "How many this message tells of"},
         "footprints": {"type": "array", "items": FOOTPRINT, "maxItems": MOST_NAMED}},
    ),
    "job.done": Event(
        "A job ended", "任务结束",
        {"job": TEXT, "kind": TEXT,
         "state": {"type": "string", "enum": ["done", "failed", "cancelled", "broken"]}},
    ),
    "park.alarm": Event(
        "Something is wrong with devices of a park, or no longer", "园区设备出现或解除异常",
        {"park": {**MAYBE, "description": "First part of the place; null without a place"},
         "alert": {**TEXT, "description": "silent, overdue, or a rule of quality: range, rate …"},
         "code": {**MAYBE, "description": "Code of the finding, where a rule of quality found it"},
         "severity": {"type": "string", "enum": ["error", "warning", "info"]},
         "state": {"type": "string", "enum": ["raised", "cleared"]},
         "count": {**COUNT, "description": f"Devices, or findings, also beyond {MOST_NAMED}"},
         "devices": {"type": "array", "items": DEVICE, "maxItems": MOST_NAMED}},
    ),
    "quarantine.grew": _rows("Rows were refused", "隔离区增加"),
    "test": Event("A message that means nothing", "测试消息", {"hook": TEXT}),
}  # fmt: skip


def described() -> Told:
    """Give all events as OpenAPI 3.1 has webhooks."""
    return {name: {"post": _operation(name, event)} for name, event in EVENTS.items()}


def _operation(name: str, event: Event) -> Told:
    body = _object({
        "type": {"type": "string", "const": name},
        "timestamp": {"type": "string", "format": "date-time"},
        "data": _object(event.data),
    })  # fmt: skip
    headers = [
        {"name": each, "in": "header", "required": True, "schema": TEXT, "description": said}
        for each, said in HEADERS.items()
    ]
    return {
        "operationId": f"hear_{name.replace('.', '_')}", "tags": ["webhooks"],
        "summary": event.said, "x-summary-zh": event.said_zh,
        "description": f"{event.said}. Sent at least once to each hook that subscribed, signed as "
        "Standard Webhooks has it, and tried again for 72 hours.",
        "parameters": headers,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "2XX": {"description": "Heard"},
            "410": {"description": "Never again: the hook is disabled"},
            "default": {"description": "Tried again later; Retry-After is kept"},
        },
    }  # fmt: skip
