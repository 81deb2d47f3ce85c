"""Anchors: a checkpoint shown to a third party, so that even a quorum cannot turn back time."""

from tanlu.share.anchor import chain, timestamp, webhook

__all__ = ["chain", "timestamp", "webhook"]
