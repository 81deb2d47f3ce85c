"""数据流 The write-ahead log of a workspace's streams, and its drain into the ledger."""

from tanlu.store.stream.appending import Lag, StreamLog, open_stream_log
from tanlu.store.stream.draining import drain
from tanlu.store.stream.following import Follower, Group
from tanlu.store.stream.frames import Place
from tanlu.store.stream.retention import retire_before

__all__ = [
    "Follower",
    "Group",
    "Lag",
    "Place",
    "StreamLog",
    "drain",
    "open_stream_log",
    "retire_before",
]
