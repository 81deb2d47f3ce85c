"""A handover as a document for people: what both signed, side by side."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from tanlu.terms import Document, Section
from tanlu.terms.proof import cbor
from tanlu.verify.handover.statements import leaf_of

if TYPE_CHECKING:
    from tanlu.terms.proof import cose

__all__ = ["document"]


def document(
    given: cose.Statement, taken: cose.Statement | None = None, *, language: str = "en"
) -> Document:
    """Give the delivery note of two statements; the second may not be there yet.

    ``facts`` hold both contents with hashes as hexadecimal texts.
    """
    told, answer = given.content, taken.content if taken else None

    def say(key: str, **fields: object) -> str:
        return _words()[key][language].format(**fields)

    parties = (
        (say("given"), told["giver"], _instant(told["at_us"])),
        (say("taken"), told["taker"], _instant(answer["at_us"]) if answer else say("none")),
    )
    sides = ("", say("party"), say("time"))
    rows = tuple(_lines(told["items"], answer["items"] if answer else None, say))
    columns = tuple(say(name) for name in ("id", "count_given", "count_taken", "condition"))
    remarks = [*told["exceptions"], *(answer["exceptions"] if answer else ())]
    figures = [(say("waybill"), told["waybill"], ""), (say("place"), told["place"], "")]
    if told["temperature_mc"]:
        low, high = (f"{value / 1000:g}" for value in told["temperature_mc"])
        figures.append((say("temperature"), f"{low} – {high}", "°C"))
    if answer:
        figures.append((say("identity"), say(answer["identity"]), ""))
    proof = tuple(
        (name, leaf_of(each).hex(), each.kid.hex())
        for name, each in ((say("given"), given), (say("taken"), taken))
        if each is not None
    )
    return Document(
        title=say("title", waybill=told["waybill"]),
        language=language,
        sections=(
            Section(say("parties"), figures=tuple(figures), columns=sides, rows=parties),
            Section(say("items"), columns=columns, rows=rows),
            Section(say("exceptions"), text="\n".join(remarks) or "–"),
            Section(say("proof"), columns=("", say("leaf"), say("kid")), rows=proof),
        ),
        facts={"given": cbor.plain(told), "taken": cbor.plain(answer)},
    )


def _lines(given: list[Any], taken: list[Any] | None, say: Any) -> list[tuple[object, ...]]:
    sides = [{one["id"]: one for one in side or ()} for side in (given, taken)]
    return [
        (
            name,
            str(sides[0][name]["count"]) if name in sides[0] else "–",
            str(sides[1][name]["count"]) if name in sides[1] else "–",
            say((sides[1].get(name) or sides[0][name])["condition"]),
        )
        for name in dict.fromkeys([*sides[0], *sides[1]])
    ]


def _instant(at_us: int) -> str:
    return datetime.fromtimestamp(at_us // 1_000_000, UTC).strftime("%Y-%m-%d %H:%M UTC")


@cache
def _words() -> dict[str, dict[str, str]]:
    text = resources.files("tanlu.verify.handover").joinpath("words.csv").read_text("utf-8")
    return {row["key"]: row for row in csv.DictReader(text.splitlines())}
