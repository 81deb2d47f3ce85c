"""What is found in footprints of others."""

from __future__ import annotations

import copy
import json
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.pact import check_all, in_form
from tanlu.share.exchange.pact.amounts import written
from tanlu.share.exchange.pact.checks import check
from tests.share.exchange.pact.told import carriage, goods, shelf

PARTS = ("landUseChangeGhgEmissions", "landManagementBiogenicCO2Emissions",
         "landManagementBiogenicCO2Removals", "biogenicNonCO2Emissions", "technologicalCO2Removals",
         "ccsTechnologicalCO2Capture", "biogenicCO2Uptake")  # fmt: skip
DOWN = ("landManagementBiogenicCO2Removals", "technologicalCO2Removals",
        "ccsTechnologicalCO2Capture", "biogenicCO2Uptake")  # fmt: skip
amounts = st.decimals(0, 10**6, places=4)


def _spoilt(form=3, /, **pcf):
    content = copy.deepcopy(dict(in_form(goods(), form).content))
    content["pcf"] = {k: v for k, v in (content["pcf"] | pcf).items() if v is not None}
    return content


def _codes(content, form=3):
    return sorted({each.code for each in check(content, form)})


@pytest.mark.parametrize("form", [2, 3])
def test_what_we_publish_has_no_fault(form):
    for told in shelf():
        found = check(dict(in_form(told, form).content), form)
        # V2 wants ratings of five kinds, which three do not tell
        assert [each for each in found if (form, each.where) != (2, "pcf.dqi")] == []


def test_what_the_owner_of_the_standard_shows_as_an_example_does_not_add_up(shared):
    folder = shared / "data" / "standards" / "pact" / "samples"
    told = [each for path in sorted(folder.glob("*.json"))
            for each in json.loads(path.read_text(encoding="utf-8"))]  # fmt: skip
    found = Counter(code for each in told for code in _codes(each))
    assert (len(told), found["TL872"]) == (180, 180)
    assert set(found) <= {"TL870", "TL872", "TL874"}


@given(amounts, st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, amounts)),
       st.decimals(-5, 5, places=4), st.booleans())  # fmt: skip
def test_both_totals_are_computed_again_from_their_parts(fossil, parts, off, whole):
    signed = {k: -v if k in DOWN else v for k, v in parts.items()}
    # a second, naive way: whole numbers of ten-thousandths
    units = {k: int(v * 10**4) for k, v in signed.items()}
    without = int(fossil * 10**4) + sum(v for k, v in units.items() if k != "biogenicCO2Uptake")
    including = without + units.get("biogenicCO2Uptake", 0)
    totals = {"pcfExcludingBiogenicUptake": without, "pcfIncludingBiogenicUptake": including}
    name = sorted(totals)[whole]
    totals[name] += int(off * 10**4)
    pcf = {k: written(v) for k, v in signed.items()} | {"fossilGhgEmissions": written(fossil)}
    pcf |= {k: f"{Decimal(v) / 10**4:.4f}" for k, v in totals.items()}
    blank = dict.fromkeys((*PARTS, "landManagementFossilGhgEmissions", "biogenicCarbonContent"))
    found = [each for each in check(_spoilt(**(blank | pcf)), 3) if each.code == "TL872"]
    slack = Decimal("0.00005") * 9
    if off == 0:
        assert found == []
    elif abs(off) > slack:
        assert [each.where for each in found] == [f"pcf.{name}"]


@pytest.mark.parametrize(("pcf", "code"), [
    ({"pcfExcludingBiogenicUptake": "22.5"}, "TL872"),
    ({"pcfIncludingBiogenicUptake": "2.25"}, "TL872"),
    ({"biogenicCarbonContent": "0"}, "TL872"),
    ({"landManagementFossilGhgEmissions": "3"}, "TL872"),
    ({"fossilGhgEmissions": "-2"}, "TL873"), ({"biogenicCO2Uptake": "1.2"}, "TL873"),
    ({"declaredUnitAmount": "0"}, "TL873"), ({"productMassPerDeclaredUnit": "0"}, "TL874"),
    ({"fossilCarbonContent": "5"}, "TL874"),
    ({"declaredUnitOfMeasurement": "kilogram", "declaredUnitAmount": "2"}, "TL874"),
    ({"declaredUnitOfMeasurement": "ton kilometer"}, "TL874"),
    ({"referencePeriodEnd": "2024-01-01T00:00:00Z"}, "TL875"),
    ({"primaryDataShare": None}, "TL876"), ({"primaryDataShare": "101"}, "TL876"),
    ({"exemptedEmissionsPercent": "-1"}, "TL876"), ({"exemptedEmissionsPercent": "3"}, "TL870"),
    ({"dqi": {"technologicalDQR": "0", "geographicalDQR": "1", "temporalDQR": "1"}}, "TL876"),
    ({"packagingEmissionsIncluded": False}, "TL870"),
    ({"productOrSectorSpecificRules": [{"operator": "Other", "ruleNames": ["x"]}]}, "TL870"),
    ({"geographyRegionOrSubregion": "Asia"}, "TL877"), ({"fossilGhgEmissions": 2}, "TL871"),
])  # fmt: skip
def test_each_mistake_is_found(pcf, code):
    assert code in _codes(_spoilt(**pcf))


def test_a_period_before_2025_needs_one_word_on_the_quality_of_data():
    earlier = {"referencePeriodStart": "2023-01-01T00:00:00Z", "primaryDataShare": None,
               "referencePeriodEnd": "2024-01-01T00:00:00Z"}  # fmt: skip
    assert _codes(_spoilt(**earlier)) == []
    assert _codes(_spoilt(**earlier, dqi=None)) == ["TL876"]


def test_the_earlier_form_is_only_held_to_what_it_tells():
    whole = {"dLucGhgEmissions": "0.2", "landManagementGhgEmissions": "0",
             "otherBiogenicGhgEmissions": "0.05", "biogenicCarbonWithdrawal": "-1.2"}  # fmt: skip
    told = in_form(goods(), 2).content["pcf"] | whole
    assert "TL872" not in _codes(_spoilt(2, **told), 2)
    assert "TL872" in _codes(_spoilt(2, **told | {"pCfIncludingBiogenic": "0.9"}), 2)
    assert "TL872" in _codes(_spoilt(2, pCfExcludingBiogenic="1.5"), 2)


def test_who_rounds_each_line_is_not_blamed():
    pcf = {"fossilGhgEmissions": "1.33", "landUseChangeGhgEmissions": "0.33",
           "biogenicNonCO2Emissions": "0.33", "pcfExcludingBiogenicUptake": "2.00",
           "pcfIncludingBiogenicUptake": "0.80"}  # fmt: skip
    assert _codes(_spoilt(**pcf)) == []


def test_versions_that_do_not_follow_each_other_are_found():
    first, _, second = (dict(each.content) for each in shelf())
    assert first["status"] == "Active"
    assert [each.code for each in check_all([first, second], 3)[first["id"]]] == ["TL878"]
    found = check_all([first, second, second], 3)
    assert "TL878" in [each.code for each in found[second["id"]]]
    own = second | {"precedingPfIds": [second["id"]]}
    assert "TL878" in _codes(own)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([*goods().content, *goods().content["pcf"], "x"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(junk, st.sampled_from([2, 3]))
def test_nothing_that_is_sent_breaks_the_check(content, form):
    found = check_all([content], form)
    assert sum(map(len, found.values())) > 0
    for each in next(iter(found.values())):
        assert each.say("zh")


def test_a_carriage_weighs_nothing():
    assert _codes(dict(carriage().content)) == []
    assert _codes(dict(carriage(productMassPerDeclaredUnit="7").content)) == ["TL874"]
