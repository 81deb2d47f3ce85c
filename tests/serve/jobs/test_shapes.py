"""What is told of jobs is what their shapes say, to the last field."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tanlu.errors import TanluError
from tanlu.serve.jobs import Jobs, verbs
from tanlu.serve.jobs.shapes import Job, Wish


def test_no_field_of_a_job_gets_lost_whatever_became_of_it(home):
    jobs = Jobs(home, verbs())
    name = jobs.ask("home", "verify", {}, "anna")
    waits = jobs.told("home", name)
    assert Job(**waits).model_dump() == waits
    jobs.shelf.claim("home", name)
    jobs.shelf.end("home", name, "failed", error=TanluError("TL484", value="x"))
    failed = jobs.told("home", name, "zh")
    assert failed["error"]["code"] == "TL484"
    assert Job(**failed).model_dump() == failed


def test_a_field_that_is_not_known_is_refused():
    with pytest.raises(ValidationError, match="Extra inputs"):
        Wish(kind="verify", reasons={})
