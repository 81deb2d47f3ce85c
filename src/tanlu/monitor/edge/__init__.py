"""网关 The edge: batches that devices sign, Sparkplug B, plain JSON by topic, files in a folder."""

from tanlu.monitor.edge.folder import Drop, Folder
from tanlu.monitor.edge.layouts import Layout, layouts
from tanlu.monitor.edge.signed import Frame, Keys, Refused, SignedBatches, Taken
from tanlu.monitor.edge.signing import digest, sign_batch
from tanlu.monitor.edge.topics import TOPICS, Message, Messages, Table

__all__ = [
    "TOPICS",
    "Drop",
    "Folder",
    "Frame",
    "Keys",
    "Layout",
    "Message",
    "Messages",
    "Refused",
    "SignedBatches",
    "Table",
    "Taken",
    "digest",
    "layouts",
    "sign_batch",
]
