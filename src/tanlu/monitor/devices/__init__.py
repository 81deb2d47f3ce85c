"""设备 Which devices may send, and what each stream carries: facts in the ledger."""

from tanlu.monitor.devices.definitions import StreamDef, define, shipped
from tanlu.monitor.devices.enrolling import Enrolled, enrol, renew_tokens, replace, revise
from tanlu.monitor.devices.registry import Registry, Sender

__all__ = [
    "Enrolled",
    "Registry",
    "Sender",
    "StreamDef",
    "define",
    "enrol",
    "renew_tokens",
    "replace",
    "revise",
    "shipped",
]
