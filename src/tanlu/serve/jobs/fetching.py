"""What a partner tells, fetched page by page, kept as it came with what does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.exchange import answers, shelf
from tanlu.share.egress import Egress
from tanlu.share.exchange.pact import Client, Fetched, check_all
from tanlu.terms import Progress

if TYPE_CHECKING:
    from tanlu.serve.api import Home
    from tanlu.share.exchange.pact import Transport

__all__ = ["fetched"]

FORMS = {"2": 2, "3": 3}


def fetched(
    home: Home, tenant: str, base: str, form: str,
    reach: Callable[[bool], Transport] | None = None,
) -> Iterator[Progress]:  # fmt: skip
    """Fetch the footprints of a partner; the result tells how many, how many new, and findings.

    Raises
    ------
    TanluError
        TL491 for a form that there is not, TL879 for a partner that nobody named, TL866 for one
        that cannot be reached.
    """
    if form not in FORMS:
        raise TanluError("TL491", value="form", why=f"it is one of {', '.join(FORMS)}")
    with home.state.of(tenant) as state:
        friend, near = answers.friend_of(state, base)
    client = Client(friend, reach(near) if reach else Egress(near=near))
    contents: list[Any] = []
    yield Progress("fetch", 0, None, "footprints")
    for page in client.pages(FORMS[form]):
        contents += page
        yield Progress("fetch", len(contents), None, "footprints")
    found = Fetched(FORMS[form], contents, check_all(contents, FORMS[form]))
    with home.state.of(tenant) as state:
        new = shelf.keep(state, friend.base, found)
    wrong = sum(len(each) for each in found.findings.values())
    result = {"base": friend.base, "footprints": len(contents), "new": new, "findings": wrong}
    yield Progress("fetch", len(contents), len(contents), "footprints", result=result)
