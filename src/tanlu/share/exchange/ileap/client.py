"""A client of a partner's iLEAP: its objects in footprints of PACT 2, and its activity data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.share.exchange.ileap.checks.checking import check
from tanlu.share.exchange.ileap.checks.envelopes import kind_of
from tanlu.share.exchange.ileap.tables import SCHEMAS
from tanlu.share.exchange.pact import Client

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tanlu.share.exchange.ileap.checks.findings import Checked

__all__ = ["Received", "receive"]

FORM = 2
PATH = "/2/ileap/tad"


class Received(NamedTuple):
    """What a partner gave, as it came, and what the check found when it did all of it again."""

    footprints: list[Any]
    tads: list[Any]
    checked: Checked


def receive(client: Client, asked: Iterable[tuple[str, str]] = ()) -> Received:
    """Give a partner's iLEAP objects and activity data with what an import check finds in them.

    Parameters
    ----------
    client
        A client of PACT: iLEAP goes the same way.
    asked
        A filter on activity data: ``("mode", "Road")``.

    Raises
    ------
    TanluError
        TL866 when the partner cannot be reached, TL879 when it does not answer as iLEAP says.
    """
    footprints = [each for page in client.pages(FORM) for each in page if _ours(each)]
    tads = [each for page in client.listed(PATH, asked) for each in page]
    held = [each for each in (*footprints, *tads) if isinstance(each, dict)]
    return Received(footprints, tads, check(held))


def _ours(footprint: object) -> bool:
    held = footprint.get("extensions") if isinstance(footprint, dict) else None
    return isinstance(held, list) and any(kind_of(each) in SCHEMAS for each in held)
