"""Each named check finds the row that breaks it, and nothing in the built-in packs."""

from __future__ import annotations

import pytest

from tanlu.cli.console import words
from tanlu.errors import TanluError
from tanlu.factors import library
from tanlu.factors.checks import CHECKS, check
from tanlu.factors.packs import Pack, made_of
from tests.factors.packs.own import own

FUEL = {
    "activity": "energy.fuel", "energy_carrier": "diesel", "method": "", "boundary": "ttw",
    "denominator": "MJ",
}  # fmt: skip
BROKEN: dict[str, Pack] = {
    "gases": own({**FUEL, "co2_fossil": "0.07", "ch4_fossil": "0.00001", "co2e_published": "0.09",
                  "gwp_set": "AR5"}),
    "wtw": own(
        *({**FUEL, "boundary": name, "co2_fossil": "", "co2e_published": value, "gwp_set": "AR5"}
          for name, value in (("ttw", "0.07"), ("wtt", "0.02"), ("wtw", "0.1"))),
    ),
    "units": own({"denominator": "furlong"}),
    "curves": own({**FUEL, "activity": "transport.road", "vehicle_class": "truck.average",
                   "form": "linear_load", "numerator": "MJ", "denominator": "km", "co2_fossil": "",
                   "value_empty": "9", "value_full": "8", "boundary": "ttw"}),
    "zero": own({"co2_fossil": "0"}),
    "gas_told": own({"co2_fossil": "", "value": "0.5"}),
    "bounds": own({"value": "0.5", "lower": "0.6", "upper": "0.7"}),
    "sources": own({"clause": ""}),
    "facets": own({"technology": "magic"}),
    "blends": own({"activity": "refrigerant.leak", "energy_carrier": "", "method": "",
                   "boundary": "ttw", "denominator": "kg", "co2_fossil": "", "substance": "R-404A",
                   "co2e_published": "3500", "gwp_set": "AR4"}),
    "scale": own(*({"data_year": f"20{year}", "valid_from": f"20{year}-01-01",
                    "co2_fossil": "500" if year == 24 else "0.5"} for year in range(18, 26))),
    "winner": own({"co2_fossil": "0.5"}, {"co2_fossil": "0.6", "substance": "x"}),
}  # fmt: skip


def test_the_built_in_packs_break_no_check() -> None:
    found = check(library())

    assert found.rows() == []


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_row_that_breaks_a_check_is_found(name: str) -> None:
    found = check(made_of([BROKEN[name]]), only=name)

    assert found.height >= 1
    assert set(found["check"]) == {name}


@pytest.mark.parametrize("name", sorted(set(BROKEN) - {"facets"}))
def test_a_sound_row_breaks_none_of_them(name: str) -> None:
    assert check(made_of([own()]), only=name).is_empty()


def test_a_leaf_without_factor_is_found() -> None:
    assert check(made_of([own()]), only="leaves").height > 100


def test_an_unknown_check_is_told_with_those_there_are() -> None:
    with pytest.raises(TanluError) as raised:
        check(only="magic")

    assert raised.value.code == "TL203"
    assert "gases" in str(raised.value)


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_says_what_it_looks_at_and_what_mends_it(name: str) -> None:
    for word in (f"check_{name}", f"mend_{name}"):
        assert words()[word]["en"]
        assert words()[word]["zh"]
