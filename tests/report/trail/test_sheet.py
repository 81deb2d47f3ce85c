"""One leg's sheet."""

from __future__ import annotations

import json

import pytest

from tanlu.report.trail.sheet import number, outputs, sheet
from tanlu.terms.spec import parse

SPEC = parse(json.dumps({
    "spec": "tiny", "version": "1", "inputs": {"mass_mg": "int64", "g": "float64"},
    "steps": [
        {"name": "mass_t", "unit": "t", "expression": ["div", "mass_mg", {"n": "1e9"}],
         "meaning": "mass", "含义": "质量", "reference": "here"},
        {"name": "ttw_co2e_ug", "type": "int64", "unit": "ug", "keep": True,
         "expression": ["round", ["mul", ["mul", "mass_t", "g"], {"n": "1e6"}]]},
    ],
}))  # fmt: skip


def test_steps_have_numbers_and_agree_with_the_record() -> None:
    made = sheet(SPEC, {"mass_mg": 2 * 10**9, "g": 1.5}, {"ttw_co2e_ug": 3_000_000}, "zh")

    assert [step["value"] for step in made["steps"]] == ["2.0", 3_000_000]
    assert made["steps"][0]["meaning"] == "质量"
    assert made["differences"] == []


def test_a_step_of_a_branch_that_was_not_taken_is_not_shown() -> None:
    spec = parse(json.dumps({
        "spec": "tiny", "version": "1", "inputs": {"kind": "string", "km": "float64"},
        "steps": [
            {"name": "air", "unit": "1", "expression": ["add", "km", {"n": "95"}]},
            {"name": "road", "unit": "1", "expression": ["mul", "km", {"n": "1.05"}]},
            {"name": "spare", "unit": "1", "expression": ["mul", "km", {"n": "2"}]},
            {"name": "way", "unit": "km", "keep": True,
             "expression": ["if", ["eq", "kind", {"s": "air"}], "air",
                            ["coalesce", "road", "spare"]]},
        ],
    }))  # fmt: skip

    shown = {
        kind: [step["name"] for step in sheet(spec, {"kind": kind, "km": 5.0}, {})["steps"]]
        for kind in ("air", "land")
    }

    assert shown == {"air": ["air", "way"], "land": ["road", "way"]}


@pytest.mark.parametrize(
    ("form", "mj", "units"),
    [("tkm", 1.0, ["t.km", "MJ/t.km", "MJ"]), ("tkm", None, ["t.km", "t.km/t.km", "t.km"]),
     ("item", 1.0, ["item", "MJ/item", "MJ"]), (None, None, ["by form", "x/unit", "x"])],
)  # fmt: skip
def test_units_are_those_of_the_leg(form: str | None, mj: float | None, units: list[str]) -> None:
    step = {"unit": "x", "expression": ["mul", "load", {"n": "1"}], "keep": True}
    spec = parse(json.dumps({
        "spec": "tiny", "version": "1",
        "inputs": {"load": "float64", "form": "string", "energy_mj_per_x": "float64"},
        "steps": [{**step, "name": "quantity", "unit": "by form"},
                  {**step, "name": "rate", "unit": "x/unit"}, {**step, "name": "x"}],
    }))  # fmt: skip

    made = sheet(spec, {"load": 2.0, "form": form, "energy_mj_per_x": mj}, {})

    assert [step["unit"] for step in made["steps"]] == units
    assert made["steps"][0]["formula"].endswith(f" {units[0].replace('.', '·')}")


def test_another_record_is_a_difference() -> None:
    made = sheet(SPEC, {"mass_mg": 2 * 10**9, "g": 1.5}, {"ttw_co2e_ug": 3_000_001})

    assert made["differences"] == [
        {"name": "ttw_co2e_ug", "recorded": 3_000_001, "recomputed": 3_000_000}
    ]


def test_rows_by_boundary_become_outputs_by_name() -> None:
    rows = {"ttw": {"co2e_ug": 5, "n2o_ug": None}, "wtt": {"co2e_unsplit_ug": 7}}

    assert outputs(rows) == {"ttw_co2e_ug": 5, "wtt_unsplit_ug": 7}


def test_doubles_travel_as_text_and_come_back_exactly() -> None:
    assert float(number(0.1 + 0.2)) == 0.1 + 0.2
