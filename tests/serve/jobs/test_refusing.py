"""Refused rows as a table that does no harm."""

from __future__ import annotations

import polars as pl

from tanlu.serve.jobs import harmless, refused_rows
from tanlu.serve.jobs.refusing import refused_file
from tanlu.terms import schema


def test_a_formula_is_a_text_and_a_number_stays_a_number():
    assert harmless("=1+1") == "'=1+1"
    assert harmless("@x") == "'@x"
    assert harmless("-5.2") == "-5.2"


def test_what_was_written_is_read_as_it_was(tmp_path):
    row = {"quarantine_id": "q", "code": "TL311", "column": "t", "value": "=x", "source_line": 3,
           "raw": '{"t":"=x"}'}  # fmt: skip
    refused_file(schema("quarantine").fit(pl.DataFrame([row])), tmp_path / "r.csv")
    (found,) = refused_rows(tmp_path / "r.csv", 9)
    assert (found["line"], found["value"], found["cells"]) == ("3", "=x", {"t": "=x"})
