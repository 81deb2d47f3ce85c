"""Egress: the one way out to other hosts: where we may go, and how we ask there."""

from tanlu.share.egress.addresses import LOOPBACK, NEAR, Reach, Target, shown
from tanlu.share.egress.asking import KEPT, MESSAGE_S, Answer, Egress, Reply, ask, post

__all__ = [
    "KEPT",
    "LOOPBACK",
    "MESSAGE_S",
    "NEAR",
    "Answer",
    "Egress",
    "Reach",
    "Reply",
    "Target",
    "ask",
    "post",
    "shown",
]
