"""择法 The best method for each leg, chosen by its expected error and explained."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.account.choose.apply import Pins, applied
    from tanlu.account.choose.card import Card, read_card
    from tanlu.account.choose.explain import choose, drives_of_ledger, judged
    from tanlu.account.choose.held import adopt_card, card_hash, card_in_force, card_of_ledger
    from tanlu.account.choose.training import learn
    from tanlu.account.choose.trial import evaluate

__all__ = [
    "Card",
    "Pins",
    "adopt_card",
    "applied",
    "card_hash",
    "card_in_force",
    "card_of_ledger",
    "choose",
    "drives_of_ledger",
    "evaluate",
    "judged",
    "learn",
    "read_card",
]

_FILES = {
    "Card": "card",
    "Pins": "apply",
    "adopt_card": "held",
    "applied": "apply",
    "card_hash": "held",
    "card_in_force": "held",
    "card_of_ledger": "held",
    "choose": "explain",
    "drives_of_ledger": "explain",
    "evaluate": "trial",
    "judged": "explain",
    "learn": "training",
    "read_card": "card",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.account.choose.{_FILES[name]}"), name)
    globals()[name] = found
    return found
