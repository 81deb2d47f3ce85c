"""What the two sides of each handover say together, and in whose hands each box is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from tanlu.errors import say
from tanlu.terms import schema
from tanlu.verify.handover.statements import CONDITIONS, GIVE, IDENTITIES, TAKE, leaf_of

if TYPE_CHECKING:
    import polars as pl

    from tanlu.terms.proof import cose

__all__ = ["Handovers", "handovers"]

BOX = "box:"


class Stated(Protocol):
    """A statement at its place in a log."""

    index: int
    statement: cose.Statement


class Handovers(NamedTuple):
    """Handovers and custody, and what is wrong with them.

    ``handovers``: one row each, ``waybill, giver, taker, place, at_us, given, taken`` (log
    entries, ``taken`` null while nobody took it), ``items, good, damaged, missing`` (counts of
    the taker, of the giver while nobody took), ``identity, agreed`` (1 or 0).
    ``custody``: one row for each box and handover that both signed: ``box, at_us, giver, taker,
    taken``. ``findings``: schema ``finding``.
    """

    handovers: pl.DataFrame
    custody: pl.DataFrame
    findings: pl.DataFrame


def handovers(stated: Iterable[Stated], names: Mapping[int, str] | None = None) -> Handovers:
    """Give the handovers that statements of type ``pod`` tell, in the order of the log.

    Parameters
    ----------
    stated
        Statements with their place in the log.
    names
        Name of the key that signed each entry, where the log's directory of keys tells it.

    Returns
    -------
    Handovers
        Findings: TL790 a statement in another form, TL791 signed by one side only, TL792 the sides
        do not agree, TL793 a box is given by somebody who does not have it, TL794 signed in another
        party's name, TL795 two answers to one handover or an answer to none.
    """
    import polars as pl

    given: dict[bytes, tuple[int, dict[str, Any]]] = {}
    taken: dict[bytes, tuple[int, dict[str, Any]]] = {}
    found: list[dict[str, Any]] = []
    for one in stated:
        told = one.statement.content
        if not _whole(told):
            found.append(_finding("TL790", told, index=one.index, why="it is not in its form"))
            continue
        party = told["giver" if told["step"] == GIVE else "taker"]
        signer = (names or {}).get(one.index, party)
        if signer != party:
            found.append(_finding("TL794", told, index=one.index, party=party, signer=signer))
        elif told["step"] == GIVE:
            given[leaf_of(one.statement)] = (one.index, told)
        elif told["step"] == TAKE and told["of"] in given and told["of"] not in taken:
            due = given[told["of"]][1]
            if any(told[name] != due[name] for name in ("waybill", "giver", "taker")):
                # somebody else's answer is none, and the right one may still come
                party = due["taker"]
                found.append(_finding("TL794", told, index=one.index, party=party, signer=signer))
                continue
            taken[told["of"]] = (one.index, told)
        else:
            found.append(_finding("TL795", told, index=one.index))
    rows = [_row(index, told, taken.get(leaf), found) for leaf, (index, told) in given.items()]
    boxes = _custody((told, *taken[leaf]) for leaf, (_, told) in given.items() if leaf in taken)
    found += _breaks(boxes)
    columns = {
        "waybill": pl.String, "giver": pl.String, "taker": pl.String, "place": pl.String,
        "at_us": pl.Int64, "given": pl.Int64, "taken": pl.Int64, "items": pl.Int64,
        "good": pl.Int64, "damaged": pl.Int64, "missing": pl.Int64, "identity": pl.String,
        "agreed": pl.Int64,
    }  # fmt: skip
    chain = {
        "box": pl.String, "at_us": pl.Int64, "giver": pl.String, "taker": pl.String,
        "taken": pl.Int64,
    }  # fmt: skip
    table = schema("finding")
    told_wrong = pl.DataFrame(found, schema=table.dtypes()) if found else table.empty()
    return Handovers(
        pl.DataFrame(rows, schema=columns), pl.DataFrame(boxes, schema=chain), told_wrong
    )


def _whole(told: Mapping[str, Any]) -> bool:
    """Tell whether a statement has what the step that it tells needs."""
    texts = {GIVE: ("waybill", "giver", "taker", "place"), TAKE: ("waybill", "giver", "taker")}
    step, items = told.get("step"), told.get("items")
    if step not in texts or not isinstance(items, list):
        return False
    return (
        all(isinstance(told.get(name), str) for name in texts[step])
        and type(told.get("at_us")) is int
        and (step == GIVE or (type(told.get("of")) is bytes and told.get("identity") in IDENTITIES))
        and all(
            isinstance(one, dict)
            and isinstance(one.get("id"), str)
            and type(one.get("count")) is int
            and one["count"] >= 0
            and one.get("condition") in CONDITIONS
            for one in items
        )
        and len({one["id"] for one in items}) == len(items)
    )


def _row(
    index: int,
    told: dict[str, Any],
    answer: tuple[int, dict[str, Any]] | None,
    found: list[dict[str, Any]],
) -> dict[str, Any]:
    counted = told if answer is None else answer[1]
    if answer is None:
        found.append(_finding("TL791", told, index=index))
    differing = [] if answer is None else _differing(told["items"], counted["items"])
    for name, left, right in differing:
        evidence = {"item": name, "given": left, "taken": right}
        found.append(_finding("TL792", told, index=index, **evidence))
    by = dict.fromkeys(("good", "damaged", "missing"), 0)
    for item in counted["items"]:
        by[item["condition"]] += item["count"]
    return {
        **{name: told[name] for name in ("waybill", "giver", "taker", "place")},
        "at_us": counted["at_us"],
        "given": index,
        "taken": None if answer is None else answer[0],
        "items": sum(by.values()),
        **by,
        "identity": None if answer is None else counted["identity"],
        "agreed": int(answer is not None and not differing),
    }


def _differing(given: list[Any], taken: list[Any]) -> list[tuple[str, Any, Any]]:
    sides = [
        {one["id"]: [one["count"], one["condition"]] for one in side} for side in (given, taken)
    ]
    names = sorted(sides[0].keys() | sides[1].keys())
    return [
        (name, sides[0].get(name), sides[1].get(name))
        for name in names
        if sides[0].get(name) != sides[1].get(name)
    ]


def _custody(
    pairs: Iterable[tuple[dict[str, Any], int, dict[str, Any]]],
) -> list[dict[str, Any]]:
    rows = [
        {
            "box": item["id"],
            "at_us": answer["at_us"],
            "giver": told["giver"],
            "taker": told["taker"],
            "taken": index,
        }
        for told, index, answer in pairs
        for item in answer["items"]
        if item["id"].startswith(BOX) and item["condition"] != "missing"
    ]
    # the log tells the order; clocks of two parties do not
    return sorted(rows, key=lambda row: (row["box"], row["taken"]))


def _breaks(boxes: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Give a finding where a box goes on from other hands than those into which it came."""
    holder: dict[str, str] = {}
    for row in boxes:
        had = holder.get(row["box"])
        if had is not None and had != row["giver"]:
            told = {"waybill": row["box"], **row}
            yield _finding("TL793", told, index=row["taken"], holder=had, giver=row["giver"])
        holder[row["box"]] = row["taker"]


def _finding(code: str, told: Mapping[str, Any], *, index: int, **evidence: Any) -> dict[str, Any]:
    content = {"entry": index, **evidence}
    return {
        "finding_id": f"pod|{code}|{index}|{evidence.get('item', '')}",
        "code": code,
        "severity": "warning" if code == "TL791" else "error",
        "subject": str(told.get("waybill")),
        "column": None,
        "value": None,
        "hint": say(code, value=str(told.get("waybill")), **evidence),
        "count": 1,
        "source_sha256": None,
        "source_line": None,
        "evidence": json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")),
        "profile": None,
    }
