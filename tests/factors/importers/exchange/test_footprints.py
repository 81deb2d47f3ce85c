from __future__ import annotations

import json
from fractions import Fraction

import pytest

from tanlu.factors.importers.exchange import footprints


@pytest.mark.parametrize(
    ("held", "count"),
    [({"a": 1}, 1), ([{"a": 1}, {"a": 2}, 3], 2), ({"data": [{}, {}]}, 2), (4, 0)],
)
def test_objects_are_found_wherever_they_stand(tmp_path, held, count):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(held))

    assert len(footprints.found(path)) == count


def test_only_a_number_is_an_amount_and_it_is_exact():
    body = {"a": "0.10", "b": "x", "c": ["AR6"], "d": {}}

    assert footprints.amount(body, "b", "a") is None
    assert footprints.amount(body, "a") == Fraction(1, 10)
    assert footprints.word(body, "d", "c") == "AR6"


def test_an_identity_is_made_of_plain_signs():
    assert footprints.slug("Jiangxi Copper Co.", None, "urn:x") == "jiangxi-copper-co-urn-x"
