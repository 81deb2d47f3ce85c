"""接入 The ingest front: HTTP on loopback before one committer, and the process that drains."""

from tanlu.serve.ingest.group import Group
from tanlu.serve.ingest.metrics import MEDIA, Histogram
from tanlu.serve.ingest.server import Server, note

__all__ = ["MEDIA", "Group", "Histogram", "Server", "note"]
