"""What a page or a program sends to come in, as JSON or as a form where no script runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from fastapi import Request

__all__ = ["Sent", "described", "is_form", "local", "read", "with_code"]

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
# in which parameters of its address a page is told what went wrong
SAID = ("code", "after_s")


class Sent(BaseModel):
    """What is sent; a field that is not asked for is refused."""

    model_config = ConfigDict(extra="forbid", str_max_length=2000)


S = TypeVar("S", bound=Sent)


def is_form(request: Request) -> bool:
    """Tell whether a form of a page was sent."""
    return request.headers.get("content-type", "").startswith(FORM)


async def read(request: Request, shape: type[S]) -> S:
    """Give what was sent as JSON or as a form.

    Raises
    ------
    TanluError
        TL486 for what is neither of both.
    """
    body = await request.body()
    try:
        if is_form(request):
            pairs = (await request.form()).multi_items()
            told: dict[str, Any] = {name: value for name, value in pairs if name != "csrf_token"}
            if len(pairs) != len({name for name, _ in pairs}):
                raise TanluError("TL486", value="form")
            return shape.model_validate(told)
        if request.headers.get("content-type", "").partition(";")[0].strip() != JSON:
            raise TanluError("TL486", value="content-type")
        return shape.model_validate_json(body)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_context=False, include_url=False)
        raise RequestValidationError(
            [{**each, "loc": ("body", *each["loc"])} for each in wrong]
        ) from None


def described(shape: type[Sent]) -> dict[str, Any]:
    """Give what OpenAPI says of a body that comes in both forms."""
    schema = shape.model_json_schema()
    content = {JSON: {"schema": schema}, FORM: {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


def local(path: str | None, otherwise: str = "/") -> str:
    """Give a path of this server to which a browser may be sent; nobody is sent elsewhere."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(path)
    sound = not parts.scheme and not parts.netloc and path.isprintable() and "\\" not in path
    return path if sound else otherwise


def with_code(path: str, error: TanluError) -> str:
    """Give the address of a page with what went wrong, for a form without a script."""
    parts = urlsplit(path)
    kept = {name: value for name, value in parse_qsl(parts.query) if name not in SAID}
    told = {"code": error.code}
    if "after_s" in error.fields:
        told["after_s"] = str(error.fields["after_s"])
    behind = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.path}?{urlencode({**kept, **told})}{behind}"
