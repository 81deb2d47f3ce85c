"""解码 Bodies of strangers into columns: bounded, typed, row by row where a row is not sound."""

from tanlu.monitor.stream.decoding.reading import Read, read
from tanlu.monitor.stream.decoding.texts import Refused

__all__ = ["Read", "Refused", "read"]
