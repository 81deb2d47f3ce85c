"""What changed from one edition to the next, told with its reasons, evidence and materiality."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.verify.edition.splitting import REASONS
from tanlu.verify.reprice import kilograms

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

__all__ = ["comparable", "tell"]

# GHG Protocol Corporate Standard chapter 5 leaves the threshold to the company; 5 % is the one
# that the inventory of an organisation uses where its boundary file states none
THRESHOLD_PERCENT = Decimal(5)
EVIDENCE = 10
SHOWN_FACTORS = 50
# pins that are set side by side
PINNED = (
    "period", "boundary", "version", "profile", "basis", "gwp_set", "spec_hash", "factors_hash",
    "pins", "zone", "code_version",
)  # fmt: skip


def comparable(old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Refuse two editions whose difference has no reasons.

    Raises
    ------
    TanluError
        TL646 for two profiles or bases, which are never set side by side, or when the second is
        of an earlier ledger version.
    """
    for name in ("profile", "basis"):
        if old[name] != new[name] and None not in {old[name], new[name]}:
            why = f"one is by {name} {old[name]}, the other by {new[name]}"
            raise TanluError("TL646", value=old["edition"], other=new["edition"], why=why)
    if old["version"] > new["version"]:
        why = "the first is of a later ledger version than the second"
        raise TanluError("TL646", value=old["edition"], other=new["edition"], why=why)


def tell(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    rows: pl.DataFrame,
    sums: tuple[Mapping[str, int], Mapping[str, int]],
    *,
    threshold: Decimal | None = None,
) -> dict[str, Any]:
    """Give the facts of a restatement.

    Parameters
    ----------
    old, new
        The two editions, schema ``edition``.
    rows
        What ``split`` gives.
    sums
        What ``parts_of`` gives of what each counts.
    threshold
        Change of the total or of a part above which a restatement is material [%]; 5 without.

    Returns
    -------
    dict
        ``old``, ``new`` (name, version, total), ``difference_ug`` and ``difference_kg``,
        ``percent``, ``threshold_percent``, ``material``, ``parts``, ``reasons`` (each with rows,
        activities, difference, its parts and its largest rows), ``changes`` (the same as an edition
        pins it), ``factors``, ``pins`` that differ, ``adds_up`` and ``as_pinned``. Amounts are
        decimal texts.

    Notes
    -----
    total_new - total_old = Σ difference over the reasons, in whole micrograms: ``adds_up``.
    """
    import polars as pl

    threshold = THRESHOLD_PERCENT if threshold is None else threshold
    totals = [sum(side.values()) for side in sums]
    difference = totals[1] - totals[0]
    held = [(name, rows.filter(pl.col("reason") == name)) for name in REASONS]
    reasons = [_reason(name, part) for name, part in held if part.height]
    parts = [
        {"part": name, **_sides(sums[0].get(name, 0), sums[1].get(name, 0))}
        for name in sorted({*sums[0], *sums[1]})
    ]
    largest = max((_percent(*pair) for pair in _pairs(sums, totals)), default=Decimal(0))
    return {
        "report": "restatement",
        "old": _named(old, totals[0]),
        "new": _named(new, totals[1]),
        "difference_ug": str(difference),
        "difference_kg": kilograms(difference),
        "percent": _plain(_percent(difference, totals[0])) if totals[0] else None,
        "largest_percent": _plain(largest),
        "threshold_percent": _plain(threshold),
        "material": bool(largest > threshold),
        "parts": parts,
        "reasons": reasons,
        "changes": _pinned(reasons),
        "factors": _factors(rows),
        "pins": [[name, old[name], new[name]] for name in PINNED if old[name] != new[name]],
        "adds_up": sum(int(each["difference_ug"]) for each in reasons) == difference,
        "as_pinned": [str(total) == side["co2e_ug"]
                      for total, side in zip(totals, (old, new), strict=True)],
    }  # fmt: skip


def _pinned(reasons: list[dict[str, Any]]) -> str:
    """Give the reasons of a restatement as an edition pins them: JSON of decimal texts [ug]."""
    told = {each["reason"]: each["difference_ug"] for each in reasons}
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def _named(row: Mapping[str, Any], total: int) -> dict[str, Any]:
    names = ("edition", "version", "period", "profile", "basis", "boundary", "reason")
    return {
        **{name: row[name] for name in names},
        "co2e_ug": str(total),
        "co2e_kg": kilograms(total),
        "pinned_ug": row["co2e_ug"],
    }


def _sides(old: int, new: int) -> dict[str, str]:
    return {
        "old_kg": kilograms(old), "new_kg": kilograms(new), "difference_kg": kilograms(new - old),
        "difference_ug": str(new - old),
    }  # fmt: skip


def _pairs(
    sums: tuple[Mapping[str, int], Mapping[str, int]], totals: list[int]
) -> list[tuple[int, int]]:
    old, new = sums
    parts = [(new.get(name, 0) - old.get(name, 0), old.get(name, 0)) for name in {*old, *new}]
    return [(totals[1] - totals[0], totals[0]), *parts]


def _percent(part: int, whole: int) -> Decimal:
    """Give |part| against |whole| [%], 4 decimals; 100 where something came to nothing."""
    if not whole:
        return Decimal(100) if part else Decimal(0)
    value = Decimal(abs(part)) * 100 / Decimal(abs(whole))
    return value.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _reason(name: str, rows: pl.DataFrame) -> dict[str, Any]:
    """Give one reason with what it comes to and its largest rows."""
    import polars as pl

    old, new = (int(rows[column].sum()) for column in ("old_ug", "new_ug"))
    parts = rows.group_by("part").agg(pl.col("change_ug").sum()).sort("part")
    return {
        "reason": name,
        "rows": rows.height,
        "activities": rows["activity_id"].n_unique(),
        **_sides(old, new),
        "parts": {part: str(change) for part, change in parts.iter_rows()},
        "evidence": [_evidence(row) for row in rows.head(EVIDENCE).iter_rows(named=True)],
    }


def _evidence(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("activity_id", "replaces", "subject", "kind", "part", "factor_was", "factor_id")
    amounts = _sides(int(row["old_ug"]), int(row["new_ug"]))
    return {**{name: row[name] for name in names}, "emission_id": row["emission_id"], **amounts}


def _factors(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Give the change that other factors made, by factor, the largest first."""
    import polars as pl

    own = rows.filter(pl.col("reason") == "factors")
    keys = ["factor_was", "factor_id"]
    table = (
        own.group_by(keys)
        .agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("old_ug", "new_ug").sum())
        .sort((pl.col("new_ug") - pl.col("old_ug")).abs(), *keys,
              descending=[True, False, False], nulls_last=True)
    )  # fmt: skip
    return [
        {**{key: row[key] for key in keys}, "rows": row["rows"],
         **_sides(int(row["old_ug"]), int(row["new_ug"]))}
        for row in table.head(SHOWN_FACTORS).iter_rows(named=True)
    ]  # fmt: skip
