"""市场 Scope 2 by market: what was bought, redeemed once, and the residual mix for the rest."""

from tanlu.account.market.books import by_market, market, repeated
from tanlu.account.market.instruments import Instruments, instruments, parse
from tanlu.account.market.supply import claims, supplies
from tanlu.account.market.twins import placed, twins

__all__ = [
    "Instruments",
    "by_market",
    "claims",
    "instruments",
    "market",
    "parse",
    "placed",
    "repeated",
    "supplies",
    "twins",
]
