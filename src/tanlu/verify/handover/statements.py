"""A handover as two statements: what the giver gave, and what the taker took.

The taker's statement names the leaf of the giver's, so that neither can be shown without the
other. A delivery, a pick-up and the return of boxes are the same thing with other parties.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from tanlu.errors import TanluError
from tanlu.terms.proof import cose, keys, tree

__all__ = ["GIVE", "TAKE", "counted", "facts", "give", "given", "leaf_of", "take"]

TYPE = "tanlu/pod/v1"
GIVE, TAKE = "give", "take"
CONDITIONS = ("good", "damaged", "missing")
IDENTITIES = ("key", "one-time")
TEXTS = ("waybill", "giver", "taker", "place")
MAX_FILE_BYTES = 1 << 20


def given(path: str | Path) -> dict[str, Any]:
    """Give what a file ``handover.toml`` tells, as the payload of the giver's statement.

    Parameters
    ----------
    path
        TOML: ``waybill, giver, taker, place, at`` (with zone); ``[[items]]`` with ``id``,
        ``count``, ``condition`` (good, damaged, missing); optional ``temperature_c`` (least and
        greatest), ``photos`` and ``terms`` (files beside it, of which only the SHA-256 is
        signed), ``exceptions`` (texts).

    Raises
    ------
    TanluError
        TL790 for what is missing or cannot be.
    """
    file = Path(path)
    told = _toml(file)
    photos = [_hashed(file.parent / str(name)) for name in _list(told, "photos")]
    terms = told.get("terms")
    return facts(
        **{name: _text(told, name) for name in TEXTS},
        at_us=_instant(told.get("at")),
        items=[_item(one) for one in _list(told, "items")],
        temperature_mc=[_milli(value) for value in _list(told, "temperature_c")],
        photos=photos,
        exceptions=[str(one) for one in _list(told, "exceptions")],
        terms=None if terms is None else _hashed(file.parent / str(terms)),
    )


def counted(path: str | Path) -> list[dict[str, Any]]:
    """Give the items that a file ``counted.toml`` tells: ``[[items]]`` as in ``handover.toml``.

    Raises
    ------
    TanluError
        TL790 for what cannot be.
    """
    return [_item(one) for one in _list(_toml(Path(path)), "items")]


def _toml(file: Path) -> dict[str, Any]:
    if not file.is_file() or file.stat().st_size > MAX_FILE_BYTES:
        raise _wrong(file.name, "there is no such file of at most 1 MB")
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(file.name, f"not TOML: {error}") from error


def facts(
    *,
    waybill: str,
    giver: str,
    taker: str,
    place: str,
    at_us: int,
    items: Sequence[Mapping[str, Any]],
    temperature_mc: Sequence[int] = (),
    photos: Sequence[bytes] = (),
    exceptions: Sequence[str] = (),
    terms: bytes | None = None,
) -> dict[str, Any]:
    """Give the payload of the giver's statement.

    Raises
    ------
    TanluError
        TL790 when there are no items, the same item stands twice, or the parties are one.
    """
    ids = [item["id"] for item in items]
    if not ids or len(set(ids)) != len(ids):
        raise _wrong("items", "at least one, and each only once")
    if giver == taker:
        raise _wrong(giver, "who gives is not who takes")
    if len(temperature_mc) not in (0, 2) or list(temperature_mc) != sorted(temperature_mc):
        raise _wrong("temperature_c", "the least and the greatest")
    return {
        "type": TYPE, "step": GIVE, "waybill": waybill, "giver": giver, "taker": taker,
        "place": place, "at_us": at_us, "items": [dict(item) for item in items],
        "temperature_mc": list(temperature_mc), "photos": list(photos),
        "exceptions": list(exceptions), "terms": terms,
    }  # fmt: skip


def give(key: keys.SigningKey, payload: Mapping[str, Any], issued_s: int) -> cose.Statement:
    """Give the giver's signed statement."""
    return cose.Statement.sign(
        key,
        type="pod",
        issuer=payload["giver"],
        subject=f"waybill:{payload['waybill']}",
        issued_s=issued_s,
        payload=payload,
    )


def take(
    key: keys.SigningKey,
    of: cose.Statement,
    issued_s: int,
    *,
    at_us: int,
    items: Sequence[Mapping[str, Any]] | None = None,
    exceptions: Sequence[str] = (),
    identity: str = "key",
) -> cose.Statement:
    """Give the taker's signed statement about a giver's.

    Parameters
    ----------
    of
        What the giver signed.
    items
        What the taker counted; the giver's items if not said, which accepts them as they are.
    identity
        ``key``, or ``one-time`` for a walk-in who showed a code: a weaker identity.

    Raises
    ------
    TanluError
        TL790 when ``of`` is no giver's statement, or the identity is no such word.
    """
    told = of.content
    if told.get("step") != GIVE:
        raise _wrong(str(told.get("step")), "what is taken is what somebody gave")
    if identity not in IDENTITIES:
        raise _wrong(identity, "an identity is key or one-time")
    payload = {
        "type": TYPE, "step": TAKE, "of": leaf_of(of), "waybill": told["waybill"],
        "giver": told["giver"], "taker": told["taker"], "at_us": at_us,
        "items": [dict(item) for item in (told["items"] if items is None else items)],
        "exceptions": list(exceptions), "identity": identity,
    }  # fmt: skip
    return cose.Statement.sign(
        key,
        type="pod",
        issuer=told["taker"],
        subject=f"waybill:{told['waybill']}",
        issued_s=issued_s,
        payload=payload,
    )


def leaf_of(statement: cose.Statement) -> bytes:
    """Give the hash under which a statement stands in a log."""
    return tree.leaf(statement.encode())


def _item(told: object) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise _wrong(str(told)[:60], "an item has id, count and condition")
    count, condition = told.get("count", 1), told.get("condition", "good")
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count < 2**31:
        raise _wrong(str(count)[:60], "a count is a whole number")
    if condition not in CONDITIONS:
        raise _wrong(str(condition)[:60], f"a condition is one of {', '.join(CONDITIONS)}")
    return {"id": _text(told, "id"), "count": count, "condition": condition}


def _text(told: Mapping[str, Any], name: str) -> str:
    found = told.get(name)
    if not isinstance(found, str) or not found or len(found) > 200:
        raise _wrong(name, "a text of 1 to 200 characters")
    return found


def _list(told: Mapping[str, Any], name: str) -> list[Any]:
    found = told.get(name, [])
    if not isinstance(found, list) or len(found) > 500:
        raise _wrong(name, "a list of at most 500")
    return found


def _instant(at: object) -> int:
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise _wrong(str(at)[:60], "a time with its zone, such as 2026-11-21T10:00:00+08:00")
    return round(at.timestamp()) * 1_000_000


def _milli(celsius: object) -> int:
    if not isinstance(celsius, int | float) or isinstance(celsius, bool) or abs(celsius) > 1000:
        raise _wrong(str(celsius)[:60], "a temperature in degrees Celsius")
    return round(celsius * 1000)


def _hashed(path: Path) -> bytes:
    if not path.is_file():
        raise _wrong(path.name, "there is no such file")
    with path.open("rb") as held:
        digest = sha256()
        while chunk := held.read(1 << 20):
            digest.update(chunk)
    return digest.digest()


def _wrong(value: str, why: str) -> TanluError:
    return TanluError("TL790", value=value, why=why)
