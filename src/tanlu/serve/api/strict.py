"""Strict queries: a name that an operation does not know is told, not passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError

if TYPE_CHECKING:
    from fastapi.dependencies.models import Dependant

__all__ = ["strict"]

# any answer comes in the language that is asked for
EVERYWHERE = ("lang",)


def strict(request: Request) -> None:
    """Refuse parameters that the route does not know, and one that is told twice.

    A filter with a slip of the pen would else give every row, and look like an answer.

    Raises
    ------
    RequestValidationError
        For each of them.
    """
    known = {*EVERYWHERE, *_names(request.scope["route"].dependant)}
    told = Counter(name for name, _ in request.query_params.multi_items())
    wrong: list[dict[str, Any]] = [
        {"loc": ("query", name), "msg": "no such parameter" if name not in known else "told twice",
         "type": "strict"}
        for name, count in told.items()
        if name not in known or count > 1
    ]  # fmt: skip
    if wrong:
        raise RequestValidationError(wrong)


def _names(dependant: Dependant) -> Iterator[str]:
    for each in dependant.query_params:
        yield each.alias
    for within in dependant.dependencies:
        yield from _names(within)
