"""隐性碳 Carbon that moved nothing: found once, by one cause, and what it costs."""

from tanlu.account.hidden.attribute import ORDER, USEFUL, attribute
from tanlu.account.hidden.evidence import Evidence, evidence, targets
from tanlu.account.hidden.money import Price, cost_of_accounting, payback, price
from tanlu.account.hidden.summary import worth

__all__ = [
    "ORDER",
    "USEFUL",
    "Evidence",
    "Price",
    "attribute",
    "cost_of_accounting",
    "evidence",
    "payback",
    "price",
    "targets",
    "worth",
]
