"""Our own operations, asked often for what their description allows and forbids."""

from __future__ import annotations

import pytest

from tests.serve.resources.described.offering import EXAMPLES, MODES, OPERATIONS, V1, judge

OURS = [(method, path) for method, path in OPERATIONS if path.startswith(V1)]


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("method", "path"), OURS)
def test_every_operation_of_ours_does_what_its_description_says(offered, method, path, mode):
    judge(offered, method, path, mode, EXAMPLES)
