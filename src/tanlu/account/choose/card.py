"""Model cards: what was learned, from what, and how good it is, under the hash of its own bytes.

A card is canonical JSON of texts and whole numbers; its name is its SHA-256. It needs no library
to be read, and holds everything that a number made by it depends on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.account.choose.drives import FEATURES
from tanlu.account.choose.trees import checked
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TYPE", "Card", "card_of", "read_card"]

TYPE = "tanlu/card/v1"
MEMBERS = {
    "type", "tanlu", "spec", "figures", "features", "options", "data", "level_ppm", "classes",
}  # fmt: skip
MOST = 64 << 20  # bytes


@dataclass(frozen=True)
class Card:
    """A model card: its canonical bytes and what they say."""

    canonical: bytes
    content: Mapping[str, Any] = field(compare=False)

    @cached_property
    def sha256(self) -> str:
        """Its name."""
        return sha256(self.canonical).hexdigest()

    @cached_property
    def classes(self) -> dict[str, dict[str, Any]]:
        """What it says of each class of vehicle and carrier, by ``class/carrier``."""
        return {each["key"]: each for each in self.content["classes"]}

    def model_id(self, key: str, method: str) -> str:
        """Give 16 hexadecimal digits that name a model of a class: what rows of it err by."""
        return sha256(f"{self.sha256}|{method}|{key}".encode()).hexdigest()[:16]


def card_of(content: Mapping[str, Any]) -> Card:
    """Give the card that says this."""
    return read_card(_canonical(content))


def _canonical(content: object) -> bytes:
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def read_card(raw: bytes) -> Card:
    """Give the card of its bytes, which may come from a stranger.

    Raises
    ------
    TanluError
        TL538 when they are not a card: other members, other bytes than the canonical ones, a
        number that is not whole, a tree that does not end.
    """
    if len(raw) > MOST:
        raise _wrong(f"longer than {MOST} bytes")
    try:
        content = json.loads(raw, parse_float=_refused, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise _wrong(str(error)) from error
    if not isinstance(content, dict) or set(content) != MEMBERS or content["type"] != TYPE:
        raise _wrong(f"it is not of type {TYPE}")
    if _canonical(content) != raw:
        raise _wrong("its bytes are not canonical")
    if content["features"] != list(FEATURES):
        raise _wrong("it asks for other features")
    if not isinstance(content["classes"], list):
        raise _wrong("it has no classes")
    for each in content["classes"]:
        _class(each)
    keys = [each["key"] for each in content["classes"]]
    if len(set(keys)) != len(keys):
        raise _wrong("a class stands twice")
    return Card(raw, content)


def _class(each: Any) -> None:
    """Check what applying a class of a card relies on."""
    if not isinstance(each, dict) or not isinstance(each.get("key"), str):
        raise _wrong("a class has no key")
    names, figures = each.get("distrusted"), each.get("methods")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _wrong(f"'{each['key']}' does not list distrusted vehicles")
    if not isinstance(figures, dict) or not all(map(_judged, figures.values())):
        raise _wrong(f"'{each['key']}' does not tell how methods err")
    if figures and not all(_whole(each.get(name)) for name in ("physics", "scale")):
        raise _wrong(f"'{each['key']}' does not calibrate physics and curve")
    models = each.get("models")
    if models is None:
        return
    if not isinstance(models, dict) or set(models) != {"low", "middle", "high"}:
        raise _wrong(f"'{each['key']}' has no models of low, middle and high")
    span = each.get("span")
    whole = isinstance(span, list) and len(span) == len(FEATURES) and all(map(_pair, span))
    if not whole or not _whole(each.get("offset")) or not _judged(figures.get("learned")):
        raise _wrong(f"'{each['key']}' does not tell what its model saw or how far it errs")
    for model in models.values():
        checked(model)


def _judged(figures: Any) -> bool:
    wanted = ("mae_ppm", "sigma_ppm", "low", "high")
    return isinstance(figures, dict) and all(_whole(figures.get(name)) for name in wanted)


def _pair(values: Any) -> bool:
    return isinstance(values, list) and len(values) == 2 and all(map(_whole, values))


def _whole(value: object) -> bool:
    # so far from the ends of int64 that a sum of two stays inside
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**61


def _refused(text: str) -> None:
    raise ValueError(f"{text} is no whole number")


def _wrong(why: str) -> TanluError:
    return TanluError("TL538", value="card", why=why)
