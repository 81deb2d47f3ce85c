"""The box of a product: what one use of a pool box costs beside a single-use one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.account import combine
from tanlu.account.lifecycle import boxes, footprint
from tanlu.errors import TanluError
from tanlu.report import numbers
from tanlu.report.product.facts import kg, ratio

if TYPE_CHECKING:
    import polars as pl

    from tanlu.account.lifecycle import System
    from tanlu.factors import Library

__all__ = ["reuse"]

PARTS = ("make", "end_of_life", "wash", "backhaul", "single")
KNOWN = {*PARTS, "loss_percent", "life", "name"}


def reuse(system: System, *, library: Library | None, profile: str, gwp: str) -> dict[str, Any]:
    """Give the facts of the box that a ``product.toml`` tells, empty without one.

    Raises
    ------
    TanluError
        TL530 for a part that is no process or an unknown key, TL534 for loss or life outside
        their range.
    """
    import polars as pl

    told = system.about.get("box") or {}
    if not told:
        return {}
    strange = sorted(set(told) - KNOWN)
    if strange or "make" not in told:
        raise TanluError("TL530", value="box", why=", ".join(strange) or "make is missing")
    parts = {part: str(told[part]) for part in PARTS if part in told}
    made = dict(system.processes.select("process", "output").iter_rows())
    absent = [name for name in parts.values() if name not in made]
    if absent:
        raise TanluError("TL530", value="box", why=absent[0])
    demands = pl.DataFrame(
        [(part, name, made[name]) for part, name in parts.items()],
        schema=["demand", "process", "amount"],
        orient="row",
    )
    rows = footprint(system, demands, library=library, profile=profile, gwp_set=gwp).rows
    each = dict(rows.group_by("demand").agg(pl.col("co2e_ug").sum()).iter_rows())
    amounts = {part: int(each.get(part, 0)) for part in PARTS if part in parts}
    asked = {
        "make_ug": amounts["make"], "end_ug": amounts.get("end_of_life", 0),
        "wash_ug": amounts.get("wash", 0), "back_ug": amounts.get("backhaul", 0),
        "single_ug": amounts.get("single"), "life": int(told.get("life", 1)),
        "loss_ppm": float(told.get("loss_percent", 0)) * 10_000,
        "fixed_sigma": _sigma(rows, ("make", "end_of_life")),
        "run_sigma": _sigma(rows, ("wash", "backhaul")),
        "single_sigma": _sigma(rows, ("single",)),
    }  # fmt: skip
    done = boxes(pl.DataFrame([asked], infer_schema_length=None))
    if done.findings.height:
        why = f"loss {told.get('loss_percent', 0)} %, life {told.get('life', 1)}"
        raise TanluError("TL534", value="box", why=why)
    row = done.rows.row(0, named=True)
    return {
        "name": dict(told.get("name", {})),
        "parts": {part: kg(amount) for part, amount in amounts.items()},
        "loss_percent": numbers.plain(Decimal(str(told.get("loss_percent", 0)))),
        "life": row["life"],
        "uses": ratio(row["uses"]), "use_kg": kg(row["use_ug"]),
        "turns_without_loss": ratio(row["turns"]), "turns": ratio(row["turns_at"]),
        "verdict": row["verdict"], "saved_kg": kg(row["saved_ug"]),
        "saved_lower_kg": kg(row["saved_lower_ug"]), "saved_upper_kg": kg(row["saved_upper_ug"]),
    }  # fmt: skip


def _sigma(rows: pl.DataFrame, parts: tuple[str, ...]) -> float:
    import polars as pl

    some = rows.filter(pl.col("demand").is_in(parts))
    return float(combine(some)["sigma_ln_ppm"][0] or 0) / 1e6 if some.height else 0.0
