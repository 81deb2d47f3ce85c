"""Verifiable secure sums: many give numbers, nobody sees one, anybody checks the total."""

from tanlu.share.sums.add import Aggregator
from tanlu.share.sums.call import Call
from tanlu.share.sums.cards import Card, Party
from tanlu.share.sums.given import submit, taken
from tanlu.share.sums.total import Total, check, close

__all__ = ["Aggregator", "Call", "Card", "Party", "Total", "check", "close", "submit", "taken"]
