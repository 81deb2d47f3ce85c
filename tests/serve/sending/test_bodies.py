"""Bodies: the same rows in each form."""

from __future__ import annotations

import io
import json

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.serve.sending import body_of

ROWS = pl.DataFrame({"device": ["A", "仓"], "seq": [1, 2], "value": [1.5, None]})


def test_each_form_carries_the_same_rows() -> None:
    wanted = ROWS.to_dicts()

    assert json.loads(body_of(ROWS, "json")) == wanted
    assert [json.loads(line) for line in body_of(ROWS, "ndjson").splitlines()] == wanted
    assert pl.read_ipc_stream(io.BytesIO(body_of(ROWS, "arrow"))).to_dicts() == wanted


def test_another_form_is_refused() -> None:
    with pytest.raises(TanluError) as error:
        body_of(ROWS, "xml")

    assert error.value.code == "TL902"
