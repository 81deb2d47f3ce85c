"""Reports and editions as jobs."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.jobs.publishing import published, reported
from tests.serving import last


def test_a_form_that_there_is_not_is_refused(home, tmp_path):
    with pytest.raises(TanluError, match="TL491"):
        last(reported(home.workspace("home"), {"form": "exe"}, tmp_path))


def test_nothing_quantified_is_not_published(home):
    with pytest.raises(TanluError, match="TL645"):
        last(published(home.workspace("other"), {"name": "x"}))
    assert home.workspace("other").editions().is_empty()
