"""URIs and words of events from memory: the form that a hash takes and the subject of each."""

from __future__ import annotations

from tanlu.track.events.words.canon import canonical, newer
from tanlu.track.events.words.gs1 import read_uri
from tanlu.track.events.words.uris import is_uri
from tanlu.track.events.words.vocabulary import bare, iris

__all__ = [
    "COMPONENTS", "DEALS", "EXCEPTIONS", "MEASURES", "PARTIES", "STATES", "STEPS", "URIS",
]  # fmt: skip

KEPT = 1 << 18
OF_GS1 = frozenset(("measurement", "exception"))
# where a word may stand, its own IRIs of other pages and versions may not
REFUSED = {
    False: ("urn:epcglobal:cbv", "https://ns.gs1.org/cbv/", "http://ns.gs1.org/cbv/"),
    True: (
        "https://gs1.org/voc/", "http://gs1.org/voc/", "https://www.gs1.org/voc/",
        "http://www.gs1.org/voc/",
    ),
}  # fmt: skip


# what the first digit of an SSCC and each four that follow add to its check digit: of 17 digits
# those of odd number count three times (GS1 General Specifications 7.9.1)
FIRST = {str(digit): 3 * digit for digit in range(10)}
SUMS = {
    f"{four:04d}": four // 1000 + four // 100 % 10 * 3 + four // 10 % 10 + four % 10 * 3
    for four in range(10_000)
}


def _sscc(uri: str) -> tuple[str, str] | None:
    """Give the two forms of an SSCC written as a URN; None for what is none."""
    prefix, _, rest = uri[16:].partition(".")
    digits = rest[:1] + prefix + rest[1:]
    if len(digits) != 17 or not 6 <= len(prefix) <= 12:
        return None
    try:
        total = (
            FIRST[digits[0]] + SUMS[digits[1:5]] + SUMS[digits[5:9]] + SUMS[digits[9:13]]
            + SUMS[digits[13:]]
        )  # fmt: skip
    except KeyError:
        return None
    key = f"{digits}{-total % 10}"
    return f"https://id.gs1.org/00/{key}", f"sscc:{key}"


class _Spelled(dict[str, tuple[str, str]]):
    """For each URI the form that a hash takes and the subject; KeyError for what is no URI.

    A key with a serial is told by what stands before the serial, once that was met.
    """

    def __init__(self) -> None:
        super().__init__()
        self.heads: dict[str, tuple[str, str, int]] = {}
        self.odd: dict[str, str] = {}

    def __missing__(self, uri: str) -> tuple[str, str]:
        urn = uri.startswith("urn:")
        if urn and uri.startswith("urn:epc:id:sscc:"):
            found = _sscc(uri)
            if found is not None:
                self[uri] = found
                return found
        cut = uri.rfind("." if urn else "/")
        tail = uri[cut + 1 :]
        head = self.heads.get(uri[:cut])
        if head is not None and tail.isalnum() and tail.isascii() and len(tail) <= head[2]:
            found = self[uri] = (head[0] + tail, head[1] + tail)
            return found
        key = read_uri(uri)
        if not (urn and key.kind) and not is_uri(uri):
            raise KeyError(uri)
        if key.why:
            self.odd[uri] = key.why
        found = self[uri] = (key.link or newer(uri), key.subject)
        if key.link and key.kind in ("sgtin", "lgtin", "grai") and tail.isalnum():
            self._remember(uri[:cut], tail, found, 16 if key.kind == "grai" else 20)
        return found

    def _remember(self, head: str, tail: str, found: tuple[str, str], most: int) -> None:
        link, subject = found
        # a serial with a point in it has its head in two pieces
        if link.endswith(tail) and subject.endswith(f".{tail}") and subject.count(".") == 1:
            size = len(tail)
            self.heads[head] = (link[:-size], subject[:-size], most)

    def shorten(self) -> None:
        """Forget all when there is too much of it."""
        if len(self) + len(self.heads) > KEPT:
            self.clear()
            self.heads.clear()
            self.odd.clear()


class _Words(dict[str, tuple[str, str]]):
    """For each value of a vocabulary its IRI and its bare word; KeyError for what cannot be."""

    def __init__(self, vocabulary: str) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def __missing__(self, text: str) -> tuple[str, str]:
        found = iris(self.vocabulary).get(text)
        if found is None:
            if not is_uri(text) or text.startswith(REFUSED[self.vocabulary in OF_GS1]):
                raise KeyError(text)
            found = canonical(text)
        if len(self) > KEPT:
            self.clear()
        pair = self[text] = (found, bare(self.vocabulary, text) or text)
        return pair


URIS = _Spelled()
STEPS, STATES = _Words("bizStep"), _Words("disposition")
MEASURES, EXCEPTIONS = _Words("measurement"), _Words("exception")
COMPONENTS = _Words("component")
DEALS, PARTIES = _Words("transaction"), _Words("party")
