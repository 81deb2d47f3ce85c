"""GS1 keys in their three spellings, and the one word by which a thing is known here.

A key is written as an EPC URN (``urn:epc:id:sgtin:4012345.011111.9876``), as a Digital Link
(``https://id.gs1.org/01/04012345111118/21/9876``) or as an element string
(``(01)04012345111118(21)9876``). All three give the subject ``sgtin:04012345111118.9876``: kind,
key with its check digit, then the serial or lot after a point, percent signs decoded. A URI that is
no GS1 key is its own subject.
"""

from __future__ import annotations

import csv
import re
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from tanlu.track.events.words.links import link_parts, normal_link

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Key", "check_digit", "element_string", "keys", "read_element", "read_uri"]

HOST = "https://id.gs1.org/"
# GS1 General Specifications 7.11: the 82 characters of a serial, as an EPC URI spells them
X82 = (
    r"(?:%2[125-9A-Fa-f]|%3[0-9A-Fa-f]|%4[1-9A-Fa-f]|%5[0-9AaFf]|%6[1-9A-Fa-f]|%7[0-9Aa]"
    r"|[!')(*+,.0-9:;=A-Za-z_-])"
)
# of a component or part: digits, capitals, dash, and # / as they are escaped
PART = r"(?:%2[3dfDF]|%3[0-9]|%4[1-9A-Fa-f]|%5[0-9Aa]|[0-9A-Z-])"
# what a Digital Link escapes and an EPC URI does not
ESCAPED = {ord(char): f"%{ord(char):02X}" for char in "!()*+,:"}
TO_ESCAPE = frozenset("!()*+,:")
FNC1 = "\x1d"
# application identifiers of an element string: digits, whether a check digit ends them, then text
ELEMENTS = {
    "00": (18, 0), "01": (14, 0), "253": (13, 17), "255": (13, 12), "401": (0, 30), "402": (17, 0),
    "414": (13, 0), "417": (13, 0), "8003": (14, 16), "8004": (0, 30), "8006": (18, 0),
    "8010": (0, 30), "8017": (18, 0), "8018": (18, 0), "10": (0, 20), "21": (0, 20),
    "235": (0, 28), "254": (0, 20), "8011": (0, 12),
}  # fmt: skip
FIXED = {"00": 18, "01": 14, "402": 17, "414": 13, "417": 13, "8006": 18, "8017": 18, "8018": 18}
WORDS = {
    "00": "sscc", "01": "gtin", "253": "gdti", "255": "gcn", "401": "ginc", "402": "gsin",
    "414": "gln", "417": "gln", "8003": "grai", "8004": "giai", "8006": "itip", "8010": "cpi",
    "8017": "gsrnp", "8018": "gsrn",
}  # fmt: skip
QUALIFIED = {
    ("01", "21"): "sgtin", ("01", "10"): "lgtin", ("01", "235"): "upui", ("414", "254"): "sgln",
    ("8006", "21"): "itip", ("8006", "10"): "itip", ("8010", "8011"): "cpi",
}  # fmt: skip
# application identifiers of a kind: of its key, and of a serial or lot that has one of its own
SPELT = {word: (ai, "") for ai, word in WORDS.items()} | {
    "sgtin": ("01", "21"), "lgtin": ("01", "10"), "upui": ("01", "235"), "gln": ("414", ""),
    "sgln": ("414", "254"), "itip": ("8006", "21"), "cpi": ("8010", "8011"),
}  # fmt: skip
BRACKETED = re.compile(r"\((\d{2,4})\)([^(]*(?:\((?!\d{2,4}\))[^(]*)*)")
COLUMNS = ("value", "kind", "subject", "digital_link", "element_string", "why")
DIGITAL = re.compile(r"[0-9]+", re.ASCII)
TEXT = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+""")
PARTS = re.compile(r"[0-9A-Z#/-]+")


class Key(NamedTuple):
    """A GS1 key: its kind, the word for it here, and where it is spelt for a hash.

    ``link`` is the canonical Digital Link (CBV 2.0, 8.9). ``why`` tells what does not hold; such
    a URI looks like a key and is none, and stays its own subject.
    """

    kind: str | None
    subject: str
    link: str | None
    why: str | None = None


class Scheme(NamedTuple):
    """How an EPC URN of one scheme is made up."""

    kind: str
    digits: int
    ai: str
    tail_ai: str
    rank: str
    pattern: re.Pattern[str]
    limit: int


def check_digit(digits: str) -> str:
    """Give the check digit of a key without one (GS1 General Specifications 7.9.1).

    Equation
    --------
    c = (10 - (3·d1 + d2 + 3·d3 + …) mod 10) mod 10, from the right.
    """
    codes = digits.encode()
    # 48 is the code of 0
    total = 3 * sum(codes[-1::-2]) + sum(codes[-2::-2])
    size = len(codes)
    return str(-(total - 48 * (3 * ((size + 1) // 2) + size // 2)) % 10)


def _schemes() -> dict[tuple[str, str], Scheme]:
    text = (
        resources.files("tanlu.track.events.words").joinpath("gs1.csv").read_text(encoding="utf-8")
    )
    found = {}
    for row in csv.DictReader(text.splitlines()):
        size, limit = int(row["digits"]), int(row["tail_max"])
        tails = {
            "": "",
            "text": rf"\.({X82}{{1,{limit}}})",
            "digits": rf"\.(\d{{1,{limit}}})",
            "pieces": rf"\.(\d\d\.\d\d\.{X82}{{1,{limit}}})",
            "pieces_star": r"\.(\d\d\.\d\d\.\*)",
            "star": r"\.(\*)",
            "part": r"\.(\d{1,12})",
            "part_star": r"\.(\*)",
        }
        own = {"part": rf"({PART}+)", "part_star": rf"({PART}+)", "text": ""}
        middle = rf"(\d{{0,{size - 6}}})" if size else own[row["tail"]]
        tail = tails[row["tail"]]
        if not size and row["tail"] == "text":
            tail = rf"({X82}{{1,24}})"
        body = rf"(\d{{6,12}})\.{middle}{tail}"
        found[row["family"], row["scheme"]] = Scheme(
            row["kind"], size, row["ai"], row["tail_ai"], row["rank"],
            re.compile(body, re.ASCII), limit,
        )  # fmt: skip
    return found


SCHEMES = _schemes()


# schemes of TDS that hold no key of GS1
FOREIGN = frozenset(("gid", "usdod", "adi", "bic", "imovn"))


def read_uri(uri: str) -> Key:
    """Give the key that a URI spells; a URI that spells none is its own subject."""
    if uri.startswith("urn:epc:"):
        return _urn(uri)
    if uri[:8].lower() == "urn:epc:":
        return Key(None, uri, None, "it spells no scheme of TDS")
    # a QR code is often all capitals
    if uri[:4].lower() == "http":
        return _link(uri)
    return Key(None, uri, None)


def _urn(uri: str) -> Key:
    words = uri.split(":", 4)
    scheme = SCHEMES.get((words[2], words[3])) if len(words) == 5 else None
    if scheme is None:
        return Key(None, uri, None, _no_scheme(words[2:]))
    found = scheme.pattern.fullmatch(words[4])
    if found is None:
        return Key(None, uri, None, "the URN is not of the form of its scheme")
    if not scheme.digits:
        return _variable(uri, scheme, found)
    groups = found.groups()
    prefix, item = groups[0], groups[1]
    if len(prefix) + len(item) != scheme.digits:
        return Key(None, uri, None, "the URN is not of the form of its scheme")
    tail = groups[2] if len(groups) > 2 else ""
    if scheme.rank == "indicator":
        body = item[:1] + prefix + item[1:]
    else:
        body = ("0" if scheme.rank else "") + prefix + item
    return _whole(scheme, body + check_digit(body), tail)


def _no_scheme(words: list[str]) -> str | None:
    """Give why an EPC URN is of no scheme of GS1, or None where it is one of somebody else."""
    if words[0] in ("tag", "raw", "pat"):
        return "a tag's own URI; events name things by their pure identity"
    known = words[0] in ("id", "idpat") and len(words) > 1 and words[1] in FOREIGN
    return None if known else "it spells no scheme of TDS"


def _variable(uri: str, scheme: Scheme, found: re.Match[str]) -> Key:
    """Give a key that has no check digit: the prefix and what follows have at most 30 signs."""
    groups = found.groups()
    prefix, own = groups[0], groups[1]
    plain = unquote(own)
    if len(prefix) + len(plain) > scheme.limit:
        return Key(None, uri, None, "the key is too long")
    link = f"{HOST}{scheme.ai}/{prefix}{own.translate(ESCAPED)}"
    tail = groups[2] if len(groups) > 2 else "*"
    if tail == "*":
        return Key(scheme.kind, f"{scheme.kind}:{prefix}{plain}", link)
    return Key(
        scheme.kind, f"{scheme.kind}:{prefix}{plain}.{tail}", f"{link}/{scheme.tail_ai}/{tail}"
    )


def _whole(scheme: Scheme, key: str, tail: str) -> Key:
    """Give the key of a scheme from its digits with the check digit, and its serial or lot."""
    kind, link = scheme.kind, f"{HOST}{scheme.ai}/{key}"
    if kind == "itip":
        # piece and total stand in the key, the serial behind
        key, link, tail = key + tail[:2] + tail[3:5], link + tail[:2] + tail[3:5], tail[6:]
    if not tail or tail == "*":
        return Key(kind, f"{kind}:{key}", link)
    if kind == "sgln" and tail == "0":
        return Key("gln", f"gln:{key}", link)
    plain = unquote(tail) if "%" in tail else tail
    if not TO_ESCAPE.isdisjoint(tail):
        tail = tail.translate(ESCAPED)
    joint = f"/{scheme.tail_ai}/" if scheme.tail_ai else ""
    return Key(kind, f"{kind}:{key}.{plain}", f"{link}{joint}{tail}")


def _link(uri: str) -> Key:
    link, parts = normal_link(uri), link_parts(uri)
    if parts is None:
        return Key(None, uri, link)
    ai, value, tail_ai, tail = parts
    key, why = _element(ai, value, tail_ai, tail)
    return Key(None, uri, link, why) if key is None else Key(key[0], key[1], link)


def _element(
    ai: str, value: str, tail_ai: str | None, tail: str
) -> tuple[tuple[str, str] | None, str | None]:
    """Give kind and subject of a key by its application identifiers, or why it is none."""
    kind = QUALIFIED.get((ai, tail_ai or ""), WORDS.get(ai))
    if kind is None:
        return None, f"application identifier {ai} names no key"
    size, more = ELEMENTS[ai]
    digits, own = value[:size], value[size:]
    if len(digits) != size or (size and not DIGITAL.fullmatch(digits)):
        return None, f"({ai}) has {size} digits first"
    if len(own) > more or (own and not _spelt(ai, own)):
        return None, f"({ai}) has a sign or a length that it cannot have"
    if not size and len(own) < 4:
        return None, f"({ai}) has a sign or a length that it cannot have"
    body = digits[:14] if ai == "8006" else digits
    if size and check_digit(body[:-1]) != body[-1]:
        return None, f"the check digit of {body} should be {check_digit(body[:-1])}"
    if tail_ai is None:
        plain = f"{digits}.{own}" if size and own else value
        return (kind, f"{kind}:{plain}"), None
    if not 0 < len(tail) <= ELEMENTS[tail_ai][1] or not _spelt(tail_ai, tail):
        return None, f"({tail_ai}) has a sign or a length that it cannot have"
    if tail_ai == "254" and tail == "0":
        return ("gln", f"gln:{value}"), None
    return (kind, f"{kind}:{value}.{tail}"), None


def _spelt(ai: str, text: str) -> bool:
    if ai in ("255", "8011"):
        return bool(DIGITAL.fullmatch(text))
    return bool((PARTS if ai == "8010" else TEXT).fullmatch(text))


def read_element(text: str) -> Key:
    """Give the key of an element string, ``(01)…(21)…`` or as scanned, FNC1 as a GS sign."""
    found = BRACKETED.findall(text) if text.startswith("(") else _scanned(text)
    if not found:
        return Key(None, text, None, "no element string")
    held = dict(found)
    ai = next((ai for ai, _ in found if ai in WORDS), None)
    if ai is None:
        return Key(None, text, None, "no element string")
    value, tails = held[ai], [tail for key, tail in QUALIFIED if key == ai and tail in held]
    tail_ai = tails[0] if tails else None
    key, why = _element(ai, value, tail_ai, held.get(tail_ai or "", ""))
    if key is None:
        return Key(None, text, None, why)
    link = f"{HOST}{ai}/{quote(value, safe='')}"
    if tail_ai is not None and key[0] != "gln":
        link += f"/{tail_ai}/{quote(held[tail_ai], safe='')}"
    return Key(*key, normal_link(link) or link)


def _scanned(text: str) -> list[tuple[str, str]]:
    """Part an element string as a scanner gives it: fixed lengths, others up to FNC1."""
    found, rest = [], text.removeprefix("]C1").lstrip(FNC1)
    while rest:
        ai = next((rest[:size] for size in (2, 3, 4) if rest[:size] in ELEMENTS), None)
        if ai is None:
            return []
        rest = rest[len(ai) :]
        size = FIXED.get(ai) or (rest.find(FNC1) if FNC1 in rest else len(rest))
        found.append((ai, rest[:size]))
        rest = rest[size:].lstrip(FNC1)
    return found


def element_string(kind: str, subject: str) -> str:
    """Give the element string of a subject, ``(01)04012345111118(21)9876``."""
    value, _, tail = subject.partition(":")[2].partition(".")
    ai, tail_ai = SPELT[kind]
    if kind in ("giai", "ginc"):
        return f"({ai}){subject.partition(':')[2]}"
    if not tail:
        return f"({ai}){value}"
    return f"({ai}){value}({tail_ai}){tail}" if tail_ai else f"({ai}){value}{tail}"


def keys(values: pl.Series) -> pl.DataFrame:
    """Give the GS1 keys that texts spell, one row each.

    Returns
    -------
    DataFrame
        ``value``, ``kind`` (null where it is no GS1 key), ``subject`` (one word for all spellings),
        ``digital_link`` (canonical), ``element_string``, ``why`` (what does not hold where it looks
        like a key). An EPC URN is not given: it needs the length of the company prefix, which no
        other spelling tells.
    """
    import polars as pl

    unique = values.drop_nulls().unique(maintain_order=True)
    read = [read_uri(text) if ":" in text[:6] else read_element(text) for text in unique]
    table = pl.DataFrame(
        {
            "value": unique,
            "kind": [key.kind for key in read],
            "subject": [key.subject for key in read],
            "digital_link": [key.link for key in read],
            "element_string": [
                element_string(key.kind, key.subject) if key.kind else None for key in read
            ],
            "why": [key.why for key in read],
        },
        schema=dict.fromkeys(COLUMNS, pl.String),
    )
    return values.alias("value").to_frame().join(table, on="value", how="left")
