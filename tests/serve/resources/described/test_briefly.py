"""Each operation is asked a few times for what its description allows and forbids."""

from __future__ import annotations

import pytest

from tests.serve.resources.described.offering import MODES, OPERATIONS, judge

# fifty are asked beside this, slowly
FEW = 2


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_an_operation_does_what_its_description_says(offered, method, path):
    for mode in MODES:
        judge(offered, method, path, mode, FEW)
