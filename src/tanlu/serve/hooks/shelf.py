"""The rows of hooks and deliveries: subscribed, due, heard, given up, sent again."""

from __future__ import annotations

import random
import secrets
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.hooks.events import EVENTS
from tanlu.serve.hooks.outbox import emit, now_us
from tanlu.serve.hooks.signing import fresh
from tanlu.share.egress import KEPT
from tanlu.store.relational.tables import hooks as tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.share.egress import Answer
    from tanlu.store.relational import State

__all__ = ["Shelf", "delay_us"]

S = 1_000_000
HOUR = 3600 * S
# tries go on for so long after the event, and a hook that hears nothing for so long is disabled
LASTS_US = 72 * HOUR
FIRST_US, LONGEST_US = 5 * S, 6 * HOUR
# the secret before holds on for so long after a new one
BOTH_US = 24 * HOUR
# what was heard is kept for so long
KEPT_US = 7 * 24 * HOUR
MOST_HOOKS = 50
MOST = 200
# messages that one look for what is due reads at most
LOOKED = 500
GONE = 410
SHOWN = ("id", "url", "events", "note", "state", "created_us", "failing_us", "failures")


def delay_us(tries: int, draw: random.Random) -> int:
    """Give how long to wait after so many tries: three times as long each, a fifth more or less."""
    plain = min(FIRST_US * 3 ** min(tries - 1, 12), LONGEST_US)
    return int(plain * draw.uniform(0.8, 1.2))


class Shelf:
    """All hooks of a server, in its relational state."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._draw = random.SystemRandom()

    # ── hooks ──

    def subscribe(
        self, tenant: str, url: str, events: Sequence[str], note: str = ""
    ) -> dict[str, Any]:
        """Subscribe an address; give the hook with its secret, which is shown this once.

        Raises
        ------
        TanluError
            TL495 for events that there are not, TL971 for more hooks than there may be.
        """
        row: dict[str, Any] = {
            "id": f"hook_{secrets.token_hex(8)}", "url": url, "events": _joined(events),
            "note": note, "state": "on", "secret": fresh(), "created_us": now_us(), "failures": 0,
        }  # fmt: skip
        with self.state.of(tenant) as scoped:
            if scoped.count(tables.HOOKS) >= MOST_HOOKS:
                raise TanluError("TL971", most=MOST_HOOKS)
            scoped.add(tables.HOOKS, row)
        return {**self.hook(tenant, row["id"]), "secret": row["secret"]}

    def hooks(self, tenant: str) -> list[dict[str, Any]]:
        """Give the hooks of an organisation, without their secrets."""
        with self.state.of(tenant) as scoped:
            return [
                _shown(row) for row in scoped.rows(tables.HOOKS, order=(tables.HOOKS.c.created_us,))
            ]

    def hook(self, tenant: str, name: str) -> dict[str, Any]:
        """Give a hook, without its secrets; TL494 where there is none."""
        with self.state.of(tenant) as scoped:
            row = scoped.one(tables.HOOKS, tables.HOOKS.c.id == name)
        if row is None:
            raise TanluError("TL494", value=name[:80])
        return _shown(row)

    def change(
        self, tenant: str, name: str, *, events: Sequence[str] | None = None,
        on: bool | None = None, note: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Change what a hook hears, or let it hear again or not."""
        values: dict[str, Any] = {} if events is None else {"events": _joined(events)}
        if note is not None:
            values["note"] = note
        if on is not None:
            values |= {"state": "on" if on else "off", "failing_us": None, "failures": 0}
        self.hook(tenant, name)
        if values:
            with self.state.of(tenant) as scoped:
                scoped.change(tables.HOOKS, values, tables.HOOKS.c.id == name)
        return self.hook(tenant, name)

    def rotate(self, tenant: str, name: str) -> str:
        """Give a new secret; messages are signed by both for a day."""
        self.hook(tenant, name)
        new = fresh()
        with self.state.of(tenant) as scoped:
            row = scoped.one(tables.HOOKS, tables.HOOKS.c.id == name)
            assert row is not None
            until = now_us() + BOTH_US
            values = {"secret": new, "secret_before": row["secret"], "before_until_us": until}
            scoped.change(tables.HOOKS, values, tables.HOOKS.c.id == name)
        return new

    def drop(self, tenant: str, name: str) -> None:
        """Remove a hook with all that waits for it."""
        self.hook(tenant, name)
        with self.state.of(tenant) as scoped:
            scoped.drop(tables.DELIVERIES, tables.DELIVERIES.c.hook == name)
            scoped.drop(tables.HOOKS, tables.HOOKS.c.id == name)

    def test(self, tenant: str, name: str) -> None:
        """Send a message that means nothing."""
        self.hook(tenant, name)
        with self.state.of(tenant) as scoped:
            emit(scoped, "test", {"hook": name}, only=name)

    # ── deliveries ──

    def deliveries(
        self, tenant: str, name: str, state: str | None, after: str | None, limit: int
    ) -> tuple[list[dict[str, Any]], bool]:
        """Give what a hook was told, the newest first, and whether more follow."""
        self.hook(tenant, name)
        criteria = [tables.DELIVERIES.c.hook == name]
        criteria += [] if state is None else [tables.DELIVERIES.c.state == state]
        criteria += [] if after is None else [tables.DELIVERIES.c.message < after]
        most = max(1, min(limit, MOST))
        order = (tables.DELIVERIES.c.message.desc(),)
        with self.state.of(tenant) as scoped:
            rows = scoped.rows(tables.DELIVERIES, *criteria, order=order, limit=most + 1)
        told = [{k: v for k, v in row.items() if k not in ("tenant", "hook")} for row in rows]
        return told[:most], len(rows) > most

    def again(self, tenant: str, name: str, message: str | None = None) -> int:
        """Send what was given up once more, one message or all; give how many.

        Raises
        ------
        TanluError
            TL494 for a message that the hook was never told.
        """
        self.hook(tenant, name)
        criteria = [tables.DELIVERIES.c.hook == name]
        if message is None:
            criteria.append(tables.DELIVERIES.c.state == "dead")
        else:
            criteria.append(tables.DELIVERIES.c.message == message)
        anew = {"state": "waiting", "tries": 0, "next_us": now_us(), "begun_us": now_us()}
        with self.state.of(tenant) as scoped:
            count = scoped.change(tables.DELIVERIES, anew, *criteria)
        if message is not None and not count:
            raise TanluError("TL494", value=message[:80])
        return count

    def due(self, busy: set[tuple[str, str]], limit: int) -> list[dict[str, Any]]:
        """Give what is to be sent now, of all organisations, one of each hook that is not busy."""
        columns = tuple(tables.DELIVERIES.c[name] for name in ("tenant", "hook", "message", "tries",
                                                        "begun_us"))  # fmt: skip
        late = (tables.DELIVERIES.c.state == "waiting", tables.DELIVERIES.c.next_us <= now_us())
        hook = tables.DELIVERIES.c.hook
        found: dict[str, dict[str, Any]] = {}
        with self.state.everywhere() as state:
            while len(found) < limit:
                # whoever is far behind fills a look: the next one passes over his messages
                passed = hook.notin_(sorted({name for _, name in busy} | set(found)))
                rows = state.rows(tables.DELIVERIES, *late, passed, columns=columns,
                                  order=(tables.DELIVERIES.c.next_us,), limit=LOOKED)  # fmt: skip
                for row in rows:
                    if len(found) < limit:
                        found.setdefault(row["hook"], row)
                if len(rows) < LOOKED:
                    break
        return list(found.values())

    def message(self, row: dict[str, Any]) -> tuple[dict[str, Any], str] | None:
        """Give the hook, with its secrets, and the body of a delivery; None when it is off."""
        with self.state.of(row["tenant"]) as scoped:
            hook = scoped.one(tables.HOOKS, tables.HOOKS.c.id == row["hook"])
            message = scoped.one(tables.MESSAGES, tables.MESSAGES.c.id == row["message"])
            if hook is None or message is None or hook["state"] != "on":
                scoped.change(tables.DELIVERIES, {"state": "dead", "said": "off"}, *_this(row))
                return None
        return hook, str(message["body"])

    def heard(self, row: dict[str, Any], answer: Answer) -> str:
        """Write what came of a try; give the state that the delivery has now."""
        at, tries = now_us(), row["tries"] + 1
        well = answer.status is not None and 200 <= answer.status < 300
        wait = max(delay_us(tries, self._draw), min((answer.retry_after_s or 0) * S, LONGEST_US))
        dead = at + wait - row["begun_us"] > LASTS_US
        state = "done" if well else "dead" if dead or answer.status == GONE else "waiting"
        said = answer.said.encode()[:KEPT].decode("utf-8", "ignore")
        tried = {"state": state, "tries": tries, "next_us": at + wait, "tried_us": at,
                 "status": answer.status, "said": said.replace("\0", " ")}  # fmt: skip
        with self.state.of(row["tenant"]) as scoped:
            scoped.change(tables.DELIVERIES, tried, *_this(row))
            hook = scoped.one(tables.HOOKS, tables.HOOKS.c.id == row["hook"])
            if hook is not None:
                values = _standing(hook, at, well=well, gone=answer.status == GONE)
                scoped.change(tables.HOOKS, values, tables.HOOKS.c.id == row["hook"])
                if values.get("state") == "disabled":
                    waiting = (
                        tables.DELIVERIES.c.hook == row["hook"],
                        tables.DELIVERIES.c.state == "waiting",
                    )
                    scoped.change(tables.DELIVERIES, {"state": "dead"}, *waiting)
        return state

    def tidy(self) -> int:
        """Remove what was heard or given up long ago; give how many messages that were."""
        old = now_us() - KEPT_US
        with self.state.everywhere() as state:
            state.drop(
                tables.DELIVERIES,
                tables.DELIVERIES.c.state == "done",
                tables.DELIVERIES.c.begun_us < old,
            )
            state.drop(tables.DELIVERIES, tables.DELIVERIES.c.state == "dead",
                       tables.DELIVERIES.c.begun_us < old - 4 * KEPT_US)  # fmt: skip
            return state.drop(tables.MESSAGES, tables.MESSAGES.c.at_us < old - 4 * KEPT_US)


def _this(row: dict[str, Any]) -> tuple[Any, Any]:
    return tables.DELIVERIES.c.hook == row["hook"], tables.DELIVERIES.c.message == row["message"]


def _standing(hook: dict[str, Any], at: int, *, well: bool, gone: bool) -> dict[str, Any]:
    if well:
        return {"failing_us": None, "failures": 0}
    since = hook["failing_us"] or at
    values: dict[str, Any] = {"failing_us": since, "failures": hook["failures"] + 1}
    if gone or at - since > LASTS_US:
        values["state"] = "disabled"
    return values


def _joined(events: Sequence[str]) -> str:
    for event in events:
        if event not in EVENTS:
            raise TanluError("TL495", value=event[:80], choices=", ".join(EVENTS))
    if not events:
        raise TanluError("TL495", value="", choices=", ".join(EVENTS))
    return f" {' '.join(sorted(set(events)))} "


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name].split() if name == "events" else row[name] for name in SHOWN}
