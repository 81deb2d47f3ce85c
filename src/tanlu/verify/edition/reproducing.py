"""A published edition made again: rows to the microgram, total, and the bytes of its report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tanlu.account import spec
from tanlu.errors import say
from tanlu.terms import VERSION, Progress
from tanlu.verify.edition.extent import parts_of, total_of
from tanlu.verify.edition.pinning import FURTHER, made_by
from tanlu.verify.replay import replay
from tanlu.verify.reprice import kilograms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import polars as pl

__all__ = ["reproduce", "told_otherwise", "verdict"]

SAME, DIFFERS, UNDECIDED = "same", "differs", "undecided"
# the files of a report whose bytes an edition pins
PINNED = {"json": "report_sha256", "pdf": "pdf_sha256"}


def reproduce(
    workspace: Any,
    row: Mapping[str, Any],
    rows: pl.LazyFrame,
    *,
    profiles: Collection[str] | None = None,
) -> Iterator[Progress]:
    """Match and quantify again what an edition counts, from the activities of its ledger version.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    row
        The edition, schema ``edition``.
    rows
        What it counts at its version, columns ``COUNTED``.
    profiles
        Whose emissions its report reads; those of its own profile without.

    Yields
    ------
    Progress
        In activities. The last one's result is a dict: what ``replay`` gives, with ``edition``,
        ``version``, ``co2e_ug`` (the sum counted again), ``co2e_kg`` and ``found``: code and
        sentence in both tongues of all that is not as it was pinned.
    """
    version = int(row["version"])
    wanted = {row["profile"], *(profiles or ())}
    facts: dict[str, Any] = {}
    for step in replay(workspace, as_of=version, profiles=wanted):
        if isinstance(step.result, dict):
            facts = step.result
        else:
            yield step
    parts = parts_of(rows)
    total = sum(parts.values())
    made = made_by(workspace, row["profile"], version)
    found = [*_repeated(row, facts), *_summed(row, parts), *_pins(row, made)]
    result = {
        **facts, "edition": row["edition"], "version": version, "co2e_ug": str(total),
        "co2e_kg": kilograms(total), "pinned_ug": row["co2e_ug"], "found": found,
    }  # fmt: skip
    done = int(facts["activities"])
    yield Progress("replay", done, done, "activities", result)


def verdict(
    row: Mapping[str, Any], facts: Mapping[str, Any], made: Mapping[str, str | None]
) -> dict[str, Any]:
    """Decide whether an edition is what it was, and say by what.

    Parameters
    ----------
    row
        The edition.
    facts
        What ``reproduce`` gives.
    made
        SHA-256 of the report made again by form (json, pdf); None where it could not be made.

    Returns
    -------
    dict
        ``verdict`` (same, differs, undecided), ``findings`` and ``reports``: for each form that is
        pinned its hash, the one found and whether they are the same.

    Notes
    -----
    Other facts of a report are a difference when the very version of Tanlu that published it makes
    them; of another version they only leave open whether the report or its look differs, and so
    do other pages of the same facts, which another typesetter may have set. Other micrograms are
    always a difference, unless the formulas that are pinned are not here.
    """
    found = list(facts["found"])
    reports = []
    for form, column in PINNED.items():
        if row[column]:
            same = made.get(form) == row[column] if made.get(form) else None
            again = {"form": form, "pinned": row[column], "made": made.get(form), "same": same}
            reports.append(again)
    other_code = row["code_version"] != VERSION
    for each in reports:
        if each["same"] is False:
            code = "TL648" if other_code or each["form"] != "json" else "TL647"
            found.append(_finding(code, value=row["edition"], form=each["form"],
                                  version=row["code_version"], now=VERSION))  # fmt: skip
        elif each["same"] is None:
            found.append(_finding("TL649", value=row["edition"], form=each["form"]))
    if not reports:
        found.append(_finding("TL650", value=row["edition"]))
    return {"verdict": _of(found), "findings": found, "reports": reports}


def told_otherwise(
    row: Mapping[str, Any], told: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Give a finding when the log of a ledger tells an edition otherwise, or twice.

    One that it does not tell yet is told when the log follows the ledger next.

    Parameters
    ----------
    row
        The edition as the ledger has it.
    told
        The edition as each statement of its name has it.
    """
    own = {name: value for name, value in row.items() if value is not None}
    if list(told) in ([], [own]):
        return []
    return [_finding("TL659", value=row["edition"])]


def _of(found: list[dict[str, Any]]) -> str:
    kinds = {each["decides"] for each in found}
    if DIFFERS in kinds:
        return DIFFERS
    return UNDECIDED if UNDECIDED in kinds else SAME


# what each finding decides; a form that cannot be made here leaves the others to decide
DECIDES = {
    "TL647": DIFFERS, "TL648": UNDECIDED, "TL649": SAME, "TL650": SAME,
    "TL651": DIFFERS, "TL652": UNDECIDED, "TL653": DIFFERS, "TL654": DIFFERS,
    "TL659": DIFFERS,
}  # fmt: skip


def _finding(code: str, **fields: object) -> dict[str, Any]:
    return {
        "code": code,
        "decides": DECIDES[code],
        "en": say(code, language="en", **fields),
        "zh": say(code, language="zh", **fields),
    }


def _repeated(row: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give what the repeated calculation found: a difference, or formulas that are not here."""
    if not facts["differences"]:
        return
    count = facts["differences"]
    if row["spec_hash"] != spec().sha256:
        why = f"{count} rows differ, but Tanlu {row['code_version']} had other formulas"
        yield _finding("TL652", value=row["edition"], why=why)
    else:
        first = facts["findings"][0]
        yield _finding("TL651", value=row["edition"], count=count, why=first["hint"])


def _summed(row: Mapping[str, Any], parts: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    total = sum(parts.values())
    pinned = total_of(row)
    if str(total) != row["co2e_ug"] or (pinned and pinned != dict(parts)):
        yield _finding("TL653", value=row["edition"], was=row["co2e_ug"], now=total)


def _pins(row: Mapping[str, Any], made: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Give the pins that the ledger does not have at that version."""
    told = {"gwp_set": row["gwp_set"], "spec": row["spec_hash"], "factors": row["factors_hash"]}
    if row["pins"]:
        told |= dict.fromkeys(FURTHER, "") | json.loads(row["pins"])
    for name, pinned in sorted(told.items()):
        if made.get(name, "") != pinned:
            yield _finding("TL654", value=row["edition"], pin=name)
