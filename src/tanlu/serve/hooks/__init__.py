"""Webhooks: events that are told to addresses of others, signed, once written never lost."""

from tanlu.serve.hooks.alarms import Alarms
from tanlu.serve.hooks.events import EVENTS, MOST_NAMED, described
from tanlu.serve.hooks.outbox import emit
from tanlu.serve.hooks.routes import router
from tanlu.serve.hooks.sending import Hooks
from tanlu.serve.hooks.signing import sign, verify

__all__ = [
    "EVENTS",
    "MOST_NAMED",
    "Alarms",
    "Hooks",
    "described",
    "emit",
    "router",
    "sign",
    "verify",
]
