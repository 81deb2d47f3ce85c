"""A page of shipments as it is asked for over HTTP, and as it is told."""

from __future__ import annotations

import base64
import binascii
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.searching.carrying import CODED
from tanlu.serve.searching.deriving import GROUPS
from tanlu.store.relational.search import MODES, NOTHING, PARTED, SORTS, TIERS, Wanted
from tanlu.terms import time
from tanlu.track.events import subject_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.serve.searching.following import Searching

__all__ = ["page"]

MOST = 200
# how codes begin that are read before they are sought
SPELLED = ("urn:epc:", "http://", "https://", "(", "]c1")
TYPED = (*GROUPS, *CODED, "waybill", "vehicle")


def page(
    searching: Searching,
    tenant: str,
    *,
    q: str = "",
    sort: str = "-date",
    after: str | None = None,
    limit: int = 50,
    mode: Sequence[str] = (),
    period: str | None = None,
    payer: str | None = None,
    tier: str | None = None,
    findings: bool | None = None,
) -> dict[str, Any]:
    """Give a page of an organisation's shipments.

    Parameters
    ----------
    searching
        The indexes.
    tenant
        The organisation.
    q
        Words, each anywhere in what a shipment, its parties and places are called.
    sort
        ``date``, ``co2e``, ``intensity`` or ``name``, with ``-`` for the greatest first. What has
        no amount stands below every amount.
    after
        ``next`` of the page before.
    limit
        Rows of a page, 200 at most.
    mode, period, payer, tier, findings
        Filters: a leg by one of the modes; starts in a period of the ledger's zone; one of its
        payers; its weakest tier; with findings or without.

    Returns
    -------
    dict
        ``shipments``, ``next`` (None on the last page), ``count`` with ``exact``, ``version`` of
        the ledger that the rows are of and ``ledger_version``.

    Raises
    ------
    TanluError
        TL497 for an order or filter that there is not, TL498 for an ``after`` that is not ours,
        TL499 while nothing is built yet.
    """
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    if name not in SORTS:
        raise TanluError("TL497", value=sort, choices=", ".join(SORTS))
    workspace = searching.home.workspace(tenant)
    index = searching.index(tenant)
    wanted = Wanted(
        spelled(q), name, descending, _after(after, name), max(1, min(limit, MOST)),
        _bits(mode), _tier(tier), payer,
        time.period(period, workspace.zone) if period else None, findings,
    )  # fmt: skip
    found = index.ask(wanted)
    if found is None:
        raise TanluError("TL499")
    codes = {row[end] for row in found.rows for end in ("origin", "destination") if row[end]}
    names = index.places(codes)
    last = found.rows[-1] if found.more else None
    return {
        "shipments": [_told(row, names) for row in found.rows],
        "next": None if last is None else _cursor(name, last[SORTS[name]], last["subject"]),
        "count": found.count, "exact": found.exact,
        "version": found.version, "ledger_version": workspace.version,
    }  # fmt: skip


def spelled(question: str) -> str:
    """Give a question with each code as the index writes it.

    What a reader or a label gives (``urn:epc:id:grai:…``, a Digital Link, ``(8003)…``) is read, and
    of a subject such as ``box:B1`` what stands behind its type is sought.
    """
    return " ".join(_code(word) for word in question.split())


def _code(word: str) -> str:
    if word.lower().startswith(SPELLED):
        try:
            subject = subject_of(word)
        except TanluError:
            # half a code, as it is typed
            return word
        return word if subject == word else subject.partition(":")[2]
    kind, _, value = word.partition(":")
    return value if value and kind.lower() in TYPED else word


def _bits(modes: Sequence[str]) -> int:
    found = 0
    for mode in modes:
        if mode not in MODES:
            raise TanluError("TL497", value=mode, choices=", ".join(MODES))
        found |= 1 << MODES.index(mode)
    return found


def _tier(tier: str | None) -> int | None:
    if tier is None:
        return None
    if tier not in TIERS:
        raise TanluError("TL497", value=tier, choices=", ".join(TIERS))
    return TIERS.index(tier)


def _cursor(sort: str, value: Any, subject: str) -> str:
    text = json.dumps([sort, value, subject], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _after(text: str | None, sort: str) -> tuple[Any, str] | None:
    if not text:
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        by, value, subject = json.loads(raw)
    except (ValueError, TypeError, binascii.Error) as error:
        raise TanluError("TL498") from error
    kind = str if sort == "name" else int
    value = NOTHING if value is None and kind is int else value
    sound = by == sort and type(value) is kind and isinstance(subject, str)
    if not sound or (kind is int and not -(1 << 63) <= value < 1 << 63):
        raise TanluError("TL498")
    return value, subject


def _told(row: dict[str, Any], names: dict[str, tuple[str, str]]) -> dict[str, Any]:
    return {
        "subject": row["subject"], "name": row["name"],
        "start_us": row["start"], "end_us": row["end"],
        "co2e_kg": _scaled(row["co2e_ug"], 9), "lower_kg": _scaled(row["lower_ug"], 9),
        "upper_kg": _scaled(row["upper_ug"], 9),
        "intensity_g_per_tkm": _scaled(row["intensity"], 3),
        "transport_tkm": _scaled(row["transport_kgm"], 6),
        "tier": TIERS[row["tier"]] if row["tier"] >= 0 else None,
        "modes": [mode for at, mode in enumerate(MODES) if row["modes"] >> at & 1],
        "legs": row["legs"], "unquantified": row["unquantified"], "findings": row["findings"],
        "payers": [each for each in row["payers"].split(PARTED) if each],
        "parties": [each for each in row["parties"].split(PARTED) if each],
        "origin": _place(row["origin"], names), "destination": _place(row["destination"], names),
    }  # fmt: skip


def _scaled(value: int | None, digits: int) -> str | None:
    if value is None:
        return None
    text = f"{Decimal(value).scaleb(-digits):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _place(code: str | None, names: dict[str, tuple[str, str]]) -> dict[str, str] | None:
    if code is None:
        return None
    name, name_zh = names.get(code, (code, code))
    return {"code": code, "name": name, "name_zh": name_zh}
