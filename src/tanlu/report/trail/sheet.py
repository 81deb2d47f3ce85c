"""The calculation sheet of one leg: each step with its numbers, beside what the ledger recorded."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tanlu.report.numbers import plain
from tanlu.terms.spec import CalcSpec, interpret, show, units_of

__all__ = ["GASES", "outputs", "sheet"]

GASES = (
    ("co2_fossil_ug", "co2_fossil_ug"), ("co2_bio_ug", "co2_bio_ug"),
    ("ch4_fossil_ug", "ch4_fossil_ug"), ("ch4_bio_ug", "ch4_bio_ug"), ("n2o_ug", "n2o_ug"),
    ("co2e_unsplit_ug", "unsplit_ug"),
)  # fmt: skip
RESULTS = (("co2e_ug", "co2e_ug"), ("lower_ug", "lower_ug"), ("upper_ug", "upper_ug"), *GASES)


def sheet(
    spec: CalcSpec, inputs: Mapping[str, Any], recorded: Mapping[str, Any], language: str = "en"
) -> dict[str, Any]:
    """Give one leg's calculation as facts: inputs, steps in order, recorded and recomputed values.

    Parameters
    ----------
    spec
        The formulas.
    inputs
        Value of each input of the formulas; an absent one is null.
    recorded
        What the ledger holds, by the name of the formula's output (`outputs`).
    language
        Tongue of the meanings.

    Returns
    -------
    dict
        ``steps`` have name, unit, meaning, reference, formula (with the numbers) and value;
        ``differences`` names each recorded value that the formulas do not give again, to the µg.
    """
    units = units_of(spec)
    known = {name: inputs.get(name) for name, _ in spec.inputs}
    traced = next(iter(interpret(spec, [known], trace=True)))
    scope = {**known, **traced}
    chinese = language.startswith("zh")
    steps = [
        {
            "name": step.name,
            "unit": step.unit,
            "meaning": (step.meaning_zh or step.meaning) if chinese else step.meaning,
            "reference": step.reference,
            "formula": show(step, scope, language, units=units),
            "value": number(scope[step.name]),
        }
        for step in spec.steps
        if scope[step.name] is not None
    ]
    differences = [
        {"name": name, "recorded": number(value), "recomputed": number(traced.get(name))}
        for name, value in recorded.items()
        if name in traced and value is not None and traced[name] != value
    ]
    return {
        "spec_sha256": spec.sha256,
        "inputs": {
            name: {"value": number(value), "unit": units.get(name, "")}
            for name, value in known.items()
            if value is not None
        },
        "steps": steps,
        "recorded": {name: number(value) for name, value in recorded.items()},
        "differences": differences,
    }


def outputs(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Give recorded emission rows by boundary as the outputs of the formulas: ``ttw_co2e_ug`` …."""
    found: dict[str, Any] = {}
    for boundary, row in rows.items():
        found |= {f"{boundary}_{output}": row.get(column) for column, output in RESULTS}
    return {name: value for name, value in found.items() if value is not None}


def number(value: Any) -> Any:
    """Give a number as JSON carries it exactly: integers as they are, doubles as shortest text."""
    if isinstance(value, bool) or value is None or isinstance(value, int | str):
        return value
    if isinstance(value, Decimal):
        return plain(value)
    return repr(float(value))
