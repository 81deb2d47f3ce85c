"""Topics: what can be watched, by whom, and what a frame of each has.

A frame is whole for a newcomer (``snapshot``) and else only what came since (``tick``): a series
grows by its points and is never sent again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tanlu.errors import TanluError
from tanlu.serve.live.parks import COLUMNS, age_s

if TYPE_CHECKING:
    from tanlu.serve.live.reader import Reader

__all__ = ["MOST", "WATCHERS", "payload", "wanted"]

# of one viewer
MOST = 16
STALE_S = 10.0
ALARMS = 200
DEVICES = 5000
STAFF = ("manager", "operator", "verifier", "developer")
WATCHERS = {
    "kpi": (*STAFF, "viewer"),
    "parks": (*STAFF, "viewer"),
    "park": (*STAFF, "viewer"),
    "devices": STAFF,
    "streams": STAFF,
    "alarms": STAFF,
    "quarantine": STAFF,
    "events": (*STAFF, "viewer"),
}
OF_PARK = ("park", "devices")
# of all parks, or of one that is named
OF_ANY = ("events",)
# a topic stands in a line of its own: nothing in it may end the line
NAMED = re.compile(r"[a-z]+(:[\w.@+-]{1,100})?")


def wanted(text: str, role: str) -> tuple[str, ...]:
    """Give the topics that a request names, each once.

    Raises
    ------
    TanluError
        TL940 for a topic that there is not, TL941 for none or too many, TL473 for one that the
        role may not watch.
    """
    found = tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
    if not 1 <= len(found) <= MOST:
        raise TanluError("TL941", value=len(found), most=MOST)
    for each in found:
        kind, _, about = each.partition(":")
        named = bool(about) == (kind in OF_PARK) or kind in OF_ANY
        if kind not in WATCHERS or not named or not NAMED.fullmatch(each):
            raise TanluError("TL940", value=each[:200], known=", ".join(WATCHERS))
        if role not in WATCHERS[kind]:
            raise TanluError("TL473", value=role)
    return found


class _Look(NamedTuple):
    """What a frame is made of."""

    reader: Reader
    about: str
    now_us: int
    whole: bool


def payload(reader: Reader, topic: str, now_us: int, *, whole: bool) -> dict[str, Any]:
    """Give what a frame of a topic says: ``stale_s`` is how old its newest part is [s]."""
    kind, _, about = topic.partition(":")
    told: dict[str, Any] = {
        "topic": topic, "kind": "snapshot" if whole else "tick", "at_us": now_us,
    }  # fmt: skip
    told |= _MADE[kind](_Look(reader, about, now_us, whole))
    stale_s = told["stale_s"]
    return {**told, "stale": told.get("stale", stale_s is None or stale_s > STALE_S)}


def _kpi(look: _Look) -> dict[str, Any]:
    source = look.reader.source(look.now_us)
    rates = look.reader.rates()
    parks = {
        park: {
            "stale": _stale(told["roles"]),
            **{role: _power(told["roles"], role) for role in ("grid", "pv", "storage")},
            "carbon": told["carbon"],
        }
        for park, told in look.reader.told.items()
    }
    return {
        "stale_s": source["stale_s"], "source": source, "rows_s": round(sum(rates.values()), 1),
        "rows": look.reader.rows, "streams": len(rates), "channels": len(look.reader.channels),
        "quarantined": sum(look.reader.codes.values()), "alarms": len(look.reader.alerts),
        "parks": parks, "all": _all(list(parks.values())),
    }  # fmt: skip


def _all(parks: list[dict[str, Any]]) -> dict[str, str | int | None]:
    """Give the sums over all parks; a part that is unknown makes its sum unknown.

    The ends of intervals are added as they are: parks of one grid err together.
    """
    found: dict[str, str | int | None] = {}
    for role in ("grid", "pv", "storage"):
        watts = [park[role] for park in parks if park[role] is not None]
        found[role] = sum(watts) if watts and len(watts) == len(parks) else None
    told = [park["carbon"] for park in parks if park["carbon"] is not None]
    for name in ("ug_s", "lower_ug_s", "upper_ug_s"):
        whole = bool(told) and len(told) == len(parks)
        found[name] = str(sum(int(each[name]) for each in told)) if whole else None
    return found


def _stale(roles: dict[str, Any]) -> bool:
    return any(role["stale"] for role in roles.values())


def _power(roles: dict[str, Any], role: str) -> int | None:
    found = roles.get(role)
    return None if found is None or found["stale"] else found["w"]


def _parks(look: _Look) -> dict[str, Any]:
    source = look.reader.source(look.now_us)
    return {
        "stale_s": source["stale_s"],
        "parks": [
            {
                **look.reader.parks.names[park],
                "stale": _stale(told["roles"]),
            }
            for park, told in look.reader.told.items()
        ],
    }


def _park(look: _Look) -> dict[str, Any]:
    park = look.about
    told = look.reader.told.get(park)
    if told is None:
        return {"stale_s": None, "roles": {}}
    ages = [role["stale_s"] for role in told["roles"].values()]
    found = {
        **told, "stale_s": max(ages), "stale": _stale(told["roles"]),
    }  # fmt: skip
    if look.whole:
        found["park"] = look.reader.parks.names[park]
        found["columns"] = ["at_us", *COLUMNS]
        found["points"] = list(look.reader.points.get(park, ()))
    return found


def _devices(look: _Look) -> dict[str, Any]:
    park = look.about
    here = look.reader.parks.devices.get(park)
    if here is None:
        return {"stale_s": None, "values": []}
    newest = int(look.reader.channels["at"][here].max())
    if not look.whole:
        changed = look.reader.changed if look.reader.changed is not None else np.zeros(0, np.int64)
        here = np.intersect1d(here, changed)
    rows = look.reader.channels.latest(here[:DEVICES])
    return {
        "stale_s": age_s(newest, look.now_us), "columns": ["device", "stream", "at", "value"],
        "values": rows.select("device", "stream", "at", "value").rows(),
        "more": here.size > DEVICES,
    }  # fmt: skip


def _streams(look: _Look) -> dict[str, Any]:
    rates = look.reader.rates()
    steps = dict(look.reader.registry.streams.select("stream", "step_us").iter_rows())
    told = []
    for row in look.reader.channels.missing().iter_rows(named=True):
        stale_s = age_s(row["received"], look.now_us)
        limit = 3e-6 * (steps.get(row["stream"]) or 60_000_000)
        told.append({
            "stream": row["stream"], "devices": row["devices"], "missing": row["missing"],
            "rows_s": rates.get(row["stream"], 0.0), "newest_us": row["at"], "stale_s": stale_s,
            "stale": stale_s > limit,
        })  # fmt: skip
    return {"stale_s": look.reader.source(look.now_us)["stale_s"], "streams": told}


def _alarms(look: _Look) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for each in look.reader.alerts:
        counts[each["alert"]] = counts.get(each["alert"], 0) + 1
    order = {"error": 0, "warning": 1, "info": 2}
    first = sorted(look.reader.alerts, key=lambda each: order.get(each["severity"], 3))[:ALARMS]
    stale_s = look.reader.source(look.now_us)["stale_s"]
    return {"stale_s": stale_s, "counts": counts, "alarms": first}


def _events(look: _Look) -> dict[str, Any]:
    all_ = [each for each in look.reader.events if _here(each, look.about)]
    fresh = look.reader.fresh["events"]
    rows = all_ if look.whole else [each for each in fresh if _here(each, look.about)]
    newest = max((each["at"] for each in all_), default=None)
    stale_s = None if newest is None else age_s(newest, look.now_us)
    # that nothing happens is no fault: what is stale is the log
    heard = look.reader.source(look.now_us)["stale_s"]
    return {"stale_s": stale_s, "stale": heard is None or heard > STALE_S, "events": rows}


def _here(event: dict[str, Any], park: str) -> bool:
    """Tell whether something happened in a park; anywhere where none is named."""
    return not park or str(event["place"] or "").split("/")[0] == park


def _quarantine(look: _Look) -> dict[str, Any]:
    rows = list(look.reader.refused) if look.whole else look.reader.fresh["refused"]
    return {
        "stale_s": look.reader.source(look.now_us)["stale_s"],
        "codes": look.reader.codes,
        "rows": rows,
    }


_MADE = {
    "kpi": _kpi, "parks": _parks, "park": _park, "devices": _devices, "streams": _streams,
    "alarms": _alarms, "events": _events, "quarantine": _quarantine,
}  # fmt: skip
