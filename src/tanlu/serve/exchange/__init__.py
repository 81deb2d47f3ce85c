"""Exchange over HTTP: what partners ask for and bring, each standard under its own paths."""

from tanlu.serve.exchange import answers, ileap, pact, shelf
from tanlu.serve.exchange.reach import Reach

__all__ = ["Reach", "answers", "ileap", "pact", "shelf"]
