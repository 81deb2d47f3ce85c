"""What a URI, an instant and an offset may look like (RFC 3986, RFC 3339)."""

from __future__ import annotations

import ipaddress
import re

__all__ = ["is_offset", "is_uri"]

SIGN = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})"
USER = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})"
NAME = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})"
URI = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.\-]*:"
    rf"(?://(?:{USER}*@)?(?:{NAME}*|\[(?P<ip>[^\]]*)\])(?::[0-9]*)?(?:/{SIGN}*)*"
    rf"|/?(?:{SIGN}+(?:/{SIGN}*)*)?)"
    rf"(?:\?(?:{SIGN}|[/?])*)?(?:#(?:{SIGN}|[/?])*)?"
)
# the most usual by far: a scheme, then signs that have no meaning of their own
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[A-Za-z0-9\-._~:@]+")
FUTURE = re.compile(r"[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+")
# EPCIS 2.0 7.4.1: hours to 14, so that no offset is wider than there are
OFFSET = re.compile(r"[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)", re.ASCII)


def is_uri(text: object) -> bool:
    """Tell whether a value is a URI with a scheme."""
    if not isinstance(text, str):
        return False
    if PLAIN.fullmatch(text):
        return True
    found = URI.fullmatch(text)
    if found is None or found["ip"] is None:
        return found is not None
    try:
        ipaddress.IPv6Address(found["ip"])
    except ValueError:
        return FUTURE.fullmatch(found["ip"]) is not None
    return "%" not in found["ip"]


def is_offset(text: object) -> bool:
    """Tell whether a value is an offset of a clock, ``+08:00``."""
    return isinstance(text, str) and OFFSET.fullmatch(text) is not None
