"""The sheet in words."""

from __future__ import annotations

import re
from pathlib import Path

from tanlu.report import text, why
from tests.report.workspace import made


def test_the_words_name_formula_factor_source_file_and_line(tmp_path: Path) -> None:
    shown = text(why(made(tmp_path), "a1"), width=110, colour=False)

    for wanted in ("adjusted_km = 350 km", "1.05", "OGL-UK-3.0", "line 2", "T1,2000", "A-LOAD"):
        assert wanted in shown


def test_every_step_is_shown_however_many_there_are(tmp_path: Path) -> None:
    document = why(made(tmp_path), "a1")
    shown = text(document, width=100, colour=False)

    names = {step["name"] for step in document.facts["legs"][0]["sheets"][0]["steps"]}
    assert {name for name in names if f"{name} = " in shown} == names


def test_titles_and_labels_are_chinese_in_a_chinese_sheet(tmp_path: Path) -> None:
    document = why(made(tmp_path), "a1", language="zh")

    labels = [section.title for section in document.sections]
    labels += [str(row[0]) for row in document.sections[1].rows]
    assert [label for label in labels if not re.search(r"[一-鿿]", label)] == []
