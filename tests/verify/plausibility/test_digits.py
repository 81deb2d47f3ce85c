"""Numbers that were typed: whole units, one figure for ever, digits that no meter gives."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from tests.verify.plausibility.asked import only, reasons, rows, subjects
from tests.verify.plausibility.faults import measured, of

from tanlu.simulate import telemetry


@pytest.mark.parametrize("fault", of("whole", "flat", "digits", "empty"))
def test_a_planted_fault_is_found_and_nobody_else_is_accused(fault: str) -> None:
    share, innocent, _ = measured(fault)

    assert (share, innocent) == (1.0, set())


def fills(count: int, litres: Any, **more: Any) -> list[dict[str, Any]]:
    luck = Random(4)
    return [{"kind": "energy.fuel", "energy_carrier": "diesel", "vehicle": "v", "operator": "o",
             "volume_ml": litres(luck), **more} for _ in range(count)]  # fmt: skip


def test_whole_litres_are_typed_and_hundredths_are_not() -> None:
    typed = fills(30, lambda luck: luck.randint(40, 300) * 1000)
    read = fills(30, lambda luck: luck.randint(4_000, 30_000) * 10)

    assert subjects(only("whole", rows(*typed))) == ["vehicle:v"]
    assert subjects(only("whole", rows(*read))) == []


def test_whole_kilowatt_hours_of_a_site_are_a_bill_and_no_finding() -> None:
    bills = [{"kind": "energy.electricity", "energy_j": k * 3_600_000, "energy_carrier":
              "electricity"} for k in range(1_000, 1_030)]  # fmt: skip
    made = only("whole", rows(*bills))

    assert subjects(made) == []
    assert reasons(made, "whole")["lacks"] == 30


def test_a_few_rows_tell_nothing_and_that_is_said() -> None:
    made = only("whole", rows(*fills(19, lambda luck: luck.randint(40, 300) * 1000)))

    assert (subjects(made), reasons(made, "whole")) == ([], {"few": 1})


def test_one_figure_for_ever_is_flat() -> None:
    assert subjects(only("flat", rows(*fills(20, lambda _: 100_010)))) == ["vehicle:v"]
    assert subjects(only("whole", rows(*fills(20, lambda _: 100_000)))) == []


@pytest.mark.parametrize("unit", [1, 10, 100, 1000])
def test_digits_are_those_of_the_unit_in_which_amounts_are_told(unit: int) -> None:
    fair = fills(600, lambda luck: luck.randint(10_000, 90_000) * unit)
    liked = fills(600, lambda luck: (luck.randint(2_000, 18_000) * 5 + luck.randint(0, 1)) * unit)

    assert subjects(only("digits", rows(*fair))) == []
    assert subjects(only("digits", rows(*liked))) == ["operator:o"]


def test_a_trifle_of_a_large_file_is_no_finding() -> None:
    # a digit that stands 14 times in 100 instead of 10: sure by chi-square, and too little to ask
    def litres(luck: Random) -> int:
        whole = luck.randint(4_000, 30_000) * 10
        return whole + (0 if luck.random() < 0.045 else luck.randint(0, 9))

    told = [{**each, "vehicle": f"v{k}"} for k, each in enumerate(fills(20_000, litres))]

    assert subjects(only("digits", rows(*told), {"effect": 0.0})) == ["operator:o"]
    assert subjects(only("digits", rows(*told))) == []


def test_kilowatt_hours_have_digits_of_their_own() -> None:
    told = [{"kind": "energy.electricity", "energy_carrier": "electricity", "vehicle": "v",
             "operator": "o", "energy_j": Random(k).randint(10_000, 99_999) * 3_600}
            for k in range(600)]  # fmt: skip

    assert subjects(only("digits", rows(*told))) == []


def test_honest_digits_are_accused_once_in_ten_thousand() -> None:
    # 300 operators with 250 fills each; the stated level is 1e-4, and the effect must be large too
    luck = Random(9)
    told = [{"kind": "energy.fuel", "energy_carrier": "diesel", "vehicle": f"v{k}",
             "operator": f"o{k}", "volume_ml": luck.randint(40_000, 300_000)}
            for k in range(300) for _ in range(250)]  # fmt: skip
    made = only("digits", rows(*told))

    assert made.findings.height <= 1
    assert next(each["rows"] for each in made.checked) > 70_000


def test_benford_is_asked_for_and_accuses_what_does_not_follow_it() -> None:
    luck = Random(5)
    amounts = [round(10 ** luck.uniform(2, 7)) for _ in range(2_000)]
    lawful = [{"kind": "goods.service", "operator": "o", "amount_fen": fen} for fen in amounts]
    liked = [{**each, "amount_fen": int("5" + str(each["amount_fen"])[1:])} for each in lawful]

    assert subjects(only("benford", rows(*lawful))) == []
    assert subjects(only("benford", rows(*liked))) == ["operator:o"]


def test_clean_distances_would_fail_benford() -> None:
    # why it is off: trips have the lengths of lanes, not of nature
    legs, _ = telemetry(100, 1)
    told = [{"operator": "o", "amount_fen": way} for way in legs["distance_m"].to_list()]

    found = only("benford", rows(*told), {"orders": 0.0})
    assert subjects(found) == ["operator:o"]


@pytest.mark.parametrize(("share", "found"), [(0, 1), (150_000, 0), (700_000, 1)])
def test_too_few_and_too_many_empty_kilometres_are_told(share: int, found: int) -> None:
    told = [{"operator": "o", "vehicle_class": "t", "vehicle": f"v{k}", "distance_m": 100_000,
             "empty_ppm": share} for k in range(40)]  # fmt: skip

    assert subjects(only("empty", rows(*told))) == ["operator:o"] * found
