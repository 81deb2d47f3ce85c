"""Whether the sentence of conformity with ISO 14083:2023 may be used; if not, what is missing."""

from __future__ import annotations

from typing import Any

__all__ = ["STATEMENT", "declaration"]

STATEMENT = "These calculation results have been established in accordance with ISO 14083:2023"
YEAR_US = 366 * 86_400 * 1_000_000


def declaration(facts: dict[str, Any], span: tuple[int, int] | None) -> dict[str, Any]:
    """Give each condition of the sentence with whether it holds, and the sentence if all do.

    Parameters
    ----------
    facts
        Facts of the transport report so far.
    span
        The period [µs UTC], or None when the report covers all time.

    References
    ----------
    ISO 14083:2023 clauses 5, 6 and 13.
    """
    start, end = span or (facts["period"]["start_us"], facts["period"]["end_us"])
    tkm_types = {row["distance_type"] for row in facts["distances"] if row["transport_tkm"] != "0"}
    held = {
        "profile": facts["profile"] == "iso14083",
        "boundaries": facts["rows"] > 0 and facts["wtt_rows"] == facts["legs"],
        "complete": facts["unquantified"]["activities"] == 0 and facts["rows"] > 0,
        "gwp": len(facts["gwp_sets"]) == 1,
        "year": start is not None and end is not None and end - start <= YEAR_US,
        "distance": tkm_types <= {"sfd", "gcd"},
        "mass": facts["legs_without_mass"] == 0,
    }
    holds = all(held.values())
    return {
        "holds": holds,
        "sentence": STATEMENT if holds else None,
        "conditions": [{"condition": name, "holds": value} for name, value in held.items()],
    }
