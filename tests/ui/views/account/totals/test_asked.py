"""What a cut is asked for."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.reads


def test_a_key_that_there_is_not_is_refused(asking):
    assert asking().get("/en/totals?by=rocket").status_code == 400
    assert "TL803" in asking().get("/en/totals?by=rocket").text
