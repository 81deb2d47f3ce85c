"""Quotes of all organisations of a server, from what each holds in memory."""

from __future__ import annotations

import contextlib
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.account.chains import overrides
from tanlu.errors import TanluError
from tanlu.factors.packs import library_of
from tanlu.serve.quotes.asking import Asking, Place, placed
from tanlu.serve.quotes.estimating import Estimated, Pins, assumed, estimated, own
from tanlu.serve.quotes.lanes import PROFILE, Key, Lane, lanes
from tanlu.serve.quotes.merchants import Merchants
from tanlu.serve.quotes.options import Option, options
from tanlu.serve.quotes.signing import TYPE, Checked, check, signed
from tanlu.store.log import log_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanlu.account.chains import Overrides
    from tanlu.factors import Library
    from tanlu.serve.api import Home
    from tanlu.store import Workspace
    from tanlu.store.log import WorkspaceLog
    from tanlu.terms.proof import keys

__all__ = ["VALID_S", "Books", "Quotes", "books", "known_by", "prepared"]

GWP = "AR6"
VALID_S = 24 * 3600
MG = 1000
LOOK_S = 30.0
ONE_KG_MG = 1_000_000

Document = dict[str, Any]


class Books(NamedTuple):
    """What quotes of one organisation rest on, at one version of its ledger.

    That is the last at which it got anything but what devices tell: no quote rests on that.
    """

    version: int
    lanes: dict[Key, Lane]
    library: Library
    chains: Overrides
    key: keys.SigningKey
    log: str

    def pins(self, start_us: int) -> Pins:
        """Give what an estimate for a day rests on."""
        return Pins(self.library, self.chains, start_us, {})


def books(workspace: Workspace, held: Books | None = None) -> Books:
    """Read what quotes rest on; the lanes, which take long, only where those held are of less.

    Raises
    ------
    TanluError
        TL615 for an organisation without a log: nobody could know whose signature it is.
    """
    log = log_of(workspace)
    version = workspace.manifest.settled
    if held is not None and held.version == version:
        same = held._replace(chains=overrides(workspace.path), key=log.preparer, log=log.origin)
        return held if same == held else same
    return Books(
        version, lanes(workspace), library_of(workspace), overrides(workspace.path),
        log.preparer, log.origin,
    )  # fmt: skip


def prepared(held: Books) -> Iterator[None]:
    """Make each estimate once, a step each, so that no customer waits for the first of its kind."""
    now_us = time.time_ns() // 1000
    places = {place.region: place for place in placed().values()}
    used = {places[end].country for key in held.lanes for end in key[:2] if end in places}
    for option in options().values():
        for (_, _, shown), lane in held.lanes.items():
            if shown == option.own:
                with contextlib.suppress(TanluError):
                    estimated(own(lane, option), ONE_KG_MG, held.pins(now_us))
                yield
        for place in places.values():
            if place.country in used:
                far = place._replace(lat_e7=-place.lat_e7)
                with contextlib.suppress(TanluError):
                    estimated(assumed(place, far, option), ONE_KG_MG, held.pins(now_us))
                yield


class Quotes:
    """The quotes of a server: a thread keeps what they rest on, requests only read it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.merchants = Merchants(home.state)
        self._books: dict[str, Books] = {}
        self._logs: dict[str, WorkspaceLog] = {}
        self._turn = threading.Lock()
        self._wake, self._ends = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    # ── keeping ──

    def start(self) -> None:
        """Begin to follow the ledgers of which quotes are asked."""
        self._ends.clear()
        self._thread = threading.Thread(target=self._follow, name="quotes", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._ends.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(30)

    def look(self) -> None:
        """Have the thread look now: somebody got a shop, and will ask soon."""
        self._wake.set()

    def refresh(self, tenant: str) -> Books:
        """Read what quotes of an organisation rest on; the lanes if its ledger changed since.

        Raises
        ------
        TanluError
            TL615 for an organisation without a log.
        """
        with self._turn:
            workspace, held = self.home.workspace(tenant), self._books.get(tenant)
            read = self._books[tenant] = books(workspace, held)
            if held is None or held.version != read.version:
                self._wake.set()
            return read

    def _follow(self) -> None:
        done: dict[str, int] = {}
        while not self._ends.is_set():
            for tenant in self._asked():
                with contextlib.suppress(TanluError):
                    held = self.refresh(tenant)
                    steps = prepared(held) if done.get(tenant) != held.version else iter(())
                    done[tenant] = held.version
                    for _ in steps:
                        if self._ends.is_set():
                            return
            self._wake.wait(LOOK_S)
            self._wake.clear()

    def _asked(self) -> set[str]:
        """Give whose quotes are asked: who has a shop, or had a question. Others cost nothing."""
        tenants = {str(row["slug"]) for row in self.home.organisations()}
        return {each for each in tenants if each in self._books or self.merchants.any(each)}

    # ── quoting ──

    def quote(self, tenant: str, asking: Asking, *, now_s: float | None = None) -> Document:
        """Give a signed quote.

        Raises
        ------
        TanluError
            TL615 without a log, TL970 where no option can be estimated.
        """
        held = self._books.get(tenant) or self.refresh(tenant)
        now = time.time() if now_s is None else now_s
        told = {
            "type": TYPE, "organisation": tenant, "merchant": asking.merchant,
            "issued": _moment(now), "valid_until": _moment(now + VALID_S),
            "ledger_version": held.version, "profile": PROFILE, "gwp_set": GWP,
            "from": _place(asking.origin), "to": _place(asking.destination),
            "mass_g": str(asking.mass_g), "confidence": "0.95",
            "options": list(_options(held, asking, int(now * 1_000_000))),
        }  # fmt: skip
        if not told["options"]:
            names = ", ".join(each.option for each in asking.options)
            raise TanluError("TL970", value=names)
        return signed(told, held.key, held.log)

    def checked(self, document: Document, *, now_s: float | None = None) -> Checked:
        """Check a quote that an organisation of this server is said to have given.

        Raises
        ------
        TanluError
            TL947 for what is no signed quote, TL615 for an organisation without a log.
        """
        tenant = document["quote"].get("organisation")
        if tenant not in {row["slug"] for row in self.home.organisations()}:
            raise TanluError("TL947", value="organisation", why="it is not of this server")
        log = self._log(str(tenant))
        now = time.time() if now_s is None else now_s
        return check(document, known_by(log), now_s=now, log=log.origin)

    def _log(self, tenant: str) -> WorkspaceLog:
        with self._turn:
            if tenant not in self._logs:
                self._logs[tenant] = log_of(self.home.workspace(tenant))
            return self._logs[tenant]


def known_by(log: WorkspaceLog) -> Any:
    """Give what tells whether a public key is one that the log tells, and that holds now."""

    def known(public: bytes) -> bool:
        size = log.size
        return any(key.public == public and key.holds(size) for key in log.registry.keys.values())

    return known


def _options(held: Books, asking: Asking, start_us: int) -> Any:
    pins = held.pins(start_us)
    ends = asking.origin.region, asking.destination.region
    for option in asking.options:
        # where too few went at night, a night run is as any other: no better and no worse
        shown = (option.own, "land") if option.own == "night" else (option.own,)
        held_ = (held.lanes.get((*ends, each)) for each in shown)
        lane = next((each for each in held_ if each is not None), None)
        with contextlib.suppress(TanluError):
            yield _told(option, lane, asking, pins)


def _told(option: Option, lane: Lane | None, asking: Asking, pins: Pins) -> Document:
    mass_mg = asking.mass_g * MG
    if lane is not None:
        found = estimated(own(lane, option), mass_mg, pins, lane.sigma_ln)
    else:
        found = estimated(assumed(asking.origin, asking.destination, option), mass_mg, pins)
    return {
        "option": option.option, "co2e_ug": str(found.co2e_ug),
        "lower_ug": str(found.lower_ug), "upper_ug": str(found.upper_ug),
        "tier": "modelled" if lane else "default", "method": "lane" if lane else "factors",
        "shipments": str(lane.shipments if lane else 0),
        "sigma_ln": f"{found.sigma_ln:.6f}", "change": option.change, "legs": _legs(found),
    }  # fmt: skip


def _legs(found: Estimated) -> list[Document]:
    names = ("kind", "place", "vehicle_class", "energy_carrier", "temperature_class",
             "distance_type", "factor_id", "factor_hash")  # fmt: skip
    amounts = ("distance_m", "load_ppm", "empty_ppm", "co2e_ug", "ttw_ug", "wtt_ug")
    return [
        {name: leg[name] for name in names if leg.get(name) is not None}
        | {name: str(leg[name]) for name in amounts if leg.get(name) is not None}
        | {"codes": list(leg["codes"])}
        for leg in found.legs
    ]


def _place(place: Place) -> Document:
    return {
        "code": place.code, "region": place.region, "name": place.name, "name_zh": place.name_zh,
    }  # fmt: skip


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
