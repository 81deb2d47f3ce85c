"""Sentences of the tables with their fields filled in; of one thing English has a word of its own.

``"{count} {count:row|rows}"`` is "1 row" and "2 rows"; the number may be text already ("1,204").
"""

from __future__ import annotations

from string import Formatter

__all__ = ["filled"]

ONE = "1"


class _Counting(Formatter):
    """A formatter to which ``{count:one|many}`` is the word that suits the number."""

    def format_field(self, value: object, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if bar:
            return one if str(value) == ONE else many
        return str(super().format_field(value, format_spec))


_FORMATTER = _Counting()


def filled(sentence: str, fields: dict[str, object]) -> str:
    """Give a sentence with its fields filled in; KeyError for one that is not given.

    Parameters
    ----------
    sentence
        Text with fields: ``{name}``, or ``{name:one|many}`` for a word by the number in it.
    fields
        The values by name; a number, or a number that was written already.
    """
    return _FORMATTER.vformat(sentence, (), fields)
