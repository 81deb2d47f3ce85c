"""The table of jobs."""

from __future__ import annotations

from tanlu.store.relational.tables.jobs import JOBS


def test_a_job_belongs_to_an_organisation():
    assert [column.name for column in JOBS.primary_key] == ["tenant", "id"]
