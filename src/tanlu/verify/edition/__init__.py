"""版次 Published states of a ledger: what they pin, made again to the byte, and why they differ."""

from tanlu.verify.edition.extent import (
    COUNTED,
    Extent,
    counted,
    edition_of,
    extent_of,
    parts_of,
)
from tanlu.verify.edition.pinning import made_by, named, pins
from tanlu.verify.edition.reproducing import reproduce, told_otherwise, verdict
from tanlu.verify.edition.splitting import split
from tanlu.verify.edition.telling import comparable, tell

__all__ = [
    "COUNTED",
    "Extent",
    "comparable",
    "counted",
    "edition_of",
    "extent_of",
    "made_by",
    "named",
    "parts_of",
    "pins",
    "reproduce",
    "split",
    "tell",
    "told_otherwise",
    "verdict",
]
