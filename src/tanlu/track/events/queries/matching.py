"""Things that a query names: keys in any spelling, patterns of EPC, places with those below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.track.events.asking import known_as
from tanlu.track.events.words.canon import key_of
from tanlu.track.events.words.gs1 import SCHEMES, read_uri

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["Wanted", "below", "wanted"]

PATTERN = re.compile(r"urn:epc:idpat:([a-z]+):(.+)", re.ASCII)
# classes that are written as a pattern of their serial
FAMILIES = ("id", "class")


class Wanted(NamedTuple):
    """Things by their subjects, and by the form of their subject."""

    subjects: frozenset[str]
    form: str | None = None

    def has(self, uri: str) -> bool:
        """Tell whether a thing of an event is among them."""
        subject = key_of(uri).subject
        return subject in self.subjects or (
            self.form is not None and re.search(self.form, subject) is not None
        )


def wanted(workspace: Workspace, texts: Sequence[str], *, patterns: bool = False) -> Wanted:
    """Give the things that texts name in a ledger, of persons their pseudonyms.

    Parameters
    ----------
    patterns
        A pattern of EPC (TDS 2.0 chapter 8) means all things with a serial that it fits, beside
        the class that it is the name of.
    """
    subjects = frozenset(known_as(workspace, texts))
    forms = [form for text in texts if (form := _form(text))] if patterns else []
    return Wanted(subjects, "|".join(forms) or None)


def below(workspace: Workspace, texts: Sequence[str]) -> Wanted:
    """Give places with those below them: of a GLN all that have it with an extension."""
    subjects = frozenset(known_as(workspace, texts))
    heads = sorted(f"^s{one}[.]" for one in subjects if one.startswith("gln:"))
    return Wanted(subjects, "|".join(heads) or None)


def _form(text: str) -> str | None:
    """Give the form of the subjects of a pattern of EPC; None for what is none."""
    found = PATTERN.fullmatch(text)
    if found is None:
        return None
    name, parts = found[1], found[2].split(".")
    stars = len(parts) - parts.index("*") if "*" in parts else 0
    family = next((each for each in FAMILIES if (each, name) in SCHEMES), None)
    if not stars or family is None:
        return None
    if parts[-stars:] != ["*"] * stars:
        raise TanluError("TL443", column="MATCH", value=text, why="after a star come stars alone")
    kind = SCHEMES[family, name].kind
    if stars == len(parts):
        return f"^{kind}:"
    if stars == 1 and len(parts) > 2:
        return _serials(text, name, family, parts)
    return _prefixed(kind, SCHEMES[family, name].rank, SCHEMES[family, name].digits, parts[0])


def _serials(text: str, name: str, family: str, parts: list[str]) -> str:
    """Give the form of all serials of one class."""
    spelt = read_uri(f"urn:epc:{family}:{name}:{'.'.join(parts[:-1])}.1")
    if spelt.kind is None:
        raise TanluError("TL443", column="MATCH", value=text, why=spelt.why or "no pattern")
    head = re.escape(spelt.subject[:-1])
    if spelt.kind == "sgln":
        # an SGLN whose extension is nought is the GLN itself
        return f"^{head}|^{re.escape(spelt.subject[1:-2])}$"
    return f"^{head}"


def _prefixed(kind: str, rank: str, digits: int, prefix: str) -> str:
    """Give the form of all keys of one company."""
    if not re.fullmatch(r"[0-9]{6,12}", prefix, re.ASCII):
        why = "a company prefix has 6 to 12 digits"
        raise TanluError("TL443", column="MATCH", value=prefix[:200], why=why)
    if not digits:
        return f"^{kind}:{prefix}"
    rest = digits - len(prefix)
    if rank == "indicator":
        body = f"[0-9]{prefix}[0-9]{{{rest - 1}}}"
    else:
        body = f"{'0' if rank else ''}{prefix}[0-9]{{{rest}}}"
    kinds = f"s?{kind.removeprefix('s')}" if kind == "sgln" else kind
    return f"^{kinds}:{body}[0-9]([.]|$)"
