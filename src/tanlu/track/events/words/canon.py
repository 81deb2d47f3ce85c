"""One form for each value of an event, as the event hash of CBV 2.0 8.9 takes it."""

from __future__ import annotations

import math
import re
from datetime import date

from tanlu.track.events.words.gs1 import Key, read_uri
from tanlu.track.events.words.vocabulary import URNS, iris

__all__ = ["canonical", "instant", "key_of", "newer", "normal_time", "said"]

# RFC 3339; a leap second or a year 0 names no instant here
MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))", re.ASCII
)
EPOCH = date(1970, 1, 1).toordinal()
DAY_S = 86_400
# URNs of vocabularies of CBV 1.x and the web vocabulary that took their place
WEB = tuple(
    (urn, next(iter(iris(name).values())).rpartition("-")[0] + "-") for name, urn in URNS.items()
)
# what a number can begin with beside a digit of another script, as Python reads one
NUMERIC = frozenset("0123456789+-.iInN")
KEPT = 1 << 17

_keys: dict[str, Key] = {}


Instant = tuple[int, str]  # microseconds since 1970 UTC, and the text in UTC to the millisecond


def key_of(uri: str) -> Key:
    """Give the key of a URI, from memory where it was met a moment ago."""
    found = _keys.get(uri)
    if found is None:
        if len(_keys) >= KEPT:
            _keys.clear()
        found = _keys[uri] = read_uri(uri)
    return found


def canonical(text: str) -> str:
    """Give a value in one form: words of CBV as IRIs, plain numbers, Digital Links."""
    text = newer(text)
    if text[:1] in NUMERIC or text[:1].isdecimal():
        return _number(text)
    return key_of(text).link or text


def newer(text: str) -> str:
    """Give a text with the words of the web vocabulary in place of the URNs of CBV 1.x."""
    if "urn:epcglobal:cbv:" in text:
        for urn, iri in WEB:
            text = text.replace(urn, iri)
    return text


def _number(text: str) -> str:
    """Give a number without leading zeros, plus sign and needless decimals; else the text."""
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number):
        return text
    return str(int(number)) if number == int(number) else str(number)


def instant(text: str) -> Instant | None:
    """Give the instant of an RFC 3339 date and time; None where there is none.

    Milliseconds are rounded half to even, as the reference of the hash does.
    """
    day, minute = _DAYS.get(text[:10]), _MINUTES.get(text[11:16])
    second, rest = _SECONDS.get(text[16:19]), _RESTS.get(text[19:])
    if day is None or minute is None or second is None or rest is None or text[10] != "T":
        return _instant(text)
    micro, milli = rest
    since = day + minute + second
    if milli is None:
        # in UTC to the millisecond already, as most systems write it
        return since * 1_000_000 + micro, text
    spelt = _said(since * 1000 + milli)
    return None if spelt is None else (since * 1_000_000 + micro, spelt)


def _instant(text: str) -> Instant | None:
    found = MOMENT.fullmatch(text)
    if found is None:
        return None
    day, clock, fraction, _, sign, hours, minutes = found.groups()
    if sign and (int(hours) > 23 or int(minutes) > 59):
        return None
    shift = (int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1) if sign else 0
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    milli = round(micro, -3) // 1000 - shift * 60_000
    try:
        since = _DAYS[day] + _MINUTES[clock[:5]] + _SECONDS[clock[5:]]
    except (KeyError, ValueError):
        return None
    spelt = _said(since * 1000 + milli)
    if spelt is None:
        return None
    if len(_RESTS) > KEPT:
        _RESTS.clear()
    as_said = fraction is not None and len(fraction) == 3 and text.endswith("Z")
    _RESTS[text[19:]] = micro - shift * 60_000_000, None if as_said else milli
    return since * 1_000_000 + micro - shift * 60_000_000, spelt


def said(micro: int) -> str | None:
    """Give the text of an instant [µs since 1970] in UTC to the millisecond."""
    return _said(micro // 1000)


def _said(milli: int) -> str | None:
    """Give the text of an instant [ms since 1970]; None beyond the years 1 to 9999."""
    second, rest = divmod(milli, 1000)
    day, clock = divmod(second, DAY_S)
    try:
        return f"{_TEXTS[day]}T{_TIMES[clock]}.{rest:03d}Z"
    except ValueError:
        return None


class _Days(dict[str, int]):
    """Seconds since 1970 of each day by its text; ValueError for what is no day."""

    def __missing__(self, text: str) -> int:
        if len(self) > KEPT:
            self.clear()
        found = self[text] = (date.fromisoformat(text).toordinal() - EPOCH) * DAY_S
        return found


class _Texts(dict[int, str]):
    """The text of each day by its number since 1970; ValueError beyond the years 1 to 9999."""

    def __missing__(self, number: int) -> str:
        if len(self) > KEPT:
            self.clear()
        found = self[number] = date.fromordinal(number + EPOCH).isoformat()
        return found


class _Times(dict[int, str]):
    """The text of each second of a day."""

    def __missing__(self, second: int) -> str:
        found = self[second] = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
        return found


_DAYS, _TEXTS, _TIMES = _Days(), _Texts(), _Times()
# seconds of each minute of a day and of each second of a minute, by their texts
_MINUTES = {f"{one // 60:02d}:{one % 60:02d}": 60 * one for one in range(1440)}
_SECONDS = {f":{one:02d}": one for one in range(60)}
# of what follows the second: microseconds with the offset taken off, and milliseconds where the
# text in UTC is another one
_RESTS: dict[str, tuple[int, int | None]] = {}


def normal_time(text: str) -> str:
    """Give a date and time in UTC to the millisecond; what is none stays as it was written."""
    found = instant(text)
    return text if found is None else found[1]
