"""发送 Sending readings to a server, from a spool on disk, until it acknowledges them."""

from tanlu.serve.sending.bodies import MEDIA, body_of
from tanlu.serve.sending.posting import Connection, Posted
from tanlu.serve.sending.sender import Outgoing, Sender, Tally

__all__ = ["MEDIA", "Connection", "Outgoing", "Posted", "Sender", "Tally", "body_of"]
