"""分摊 Who bears what of a shared total: keys with reasons, exact shares, nothing lost."""

from tanlu.account.allocation.checks import suspects
from tanlu.account.allocation.divide import Divided, compare, divide
from tanlu.account.allocation.empties import POLICIES, charge_empty
from tanlu.account.allocation.hubs import hub_shares
from tanlu.account.allocation.keys import Key, asked_key, chosen, key, key_said, keys, weight

__all__ = [
    "POLICIES",
    "Divided",
    "Key",
    "asked_key",
    "charge_empty",
    "chosen",
    "compare",
    "divide",
    "hub_shares",
    "key",
    "key_said",
    "keys",
    "suspects",
    "weight",
]
