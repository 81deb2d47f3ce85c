"""A sheet is done again from its own JSON alone."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tanlu.errors import TanluError
from tanlu.report import why
from tanlu.verify.offline import recompute
from tests.report.workspace import made


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder: Path = tmp_path_factory.mktemp("sheet")
    return json.loads(json.dumps(why(made(folder), "T1").facts))


def test_a_true_sheet_has_no_difference(facts: dict[str, Any]) -> None:
    assert recompute(facts)[1] == ()


def test_a_changed_result_is_found(facts: dict[str, Any]) -> None:
    forged = copy.deepcopy(facts)
    forged["legs"][0]["sheets"][0]["recorded"]["ttw_co2e_ug"] -= 1

    assert [d.name for d in recompute(forged)[1]] == ["ttw_co2e_ug"]


def test_a_changed_input_is_found(facts: dict[str, Any]) -> None:
    forged = copy.deepcopy(facts)
    forged["legs"][0]["sheets"][0]["inputs"]["distance_m"]["value"] += 1000

    assert recompute(forged)[1]


def test_a_changed_total_is_found(facts: dict[str, Any]) -> None:
    forged = copy.deepcopy(facts)
    forged["total"]["co2e_ug"] = str(int(forged["total"]["co2e_ug"]) - 1)

    assert [d.leg for d in recompute(forged)[1]] == ["total"]


def test_formulas_under_a_wrong_hash_are_refused(facts: dict[str, Any]) -> None:
    forged = copy.deepcopy(facts)
    ((name, text),) = forged["specs"].items()
    forged["specs"] = {name[:-1] + ("0" if name[-1] != "0" else "1"): text}

    with pytest.raises(TanluError) as refused:
        recompute(forged)

    assert refused.value.code == "TL701"


def test_a_verifier_loads_nothing_heavy() -> None:
    code = "import sys, tanlu.verify.offline; print([m for m in ('polars','rich') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
