"""设备 Which devices may send, and what each stream carries: facts in the ledger."""

from tanlu.monitor.devices.definitions import StreamDef, define, shipped, sources
from tanlu.monitor.devices.enrolling import Enrolled, enrol, renew_tokens, replace, revise
from tanlu.monitor.devices.listed import Listed, enrol_list
from tanlu.monitor.devices.registry import Registry, Sender, now_us, scope_of

__all__ = [
    "Enrolled",
    "Listed",
    "Registry",
    "Sender",
    "StreamDef",
    "define",
    "enrol",
    "enrol_list",
    "now_us",
    "renew_tokens",
    "replace",
    "revise",
    "scope_of",
    "shipped",
    "sources",
]
