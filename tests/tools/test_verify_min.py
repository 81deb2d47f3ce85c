"""The second verifier comes to the same verdict, shares no line with the first, and stays small."""

from __future__ import annotations

import ast
import importlib.util
import io
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.verify.offline import mutating
from tests.verify.offline.making import NOW_S, Draft, honest, trust
from tests.verify.test_faults import FAULTS, sealed

from tanlu.verify.offline import verify_pack

MUTATED = 400


@pytest.fixture(scope="module")
def file(root: Path) -> Path:
    return root / "tools" / "verify_min.py"


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    return honest(tmp_path_factory.mktemp("min"))


@pytest.fixture(scope="module")
def second(file: Path) -> Any:
    spec = importlib.util.spec_from_file_location("verify_min", file)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def verdict(
    second: Any, data: bytes, *, now_s: int = NOW_S, age_s: int | None = 100
) -> tuple[int, str]:
    try:
        found = second.verify(data, trust(), age_s, now_s)
    except second.Bad as error:
        return (2 if error.args[0] in second.UNDECIDED else 1), error.args[0]
    except Exception as error:  # noqa: BLE001 - as its main does
        return 1, type(error).__name__
    return (3, found[0][0]) if found else (0, "")


def test_it_has_less_than_300_lines_and_needs_nothing_of_tanlu(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    names = {
        (alias.name if isinstance(node, ast.Import) else str(node.module)).split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }

    assert len(text.splitlines()) < 300
    assert names - set(sys.stdlib_module_names) == {"cryptography"}


def test_it_runs_alone_and_prints_one_verdict(file: Path, draft: Draft, tmp_path: Path) -> None:
    (tmp_path / "trust").write_text(trust(), encoding="utf-8")
    data = draft.pack()
    for content, wanted in ((data, 0), (data[:-1], 1)):
        (tmp_path / "pack").write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-I", str(file), str(tmp_path / "pack"), str(tmp_path / "trust"),
             "100", str(NOW_S)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, json.loads(done.stdout)["exit"]) == (wanted, wanted)


def test_it_wants_fresh_cosignatures(second: Any, draft: Draft) -> None:
    data = draft.pack()

    assert verdict(second, data, now_s=NOW_S + 100) == (0, "")
    assert verdict(second, data, now_s=NOW_S + 101) == (1, "TL717")


def test_what_the_first_verifies_the_second_verifies(second: Any, draft: Draft) -> None:
    agreed = 0
    for number in range(MUTATED):
        data = mutating.mutated(draft, random.Random(number))
        first = verify_pack(io.BytesIO(data), trust(), now_s=NOW_S, max_age_s=100)
        code, why = verdict(second, data)
        if first.exit in (0, 3):
            assert code in (0, 3), (number, why)
        agreed += (first.exit in (0, 3)) == (code in (0, 3))

    # the first looks at forms and credentials too; what is changed in its meaning both find
    assert agreed > MUTATED * 0.95


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_of_the_matrix_it_finds_too(name: str, second: Any, draft: Draft) -> None:
    fault = FAULTS[name]
    data = sealed(fault.make(draft.copy()))
    code, why = verdict(second, data, age_s=fault.max_age_s)

    assert code == (2 if fault.code == "TL735" else 1), why


CODES = {"TL705", "TL711", "TL719", "TL720", "TL722", "TL723", "TL726", "TL727"}


def test_it_names_faults_as_the_format_does(second: Any, draft: Draft) -> None:
    seen = {verdict(second, mutating.mutated(draft, random.Random(n)))[1] for n in range(MUTATED)}

    assert seen >= CODES
