"""Outside vectors by name, and a leg put through the formulas without a library."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from tanlu.account import spec
from tanlu.account.compiled import compiled

LEG: dict[str, Any] = {
    "kind": "transport.road",
    "rate_empty": 0.0,
    "rate_slope": 1.0,
    "temperature_uplift": 1.0,
    "daf_default": 1.0,
    "sigma_ln": 0.0,
    "quality": 1,
    "wtt_co2e_g": 0.0,
}


def worked(shared: Path) -> dict[str, dict[str, Any]]:
    """The worked examples of GLEC, Cefic, NDRC and SBTi by their identity."""
    text = (shared / "data/golden/glec_v3_worked_examples.json").read_text(encoding="utf-8")
    return {vector["id"]: vector for vector in json.loads(text, parse_float=Fraction)["vectors"]}


def formulas(shared: Path) -> dict[str, Any]:
    """The formula vectors."""
    return json.loads((shared / "data/golden/formula_vectors.json").read_text(encoding="utf-8"))


def leg(**columns: Any) -> dict[str, Any]:
    """All outputs of the specification for one leg."""
    return compiled(spec())({**LEG, **columns})


def kg(ug: int) -> float:
    """Micrograms as kilograms."""
    return ug / 1e9
