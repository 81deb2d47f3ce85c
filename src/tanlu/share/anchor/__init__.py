"""Anchors: a checkpoint shown to a third party, so that even a quorum cannot turn back time."""

from tanlu.share.anchor import chain, timestamp, webhook
from tanlu.share.anchor.kept import Kept, opened, stands, statement_of

__all__ = ["Kept", "chain", "opened", "stands", "statement_of", "timestamp", "webhook"]
