"""Exchange over HTTP: what partners ask for and bring, each standard under its own paths."""

from tanlu.serve.exchange import answers, ileap, pact, shelf

__all__ = ["answers", "ileap", "pact", "shelf"]
