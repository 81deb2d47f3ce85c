"""Operations of standards, asked often for what their description allows and forbids.

They are about as many as our own, so that two who test share the time.
"""

from __future__ import annotations

import pytest

from tests.serve.resources.described.offering import EXAMPLES, MODES, OPERATIONS, V1, judge

THEIRS = [(method, path) for method, path in OPERATIONS if not path.startswith(V1)]


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("method", "path"), THEIRS)
def test_every_operation_of_a_standard_does_what_its_description_says(offered, method, path, mode):
    judge(offered, method, path, mode, EXAMPLES)
