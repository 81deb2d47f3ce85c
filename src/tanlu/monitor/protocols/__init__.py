"""规约 Protocols of the field: bytes of vehicles, monitors and meters into rows, and back.

Pure codecs: JT/T 808 (positions of commercial vehicles), GB/T 32960 (new-energy vehicles), HJ 212
(pollutant monitors) and DL/T 645 (electricity meters). None opens a socket, none raises for what
came in: bytes that are no frame are pieces with a reason.
"""

from tanlu.monitor.protocols import dlt645, gb32960, gb32960_rows, hj212, jt808, jt808_rows
from tanlu.monitor.protocols.columns import Read
from tanlu.monitor.protocols.counting import Flows, Seen
from tanlu.monitor.protocols.pieces import Piece

__all__ = [
    "Flows",
    "Piece",
    "Read",
    "Seen",
    "dlt645",
    "gb32960",
    "gb32960_rows",
    "hj212",
    "jt808",
    "jt808_rows",
]
