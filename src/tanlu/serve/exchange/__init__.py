"""Exchange over HTTP: what partners ask for and bring, each standard under its own paths."""

from tanlu.serve.exchange import ileap

__all__ = ["ileap"]
