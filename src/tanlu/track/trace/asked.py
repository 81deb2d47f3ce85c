"""What is asked for: a subject by its type and value, or a bare value whose type is found."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.index import find

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COLUMNS", "resolve"]

# types that are columns of an activity rather than subjects of their own
COLUMNS = {
    "activity": "activity_id", "activity_id": "activity_id", "shipment": "shipment",
    "consignment": "consignment", "chain": "chain", "round": "round", "vehicle": "vehicle",
}  # fmt: skip
# types that subjects have; a bare value is tried with each
TYPES = (
    "waybill", "order", "parcel", "box", "pallet", "container", "product", "material", "batch",
    "receipt", "site", "sscc", "sgtin", "lgtin", "grai", "giai", "gtin", "gsin", "ginc", "return",
)  # fmt: skip
NEAR = 5
LOOKED = 4


def resolve(workspace: Any, subject: str, *, as_of: int | None = None) -> str:
    """Give the subject that a text names, as the ledger writes it.

    Raises
    ------
    TanluError
        TL430 when the ledger knows none such, with those whose names are near.
    """
    tries = [subject] if ":" in subject else []
    tries += [f"{kind}:{subject}" for kind in TYPES]
    tries += [f"{kind}:{subject}" for kind in sorted(set(COLUMNS) - {"activity"})]
    if subject not in tries:
        tries.append(subject)
    known = _known(workspace, tries, as_of)
    for each in tries:
        if each in known:
            return each
    raise TanluError("TL430", value=subject, near=_near(workspace, subject, as_of))


def _known(workspace: Any, tries: Sequence[str], as_of: int | None) -> set[str]:
    """Give which of some subjects something is recorded of."""
    columns = ("subject", *sorted(set(COLUMNS.values())))
    asked: dict[str, list[str]] = {"subject": list(tries)}
    for each in tries:
        kind, _, value = each.partition(":")
        if kind in COLUMNS:
            asked.setdefault(COLUMNS[kind], []).append(value)
    rows = find(workspace, "activity", asked, columns=columns, as_of=as_of)
    found = set(rows["subject"].drop_nulls())
    for kind, column in COLUMNS.items():
        found |= {f"{kind}:{value}" for value in rows[column].drop_nulls().unique()}
    if not found & set(tries):
        for column in ("subject", "parent"):
            rows = find(workspace, "event", {column: tries}, columns=(column,), as_of=as_of)
            found |= set(rows[column].drop_nulls())
    return found


def _near(workspace: Any, subject: str, as_of: int | None) -> str:
    """Give subjects with a like name, of the parts in whose range it would lie."""
    import polars as pl

    value = subject.partition(":")[2] or subject
    near: list[str] = []
    for table in ("activity", "event"):
        parts = [part for part in workspace.parts(table, as_of) if "subject" in part.ranges]
        parts.sort(key=lambda part: _away(part.ranges["subject"], subject, value))
        if not parts:
            continue
        rows = workspace.scan(table, raw=True, only=parts[:LOOKED], columns=["subject"])
        names = rows.drop_nulls().unique().collect()["subject"]
        cut = names.filter(
            names.str.len_chars().is_between(max(len(value) - 2, 0), len(subject) + 12)
        )
        likely = cut.filter(cut.str.contains(value[: max(len(value) * 2 // 3, 1)], literal=True))
        pool = (likely if likely.len() else cut).sort().head(20_000).to_list()
        by_value = {name.partition(":")[2] or name: name for name in pool}
        by_value |= {name: name for name in pool if ":" in subject}
        near += [by_value[each] for each in difflib.get_close_matches(subject, by_value, NEAR, 0.7)]
    return ", ".join(pl.Series(near, dtype=pl.String).unique(maintain_order=True).head(NEAR)) or "–"


def _away(limits: Sequence[str], subject: str, value: str) -> bool:
    low, high = limits
    return not (
        low <= subject <= high or (low.partition(":")[2] <= value <= high.partition(":")[2])
    )
