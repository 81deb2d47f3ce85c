"""From filled papers to an opinion: what is wrong in the books decides it."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.verify.assurance import examined, opined
from tanlu.verify.assurance.concluding.judging import evaluation_of


def test_clean_books_lead_to_an_unmodified_opinion(trail, sampled, fill, verifier) -> None:
    _, judged = examined(trail, fill(), verifier)
    told, document = opined(trail, verifier, None, None, "zh")

    assert judged.verdict == "within"
    assert told.content["opinion"] == "unmodified"
    assert "公允列报" in document.sections[0].text
    assert evaluation_of(trail) == judged
    assert [each.content["step"] for each in trail.told()] == [
        "plan", "sample", "results", "evaluation", "opinion",
    ]  # fmt: skip


def test_books_overstated_throughout_are_found_and_the_projection_tells_by_how_much(
    trail, sampled, fill, verifier
) -> None:
    low = dict.fromkeys(sampled.ids, Decimal("0.92"))
    _, judged = examined(trail, fill(times=low), verifier)
    over = judged.amounts["over"]

    assert judged.verdict == "material"
    assert over.projected_ug == pytest.approx(judged.total_ug * 0.08, rel=0.001)
    assert judged.amounts["under"].projected_ug == 0
    assert over.bound_ug > over.projected_ug
    assert sum(line.found_ug for line in judged.ledger) == over.factual_ug


def test_errors_up_and_down_are_not_netted(trail, sampled, fill, verifier) -> None:
    mixed = {
        one: Decimal("0.9") if place % 2 else Decimal("1.1")
        for place, one in enumerate(sampled.ids)
    }
    _, judged = examined(trail, fill(times=mixed), verifier)

    assert judged.amounts["over"].projected_ug > judged.total_ug * 0.04
    assert judged.amounts["under"].projected_ug > judged.total_ug * 0.04
    assert judged.verdict in {"correct", "material"}


def test_what_was_never_reported_is_found_from_the_gate_alone(
    trail, gate, verifier, fill, draw_both
) -> None:
    # 60 of 460 waybills of the gate were never reported: 13 % of the tonne-kilometres
    with gate.open("a") as more:
        more.writelines(f"X{number:04},27.15\n" for number in range(60))
    draw_both()
    _, judged = examined(trail, fill(), verifier)

    assert judged.amounts["over"].factual_ug == judged.amounts["under"].factual_ug == 0
    # 1,629 of 12,489 t·km are not there: 15 % of what is
    assert judged.amounts["omission"].projected_ug == pytest.approx(judged.total_ug * 0.15, rel=0.5)
    assert judged.verdict in {"material", "pervasive"}
    assert {line.direction for line in judged.ledger} == {"omission"}


def test_one_wrong_unit_asks_for_more_units_instead_of_failing(
    trail, sampled, fill, verifier, draw_more
) -> None:
    wrong = {sampled.ids[0]: Decimal("0.2")}
    _, judged = examined(trail, fill(times=wrong), verifier)

    assert judged.verdict == "extend"
    assert judged.more >= 30
    draw_more(judged.more * 3)
    _, again = examined(trail, fill(times=wrong), verifier)

    assert again.verdict == "within"
    assert again.units > judged.units


def test_a_correction_in_the_ledger_takes_the_misstatement_back(
    trail, sampled, fill, verifier, emissions
) -> None:
    books = trail.workspace
    low = dict.fromkeys(sampled.ids, Decimal("0.95"))
    before = examined(trail, fill(times=low), verifier)[1]
    old = books.scan("activity").filter(pl.col("activity_id").is_in(sampled.ids)).collect()
    amounts = books.scan("emission").filter(pl.col("activity_id").is_in(sampled.ids)).collect()
    amounts = dict(amounts.select("activity_id", "co2e_ug").iter_rows())
    names = [f"{one}/2" for one in old["activity_id"]]
    books.append("activity", old.with_columns(
        supersedes=pl.col("activity_id"), activity_id=pl.Series(names)
    ))  # fmt: skip
    books.append(
        "emission", emissions(names, [amounts[one] * 95 // 100 for one in old["activity_id"]])
    )
    after = examined(trail, fill(times=low), verifier)[1]

    assert before.amounts["over"].corrected_ug == 0
    assert after.amounts["over"].factual_ug == before.amounts["over"].factual_ug
    assert after.amounts["over"].corrected_ug == pytest.approx(
        before.amounts["over"].factual_ug, abs=2 * len(names)
    )
    assert after.amounts["over"].likely_ug < before.amounts["over"].likely_ug


def test_missing_evidence_for_much_leads_to_a_disclaimer(trail, sampled, fill, verifier) -> None:
    none = dict.fromkeys(sampled.ids[:10])
    _, judged = examined(trail, fill(times=none), verifier)
    told, document = opined(trail, verifier, None, None, "en")

    assert judged.verdict == "unproved"
    assert told.content["opinion"] == "disclaimer"
    assert "no opinion" in document.sections[0].text


def test_another_opinion_than_the_proposed_one_needs_a_reason(
    trail, sampled, fill, verifier
) -> None:
    examined(trail, fill(), verifier)
    with pytest.raises(TanluError) as refused:
        opined(trail, verifier, "adverse", " ", "en")

    assert refused.value.code == "TL761"
    told, _ = opined(trail, verifier, "adverse", "the scope was cut", "en")
    assert (told.content["opinion"], told.content["proposed"]) == ("adverse", "unmodified")


def test_a_preparer_can_neither_evaluate_nor_opine(trail, sampled, fill, verifier, log) -> None:
    with pytest.raises(TanluError) as refused:
        examined(trail, fill(), log.preparer)
    assert refused.value.code == "TL133"

    examined(trail, fill(), verifier)
    with pytest.raises(TanluError) as refused:
        opined(trail, log.preparer, None, None, "en")
    assert refused.value.code == "TL133"


def test_one_paper_of_two_is_not_enough(trail, sampled, fill, verifier) -> None:
    for given in (fill()[:1], fill()[1:], []):
        with pytest.raises(TanluError) as refused:
            examined(trail, given, verifier)
        assert refused.value.code == "TL758"
