"""The calculation sheet of one leg: each step with its numbers, beside what the ledger recorded."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tanlu.report.numbers import plain
from tanlu.terms.spec import CalcSpec, evaluate, interpret, show, units_of

__all__ = ["GASES", "outputs", "sheet", "slot"]

GASES = (
    ("co2_fossil_ug", "co2_fossil_ug"), ("co2_bio_ug", "co2_bio_ug"),
    ("ch4_fossil_ug", "ch4_fossil_ug"), ("ch4_bio_ug", "ch4_bio_ug"), ("n2o_ug", "n2o_ug"),
    ("co2e_unsplit_ug", "unsplit_ug"),
)  # fmt: skip
# what a rate multiplies
FORMS = {
    "tkm": "t.km", "teukm": "TEU.km", "t": "t", "item": "item", "km": "km", "mj": "MJ", "kg": "kg",
    "l": "L",
}  # fmt: skip
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
    known = {name: inputs.get(name) for name, _ in spec.inputs}
    traced = next(iter(interpret(spec, [known], trace=True)))
    scope = {**known, **traced}
    units = _units(spec, scope)
    chinese = language.startswith("zh")
    entered = _entered(spec, scope)
    steps = [
        {
            "name": step.name,
            "unit": units[step.name],
            "meaning": (step.meaning_zh or step.meaning) if chinese else step.meaning,
            "reference": step.reference,
            "formula": show(step, scope, language, units=units),
            "value": number(scope[step.name]),
        }
        for step in spec.steps
        if scope[step.name] is not None and step.name in entered
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


def _units(spec: CalcSpec, scope: Mapping[str, Any]) -> dict[str, str]:
    """Give the units of the formulas with those of this leg: what ``x`` is and what it is per."""
    units = units_of(spec)
    form = FORMS.get(scope.get("form") or "")
    if form is None:
        return units
    x = form if scope.get("energy_mj_per_x") is None else "MJ"
    here = {"by form": form, "unit": form, "x": x}
    return {
        name: "/".join(here.get(part, part) for part in unit.split("/"))
        for name, unit in units.items()
    }


def _entered(spec: CalcSpec, scope: Mapping[str, Any]) -> set[str]:
    """Give the names that what is kept was made from, by the branches that were taken."""
    found = {step.name for step in spec.steps if step.keep}
    for step in reversed(spec.steps):
        if step.name in found:
            found |= _names(step.expression, scope)
    return found


def _names(node: Any, scope: Mapping[str, Any]) -> set[str]:
    if isinstance(node, str):
        return {node}
    if isinstance(node, dict):
        return set()
    operator, *arguments = node
    if operator == "if":
        condition, yes, no = arguments
        taken = yes if evaluate(condition, scope) else no
        return _names(condition, scope) | _names(taken, scope)
    found: set[str] = set()
    for argument in arguments:
        found |= _names(argument, scope)
        if operator == "coalesce" and evaluate(argument, scope) is not None:
            break
    return found


def outputs(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Give recorded emission rows by boundary as the outputs of the formulas: ``ttw_co2e_ug`` …."""
    found: dict[str, Any] = {}
    for boundary, row in rows.items():
        found |= {f"{slot(boundary)}_{output}": row.get(column) for column, output in RESULTS}
    return {name: value for name, value in found.items() if value is not None}


def slot(boundary: str) -> str:
    """Give which of the two results of the formulas a boundary is."""
    return "ttw" if boundary in {"ttw", "generation"} else "wtt"


def number(value: Any) -> Any:
    """Give a number as JSON carries it exactly: integers as they are, doubles as shortest text."""
    if isinstance(value, bool) or value is None or isinstance(value, int | str):
        return value
    if isinstance(value, Decimal):
        return plain(value)
    return repr(float(value))
