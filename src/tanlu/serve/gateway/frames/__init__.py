"""Frames of the field over TCP: JT/T 808, GB/T 32960 and HJ 212 into the one pipeline.

Connections cut frames; what all of them cut while the last batch is being made durable is decoded
together, so that a batch is the greater the more there is to do. A frame is answered when its rows
are durable, never before. One batch is under way at a time: a connection that sends faster than
the pipeline takes is not read for a while, and the network tells its sender to wait.
"""

from tanlu.serve.gateway.frames.links import PROTOCOLS
from tanlu.serve.gateway.frames.listening import Gateway, serve

__all__ = ["PROTOCOLS", "Gateway", "serve"]
