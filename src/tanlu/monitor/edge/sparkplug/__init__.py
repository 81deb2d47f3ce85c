"""Sparkplug B 3.0: payloads, the birth and death of edge nodes, metrics as readings."""

from tanlu.monitor.edge.sparkplug.nodes import Nodes, Seen
from tanlu.monitor.edge.sparkplug.payload import Metric, Payload, decode, rebirth

__all__ = ["Metric", "Nodes", "Payload", "Seen", "decode", "rebirth"]
