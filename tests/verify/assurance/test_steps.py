"""An engagement from plan to opinion, in the log."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl
import pytest

from tanlu.verify.assurance import Trail, population, proposed, sized, strategic
from tanlu.verify.assurance.judging import evaluation_of, examined, opined
from tanlu.verify.assurance.papers import papers, write_paper

FAST = {"tolerable_ppm": 50_000, "confidence_ppm": 950_000, "draws": 100}


@pytest.fixture
def trail(books, log, engagement):
    return Trail(books, log, engagement.id)


@pytest.fixture
def planned(trail, engagement, verifier):
    found = population(trail.workspace, engagement)
    register = proposed(strategic(found))
    power = sized(found.units["size"], expected_ppm=10_000, **FAST)
    told, nonce = trail.plan(engagement, found, register, power, verifier)
    return SimpleNamespace(told=told, nonce=nonce, register=register, found=found)


def fill(trail, both, found, tmp_path, *, evidence=None, reported=None):
    """Write both papers with the evidence of a careful clerk; say otherwise by identity."""
    rule = trail.engagement().frame
    made = papers(both, found, rule, "Asia/Shanghai", "en")
    ahead = made["forward"].with_columns(
        evidence=pl.struct("id", "reported").map_elements(
            lambda row: (evidence or {}).get(row["id"], row["reported"]), pl.String
        )
    )
    behind = made["reverse"].with_columns(
        reported=pl.struct("id", "reported").map_elements(
            lambda row: (reported or {}).get(row["id"], row["reported"] or "none"), pl.String
        )
    )
    write_paper(ahead, tmp_path / "forward.csv", "en")
    write_paper(behind, tmp_path / "reverse.xlsx", "zh")
    return tmp_path / "forward.csv", tmp_path / "reverse.xlsx"


def test_clean_books_lead_to_an_unmodified_opinion(trail, planned, verifier, gate, tmp_path):
    _, both, found = trail.sample(planned.nonce, tmp_path, verifier)
    _, judged = examined(trail, *fill(trail, both, found, tmp_path), verifier)
    told, document = opined(trail, verifier, None, None, "zh")

    assert judged.verdict == "within"
    assert told.content["opinion"] == "unmodified"
    assert "公允列报" in document.sections[0].text
    assert evaluation_of(trail) == judged
    assert [each.content["step"] for each in trail.told()] == [
        "plan", "sample", "results", "evaluation", "opinion",
    ]  # fmt: skip
