"""Bringing a file in by steps that are kept: uploaded, said, rehearsed, read, quantified."""

from tanlu.serve.importing.steps import (
    Import,
    answered,
    asked_for,
    imports,
    listed,
    mapped,
    one,
    proposed,
    remove,
    run,
    submit,
    take,
)

__all__ = [
    "Import",
    "answered",
    "asked_for",
    "imports",
    "listed",
    "mapped",
    "one",
    "proposed",
    "remove",
    "run",
    "submit",
    "take",
]
