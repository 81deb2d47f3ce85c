"""One look at what is live, for a page that is written before its script watches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from tanlu.errors import TanluError
from tanlu.serve.live.frames import bodies
from tanlu.serve.live.hub import Hub, Viewer
from tanlu.serve.live.parks import named
from tanlu.serve.live.topics import WATCHERS, wanted

if TYPE_CHECKING:
    from tanlu.serve.api import Asked

__all__ = ["followed", "known_parks", "look"]

# a page does not wait for long: what comes later comes by the stream
PATIENCE_S = 4.0


async def look(
    asked: Asked, topics: Sequence[str], *, patience_s: float = PATIENCE_S
) -> dict[str, dict[str, Any]]:
    """Give a whole picture of topics by name; of those only that the role may watch.

    Empty where no hub follows the streams, and where nothing is told within seconds.
    """
    hub: Hub | None = getattr(asked.request.app.state, "hub", None)
    role = asked.principal.role if asked.principal else ""
    seen = [each for each in topics if role in WATCHERS[each.partition(":")[0]]]
    if hub is None or not seen:
        return {}
    viewer = Viewer(asked.tenant, wanted(",".join(seen), role), None)
    try:
        hub.watch(viewer, asked.workspace)
    except TanluError:
        return {}
    try:
        data = await viewer.next(patience_s)
    finally:
        hub.leave(viewer)
    return {name: msgspec.json.decode(body) for name, body in bodies(data or b"").items()}


def followed(asked: Asked) -> bool:
    """Tell whether a hub follows the streams here, so that there is something to watch."""
    return getattr(asked.request.app.state, "hub", None) is not None


def known_parks(asked: Asked) -> list[dict[str, Any]]:
    """Give the parks that the registry knows, heard or not, where the role may watch them."""
    from tanlu.monitor.devices import Registry

    role = asked.principal.role if asked.principal else ""
    if role not in WATCHERS["parks"] or not followed(asked):
        return []
    places = Registry.of(asked.workspace).devices["place"].drop_nulls().str.split("/").list.first()
    return list(named(sorted(places.unique().to_list())).values())
