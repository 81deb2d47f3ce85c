"""What the routes of PACT take and give, as OpenAPI says it."""

from __future__ import annotations

from typing import Any

from tanlu.share.exchange.pact import events, filters, schema

__all__ = ["errors", "event", "given", "parameters"]

Told = dict[str, Any]
TEXT: Told = {"type": "string"}
WORD: Told = {"type": "string", "pattern": r"\S"}
WORDS: Told = {"type": "array", "items": WORD, "minItems": 1, "maxItems": filters.MOST_EACH}
MOMENT: Told = {"type": "string", "format": "date-time"}
UUID: Told = {"type": "string", "format": "uuid"}
# where an answer can go
REACHED: Told = {
    "type": "string", "maxLength": 1000,
    "pattern": r"^(https?:)?//[A-Za-z0-9][A-Za-z0-9.\-]*(:[0-9]{1,4})?(/[A-Za-z0-9/._\-]*)?$",
}  # fmt: skip
# what is asked in an address may be blank, which asks nothing, and a day for its first moment
ASKED_MOMENT: Told = {
    "type": "string",
    "pattern": r"^\s*([0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(\.[0-9]+)?([Zz]|[+\- ][0-9]{2}:?[0-9]{2})?)?)?\s*$",
}
BLANK: Told = {"const": ""}
ASKED_LIMIT: Told = {"anyOf": [{"type": "integer", "minimum": 0}, BLANK]}
MOMENTS = ("validOn", "validAfter", "validBefore")
SHOWN = ("productIds", "companyIds", "productClassifications")
REFUSALS = {400: "Bad request", 401: "Not known, or no longer", 403: "Not allowed"}


def parameters(form: int) -> list[Told]:
    """Give the parameters of a list."""
    told: dict[str, Told] = {"limit": ASKED_LIMIT}
    if form == 3:
        told |= {
            name: {"type": "array", "items": TEXT, "maxItems": filters.MOST_EACH}
            for name in filters.NAMES
        }
        told |= {name: ASKED_MOMENT for name in MOMENTS}  # noqa: C420 - nobody changes them
    else:
        told["$filter"] = {"anyOf": [{"type": "string", "format": "odata-filter"}, BLANK]}
    return [{"name": name, "in": "query", "required": False, "schema": each}
            for name, each in told.items()]  # fmt: skip


def errors(*more: int) -> dict[int | str, Told]:
    """Give the answers to what cannot be done."""
    body = _object({"code": TEXT, "message": TEXT})
    words = REFUSALS | dict.fromkeys(more, "Not found")
    return {status: {"description": said, "content": {"application/json": {"schema": body}}}
            for status, said in words.items()}  # fmt: skip


def given(form: int, *, many: bool) -> dict[int | str, Told]:
    """Give the answers of a list or of one footprint."""
    told = schema(form)
    whole = _inline({k: v for k, v in told.items() if k not in ("$schema", "$defs")}, told["$defs"])
    answer = _object({"data": {"type": "array", "items": whole} if many else whole})
    what = "Footprints" if many else "A footprint"
    found = errors() if many else errors(404)
    return found | {200: {"description": what, "content": {"application/json": {"schema": answer}}}}


def event(form: int) -> Told:
    """Give the body of an event."""
    answered = {"requestEventId": TEXT}
    footprints = {"type": "array", "minItems": 1, "maxItems": 20, "items": _object({"id": UUID})}
    data = {
        "created": _asked() if form == 3 else _shown(),
        "published": _object({"pfIds": {"type": "array", "items": UUID}}, ()),
        "fulfilled": _object({**answered, "pfs": footprints}),
        "rejected": _object({**answered, "error": _object({"code": TEXT, "message": TEXT})}),
    }
    name = {"type": "string", "minLength": 1, "maxLength": 1000}
    kinds = [
        _object({
            "type": {"const": events.TYPES[form][kind]}, "specversion": {"const": "1.0"},
            "id": name, "source": REACHED if kind == "created" else name, "time": MOMENT,
            "data": each,
        })
        for kind, each in data.items()
    ]  # fmt: skip
    content = {"application/cloudevents+json": {"schema": {"oneOf": kinds}}}
    return {"requestBody": {"required": True, "content": content}}


def _asked() -> Told:
    names: dict[str, Told] = dict.fromkeys(filters.NAMES, WORDS) | dict.fromkeys(MOMENTS, MOMENT)
    return _object({**names, "comment": TEXT}, ()) | {
        "anyOf": [{"required": [name]} for name in names]
    }


def _shown() -> Told:
    names: dict[str, Told] = dict.fromkeys(SHOWN, WORDS)
    shown = _object(names, ()) | {"anyOf": [{"required": [name]} for name in names]}
    return _object({"pf": shown, "comment": TEXT}, ("pf",))


def _object(told: dict[str, Told], required: tuple[str, ...] | None = None) -> Told:
    names = list(told) if required is None else list(required)
    made: Told = {"type": "object", "properties": told}
    return made | {"required": names} if names else made


def _inline(told: Any, parts: Told) -> Any:
    """Give a schema with its parts in their places: a reference counts from the whole document."""
    if isinstance(told, list):
        return [_inline(each, parts) for each in told]
    if not isinstance(told, dict):
        return told
    if "$ref" in told:
        return _inline(parts[told["$ref"].rpartition("/")[2]], parts)
    return {name: _inline(each, parts) for name, each in told.items()}
