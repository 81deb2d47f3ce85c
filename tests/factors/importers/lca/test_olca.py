from __future__ import annotations

import json

import pytest
from tests.factors.importers.lca.sets import olca

from tanlu.errors import TanluError
from tanlu.factors.importers import load


def test_an_inventory_gives_masses_of_gases_per_kilogram(tmp_path):
    row = load("olca", olca(tmp_path / "a.zip")).factors.to_dicts()[0]

    assert (row["material"], row["denominator"], row["place"]) == ("board.corrugated", "kg", "GLO")
    assert (row["co2_fossil"], row["ch4_fossil"]) == ("0.8", "0.002")
    assert "economic allocation" in row["note"]
    assert row["valid_to"] == "2026-01-01"


def test_an_impact_result_comes_before_the_inventory(tmp_path):
    results = [
        {"indicator": {"name": "Global warming (GWP100)"}, "amount": 0.95},
        {"indicator": {"name": "Acidification"}, "amount": 3.0},
    ]
    path = olca(tmp_path / "a.zip", impactResults=results, impactMethod={"name": "IPCC AR6"})
    row = load("olca", path).factors.to_dicts()[0]

    assert (row["co2e_published"], row["gwp_set"], row["co2_fossil"]) == ("0.95", "AR6", None)


def test_a_unit_process_is_no_factor(tmp_path):
    found = load("olca", olca(tmp_path / "a.zip", processType="UNIT_PROCESS"))

    assert found.quarantine["code"].to_list() == ["TL230"]


def test_a_document_without_a_process_is_refused(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"@type": "Flow"}))

    with pytest.raises(TanluError) as raised:
        load("olca", path)

    assert raised.value.code == "TL220"
