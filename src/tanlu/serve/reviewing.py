"""What verifiers say of a claim: findings, their ends, and the sign-off that none may stand open.

It is a record of work on this server. The opinion that binds is a statement of the log, signed by a
key that never lies here (``tanlu audit opine``).
"""

from __future__ import annotations

import json
import secrets
import time
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.relational.tables import jobs, proofs

if TYPE_CHECKING:
    from tanlu.store.relational import Scoped

__all__ = [
    "CHECK",
    "PLAN",
    "checks",
    "close",
    "opened",
    "plans",
    "raised",
    "said",
    "sign",
    "state_of",
]

JOBS, REVIEWS = jobs.JOBS, proofs.REVIEWS
# the verbs that make a claim again and a plan of the samples
CHECK, PLAN = "edition.check", "assurance.plan"
MOST_CHECKS = 200
MOST_WORDS = 4_000


def said(scoped: Scoped, claim: str | None = None) -> list[dict[str, Any]]:
    """Give what was said of a claim, or of all, in its order."""
    of = () if claim is None else (REVIEWS.c.claim == claim,)
    return scoped.rows(REVIEWS, *of, order=(REVIEWS.c.at_us, REVIEWS.c.review))


def checks(scoped: Scoped) -> dict[str, dict[str, Any]]:
    """Give for each claim the newest job that made it again, with its result as a mapping."""
    rows = scoped.rows(JOBS, JOBS.c.kind == CHECK, order=(JOBS.c.id.desc(),), limit=MOST_CHECKS)
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        claim = json.loads(row["arguments"]).get("name")
        result = json.loads(row["result"]) if row["result"] else None
        found.setdefault(str(claim), {**row, "result": result})
    return found


def plans(scoped: Scoped, limit: int = 5) -> list[dict[str, Any]]:
    """Give the newest jobs that planned the samples."""
    return scoped.rows(JOBS, JOBS.c.kind == PLAN, order=(JOBS.c.id.desc(),), limit=limit)


def opened(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the findings that nobody has ended."""
    ended = {row["about"] for row in rows if row["kind"] == "closed"}
    return [row for row in rows if row["kind"] == "finding" and row["review"] not in ended]


def state_of(rows: list[dict[str, Any]], check: dict[str, Any] | None) -> str:
    """Give the state of a claim: open, running, same, differs, findings or signed."""
    if opened(rows):
        return "findings"
    if any(row["kind"] == "signed" for row in rows):
        return "signed"
    if check is None:
        return "open"
    if check["state"] in ("queued", "running"):
        return "running"
    if check["result"] is None:
        return "open"
    return "differs" if check["result"]["found"] else "same"


def raised(scoped: Scoped, claim: str, words: str, by: str) -> str:
    """Raise a finding and give its identity; TL934 without words."""
    return _add(scoped, claim, "finding", words, by)


def close(scoped: Scoped, claim: str, about: str, words: str, by: str) -> None:
    """End a finding with the reason why; TL931 where none of that identity stands open."""
    if about not in {row["review"] for row in opened(said(scoped, claim))}:
        raise TanluError("TL931", value=about[:80])
    _add(scoped, claim, "closed", words, by, about=about)


def sign(scoped: Scoped, claim: str, words: str, by: str) -> None:
    """Sign a claim off.

    Raises
    ------
    TanluError
        TL934 when it was not made again with the same numbers, or a finding stands open.
    """
    rows, check = said(scoped, claim), checks(scoped).get(claim)
    state = state_of(rows, check)
    if state != "same" or check is None:
        raise TanluError("TL934", value=claim[:80], why=state)
    _add(scoped, claim, "signed", words, by, job=check["id"])


def _add(
    scoped: Scoped, claim: str, kind: str, words: str, by: str, *,
    about: str | None = None, job: str | None = None,
) -> str:  # fmt: skip
    text = words.strip()[:MOST_WORDS]
    if not text:
        raise TanluError("TL934", value=claim[:80], why="no words / 未填写")
    name = secrets.token_hex(8)
    row = {
        "review": name, "claim": claim, "kind": kind, "about": about, "words": text, "by": by,
        "at_us": time.time_ns() // 1000, "job": job,
    }  # fmt: skip
    scoped.add(REVIEWS, row)
    return name
