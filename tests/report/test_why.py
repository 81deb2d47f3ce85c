"""A number can be followed back to its file, its factor and its formula."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest
from tests.report.workspace import made

from tanlu.errors import TanluError
from tanlu.report import render, text, why
from tanlu.verify.offline import recompute

module = import_module("tanlu.report.trail.about")


@pytest.mark.parametrize("subject", ["waybill:T1", "T1", "c1", "chain:c1", "shipment:T1"])
def test_a_subject_is_found_by_any_of_its_names(subject: str, tmp_path: Path) -> None:
    facts = why(made(tmp_path), subject).facts

    assert [leg["activity_id"] for leg in facts["legs"]] == ["a1", "a2"]


def test_the_total_is_the_sum_of_the_legs(tmp_path: Path) -> None:
    facts = why(made(tmp_path), "T1").facts

    total = sum(int(leg["co2e_ug"]) for leg in facts["legs"])
    assert total == int(facts["total"]["co2e_ug"])
    assert Decimal(facts["total"]["co2e_kg"]) == Decimal(total).scaleb(-9)


def test_what_is_not_shown_is_in_the_total_and_said(tmp_path: Path, monkeypatch) -> None:
    workspace = made(tmp_path)
    whole = why(workspace, "T1")
    monkeypatch.setattr(module, "MOST", 1)
    cut = why(workspace, "T1")

    assert cut.facts["activities"] == {"count": 2, "shown": 1}
    assert cut.facts["total"] == whole.facts["total"]
    assert len(cut.facts["legs"]) == 1
    said = " ".join(text(cut).split())
    assert "the first 1 are shown, 1 more are not" in said
    assert "more are not" not in text(whole)


def test_a_leg_says_file_line_factor_clause_and_licence(tmp_path: Path) -> None:
    leg = why(made(tmp_path), "a1").facts["legs"][0]

    assert (leg["source"]["line"], leg["source"]["raw"]) == (2, "T1,2000")
    assert leg["ledger"]["activity"]["row"] == 0
    chosen = leg["factor"]["steps"][0]
    assert all(chosen["source"][name] for name in ("title", "clause", "year", "licence"))
    assert chosen["rank"]


def test_the_steps_end_in_what_the_ledger_holds(tmp_path: Path) -> None:
    sheet = why(made(tmp_path), "a1").facts["legs"][0]["sheets"][0]

    value = {step["name"]: step["value"] for step in sheet["steps"]}
    assert sheet["recorded"]["ttw_co2e_ug"] == value["ttw_co2e_ug"]
    assert sheet["differences"] == []


def test_a_changed_microgram_is_told_on_the_sheet(tmp_path: Path) -> None:
    document = why(made(tmp_path, wrong=("a1|iso14083|ttw|none|", 1)), "a1")

    differing = document.facts["legs"][0]["sheets"][0]["differences"]
    assert [d["name"] for d in differing] == ["ttw_co2e_ug"]
    assert "DIFFER" in text(document, width=100, colour=False)


def test_a_share_of_a_round_shows_the_whole_and_its_part(tmp_path: Path) -> None:
    leg = why(made(tmp_path), "T2").facts["legs"][0]

    assert leg["share"]["of"] == "e1"
    part, whole = (int(leg["share"][name]["ttw"]) for name in ("share_ug", "total_ug"))
    # 0.3 t over 50 km against 0.5 t over 20 km
    assert round(part / whole, 6) == 0.6


def test_what_has_no_emission_says_why(tmp_path: Path) -> None:
    document = why(made(tmp_path), "T9")
    facts = document.facts

    assert facts["unquantified"] == [{"activity_id": "x1", "code": "TL503"}]
    assert document.sections[0].figures == (("Not quantified", "1", "activities"),)
    assert facts["total"]["co2e_ug"] == "0"


def test_nothing_recorded_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TanluError) as refused:
        why(made(tmp_path), "waybill:none")

    assert refused.value.code == "TL806"


@pytest.mark.parametrize("subject", ["T1", "T2"])
def test_a_sheet_can_be_done_again_without_the_ledger(subject: str, tmp_path: Path) -> None:
    facts = json.loads(json.dumps(why(made(tmp_path), subject).facts))

    compared, differing = recompute(facts)

    assert compared > 1
    assert differing == ()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", ["html", "xlsx", "json", "txt"])
def test_a_sheet_has_every_form(language: str, form: str, tmp_path: Path) -> None:
    path = render(why(made(tmp_path), "T1", language=language), tmp_path / f"sheet.{form}")

    assert path.stat().st_size > 1000
