"""The opinion: what follows from an evaluation, and its words in both tongues."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tanlu.verify.assurance.concluding.evaluation import Amounts, Evaluation
from tanlu.verify.assurance.concluding.opinion import (
    BY_VERDICT,
    decided,
    proposal,
    statement,
    weighed,
)

T = 10**12


def found(verdict: str, *, reverse: bool = True) -> Evaluation:
    return Evaluation(
        total_ug=100 * T, materiality_ug=5 * T, performance_ug=3 * T,
        amounts={"over": Amounts(T, 2 * T, 3 * T, T)}, ledger=(), units=63, reverse=reverse,
        verdict=verdict,
    )  # fmt: skip


def test_every_verdict_has_its_opinion() -> None:
    assert {verdict: proposal(found(verdict))[0] for verdict in BY_VERDICT} == BY_VERDICT


def test_without_a_reverse_sample_the_best_opinion_is_modified() -> None:
    assert proposal(found("within", reverse=False)) == ("modified", ("within", "no_frame"))
    assert proposal(found("pervasive", reverse=False))[0] == "adverse"


def test_a_frame_about_some_kinds_only_does_not_vouch_for_the_others(engagement) -> None:
    small = replace(found("within"), uncovered_ug=5 * T)
    large = replace(found("within"), uncovered_ug=5 * T + 1)

    assert proposal(small) == ("unmodified", ("within",))
    assert proposal(large) == ("modified", ("within", "part_frame"))
    for language, word in (("en", "some kinds only"), ("zh", "仅涉部分类别")):
        document = statement(
            replace(engagement, level="limited"), large, decided(large, None, None),
            language=language, half_ug=0, facts={},
        )  # fmt: skip
        assert word in document.sections[0].text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("level", ["limited", "reasonable"])
@pytest.mark.parametrize("verdict", list(BY_VERDICT))
def test_every_opinion_has_its_sentence(engagement, language, level, verdict) -> None:
    judged = found(verdict)
    document = statement(
        replace(engagement, level=level), judged, decided(judged, None, None), language=language,
        half_ug=T, facts={"entry": 7},
    )  # fmt: skip

    assert "100.000 t CO₂e" in document.sections[0].text
    assert document.facts["opinion"] == BY_VERDICT[verdict]
    assert document.facts["entry"] == 7


def test_limited_assurance_is_said_in_the_negative(engagement) -> None:
    judged = found("within")

    def said(level: str) -> str:
        return statement(
            replace(engagement, level=level), judged, decided(judged, None, None), language="en",
            half_ug=0, facts={},
        ).sections[0].text  # fmt: skip

    assert said("limited").startswith("Nothing came to our attention")
    assert said("reasonable").startswith("In our opinion")


def test_a_statement_without_a_reverse_sample_says_so(engagement) -> None:
    judged = found("within", reverse=False)
    document = statement(
        engagement, judged, decided(judged, None, None), language="en", half_ug=0, facts={}
    )

    assert "no independent frame" in document.sections[-1].text
    assert "Two samples" not in document.sections[-1].text


def test_an_evaluation_is_shown_with_what_would_follow(engagement) -> None:
    document = weighed(engagement, found("extend"), "en")

    assert document.facts["proposed"] == "modified"
    assert document.sections[1].rows[0] == (
        "overstated", "1.000", "2.000", "1.000", "1.000", "2.000",
    )  # fmt: skip
    assert document.sections[1].rows[2][1:] == ("–",) * 5
