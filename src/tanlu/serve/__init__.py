"""服务 Serving on loopback: a witness of other logs, the tiles of one's own."""

from tanlu.serve.front import Answer, Server
from tanlu.serve.tiles import LogFiles
from tanlu.serve.witness.answering import Witness

__all__ = ["Answer", "LogFiles", "Server", "Witness"]
