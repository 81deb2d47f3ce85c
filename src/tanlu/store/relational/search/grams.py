"""Trigrams in SQLite: FTS5 without positions and without texts, and how many rows have each.

A word is found by its rarest trigrams; that it stands there whole the text of the row says. A word
of one or two signs is found by the trigrams that begin with it: texts end in two spaces, so its
last place begins one too. Behind them stand marks, trigrams of what a filter asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Candidates", "add", "begin", "candidates", "count", "remove", "shrink"]

SIZE = 3
# the rarest of a word; more narrow little and cost a walk through their lists
RAREST = 3
# a short word may begin so many trigrams; of more the list is longer than the walk
MOST_BEGUN = 400
BEGIN = (
    """CREATE VIRTUAL TABLE search_gram USING fts5(
        text, content='', detail='none', tokenize='trigram case_sensitive 1')""",
    "CREATE VIRTUAL TABLE search_term USING fts5vocab(search_gram, 'row')",
    "CREATE TABLE search_common (term TEXT PRIMARY KEY, rows INTEGER NOT NULL) WITHOUT ROWID",
)
ADD = "INSERT INTO search_gram (rowid, text) VALUES (?, ?)"
REMOVE = "INSERT INTO search_gram (search_gram, rowid, text) VALUES ('delete', ?, ?)"
TALLY = (
    "INSERT INTO search_common (term, rows) VALUES (?, 1) "
    "ON CONFLICT (term) DO UPDATE SET rows = rows + 1"
)
COUNT = "INSERT INTO search_common SELECT term, doc FROM search_term"
SHRINK = "INSERT INTO search_gram (search_gram) VALUES ('optimize')"
EXACT = "SELECT rows FROM search_common WHERE term = ?"
BEGUN = "SELECT term, rows FROM search_common WHERE term >= ? AND term < ? LIMIT ?"
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Candidates:
    """Which rows can hold all words: an expression of FTS5, and the shares of the rows that do.

    ``match`` is None where nothing can be looked up. ``words`` is the share of the rows that holds
    the words, ``marks`` that which has the marks, each 1 where not known.
    """

    match: str | None
    words: float
    marks: float


def begin(connection: Any) -> None:
    """Make the empty lists."""
    for statement in BEGIN:
        connection.exec_driver_sql(statement)


def add(connection: Any, rows: Sequence[tuple[int, str]], *, tally: bool) -> None:
    """Enter texts by their numbers; without a tally `count` follows when all are there."""
    connection.exec_driver_sql(ADD, list(rows))
    if tally:
        found = [(gram,) for _, text in rows for gram in _grams(text)]
        if found:
            connection.exec_driver_sql(TALLY, found)


def remove(connection: Any, rows: Sequence[tuple[int, str]]) -> None:
    """Take texts out; how common their trigrams are stays, it is a bound."""
    connection.exec_driver_sql(REMOVE, list(rows))


def count(connection: Any) -> None:
    """Count the rows of each trigram."""
    connection.exec_driver_sql(COUNT)


def shrink(connection: Any) -> None:
    """Make one list of each trigram."""
    connection.exec_driver_sql(SHRINK)


def candidates(
    connection: Any, sought: Iterable[str], marks: Iterable[str], rows: int
) -> Candidates:
    """Give which rows can hold all of some words and have all of some marks."""
    parts: list[str] = []
    shares = [1.0, 1.0]
    for place, each in ((0, sought), (1, marks)):
        for word in each:
            found = (_long if len(word) >= SIZE else _short)(connection, word)
            if found is not None:
                parts.append(found[0])
                shares[place] *= min(found[1] / max(rows, 1), 1.0)
    return Candidates(" AND ".join(parts) or None, *shares)


def _grams(text: str) -> set[str]:
    return {text[at : at + SIZE] for at in range(len(text) - SIZE + 1)}


def _long(connection: Any, word: str) -> tuple[str, int]:
    told = []
    for gram in _grams(word):
        rows = connection.exec_driver_sql(EXACT, (gram,)).scalar()
        told.append((rows or 0, gram))
    told.sort()
    return " AND ".join(_quoted(gram) for _, gram in told[:RAREST]), told[0][0]


def _short(connection: Any, word: str) -> tuple[str, int] | None:
    span = (word, word + LAST, MOST_BEGUN + 1)
    found = connection.exec_driver_sql(BEGUN, span).all()
    if len(found) > MOST_BEGUN:
        return None
    if not found:
        # nothing begins with it: no row holds it
        return _quoted(word + LAST), 0
    return f"({' OR '.join(_quoted(term) for term, _ in found)})", sum(rows for _, rows in found)


def _quoted(gram: str) -> str:
    doubled = gram.replace('"', '""')
    return f'"{doubled}"'
