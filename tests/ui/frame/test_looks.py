from __future__ import annotations

import json

import pytest
from jinja2 import UndefinedError

from tanlu.terms import Chart
from tanlu.ui.frame.looks import looks, spec


def test_nothing_in_a_chart_can_end_the_element_that_holds_it() -> None:
    chart = Chart("bar", "</script><script>", "t", ("</script>",), (("<!--", (1.0,)),))
    text = spec(chart, "en")

    assert "<" not in text
    assert json.loads(text)["series"][0]["name"] == "<!--"


def test_a_name_that_is_not_given_is_a_fault_and_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError):
        looks("en").from_string("{{ nothing }}").render()


def test_every_macro_of_the_kit_is_at_hand_by_its_name() -> None:
    kit = looks("en").globals["kit"]

    assert "Measured" in kit.tier("measured")
    with pytest.raises(AttributeError):
        kit.there_is_no_such_macro()
