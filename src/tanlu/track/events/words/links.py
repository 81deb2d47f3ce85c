"""GS1 Digital Links: the one form in which a hash takes them, and their parts.

The form is that of CBV 2.0 8.9: host ``id.gs1.org``, application identifiers instead of short
names, a GTIN of 14 digits, the finest level of identification alone, no query. What cannot be
brought into it stays as it was written.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

__all__ = ["link_parts", "normal_link"]

HOST = "https://id.gs1.org"
# short names of application identifiers (GS1 Digital Link 1.1.3, table 4)
SHORT = {
    "gtin": "01", "itip": "8006", "cpid": "8010", "gln": "414", "party": "417", "gsrnp": "8017",
    "gsrn": "8018", "gcn": "255", "sscc": "00", "gdti": "253", "ginc": "401", "gsin": "402",
    "grai": "8003", "giai": "8004", "cpv": "22", "lot": "10", "ser": "21",
}  # fmt: skip
# in the order in which one is looked for where the host is another one
KEYS = (
    "00", "01", "253", "255", "401", "402", "414", "417", "8003", "8004", "8006", "8010", "8017",
    "8018",
)  # fmt: skip
NAMES = "|".join([*KEYS, *(name for name, ai in SHORT.items() if ai in KEYS)])
# what can be a Digital Link at all: a key, at least five signs of value
GATE = re.compile(rf"https?:(?://[^/?#]*)?[^?#]*/(?:{NAMES})/\d{{4}}[^/]", re.ASCII)
AT_HOME = re.compile(rf"{HOST}/(?:{'|'.join(KEYS)})/\d{{4}}[^/]", re.ASCII)
# signs of a serial that need no escape, and those of a component or part
FREE = r"""["'\-.0-9;-?A-Z_a-z]"""
FREE_PART = r"[#\-/0-9A-Z]"
CPV = re.compile(rf"({HOST}/(?:8006/\d{{18}}|01/\d{{14}}))/22/((?:{FREE}|/){{0,20}})", re.ASCII)
LOT = re.compile(
    rf"({HOST}/(?:8006/\d{{18}}|01/\d{{14}}))/10/{FREE}{{0,20}}(/21/{FREE}{{0,20}})", re.ASCII
)
NORMAL = re.compile(
    rf"{HOST}/(?:00/\d{{18}}|01/\d{{14}}(?:/(?:10|21)/{FREE}{{0,20}}|/235/{FREE}{{0,28}})?"
    rf"|253/\d{{13}}{FREE}{{0,17}}|255/\d{{13,25}}|40(?:1/{FREE}{{0,30}}|2/\d{{17}})"
    rf"|414/\d{{13}}(?:/254/{FREE}{{0,20}})?|417/\d{{13}}|8003/\d{{14}}{FREE}{{0,16}}"
    rf"|8004/{FREE}{{0,30}}|8006/\d{{18}}(?:/(?:10|21)/{FREE}{{0,20}})?"
    rf"|8010/{FREE_PART}{{0,30}}(?:/8011/\d{{0,12}})?|801[78]/\d{{18}})",
    re.ASCII,
)
PADS = ((14, ""), (13, "0"), (12, "00"), (8, "000000"))
# which qualifiers name a thing more finely, finest first
FINER = {"01": ("21", "235", "10"), "8006": ("21", "10"), "414": ("254",), "8010": ("8011",)}


def normal_link(uri: str) -> str | None:
    """Give the form of a Digital Link that a hash takes, or None for what is no such link."""
    # the reference of the hash takes nothing for a link that has no point
    if "." not in uri or not GATE.match(uri):
        return None
    found = uri if NORMAL.fullmatch(uri) else _moved(uri.partition("?")[0])
    found = CPV.sub(_without_variant, found) if "/22/" in found else found
    lot = LOT.fullmatch(found) if "/10/" in found else None
    found = lot[1] + lot[2] if lot else found
    return found if NORMAL.fullmatch(found) else None


def _moved(uri: str) -> str:
    """Give a link with application identifiers, at the host of GS1, its GTIN with 14 digits."""
    for name, ai in SHORT.items():
        if name in uri:
            uri = uri.replace(f"/{name}/", f"/{ai}/")
    if not AT_HOME.match(uri):
        place = next((at for ai in KEYS if (at := uri.find(f"/{ai}/")) >= 0), None)
        uri = uri if place is None else HOST + uri[place:]
    home = f"{HOST}/01/"
    if uri.startswith(home):
        size = len(re.match(r"\d*", uri[len(home) :], re.ASCII)[0])  # type: ignore[index]
        pad = next((pad for least, pad in PADS if size >= least), "")
        uri = uri.replace("/01/", f"/01/{pad}") if pad else uri
    return uri


def _without_variant(found: re.Match[str]) -> str:
    """Take the consumer product variant out: it makes no other thing of a thing."""
    if found.end() != len(found.string):
        return found[0]
    _, slash, rest = found[2].partition("/")
    return found[1] + slash + rest


def link_parts(uri: str) -> tuple[str, str, str | None, str] | None:
    """Give key identifier, key, finest qualifier and its value of a Digital Link, else None."""
    path = uri.partition("://")[2].partition("?")[0].partition("#")[0].split("/")[1:]
    words = [SHORT.get(word, word) for word in path]
    at = next((place for place, word in enumerate(words[:-1]) if word in KEYS), None)
    if at is None or not re.match(r"\d{4}", words[at + 1], re.ASCII):
        return None
    ai, value = words[at], unquote(path[at + 1])
    if ai == "01" and len(value) in (8, 12, 13):
        value = value.zfill(14)
    more = dict(zip(words[at + 2 :: 2], path[at + 3 :: 2], strict=False))
    finest = next((name for name in FINER.get(ai, ()) if name in more), None)
    return ai, value, finest, unquote(more[finest]) if finest else ""
