"""What a damaged file makes a decoder do."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.monitor.read.guarded import guarded

PATH = Path("some/file.parquet")


@pytest.mark.parametrize(
    "error", [ValueError("bad page\nmore"), OSError("gone"), pl.exceptions.PanicException("panic")]
)
def test_any_failure_is_an_error_that_names_the_file(error: BaseException) -> None:
    with pytest.raises(TanluError, match="TL301") as caught, guarded(PATH):
        raise error

    assert "file.parquet" in str(caught.value)
    assert "more" not in str(caught.value)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(), TanluError("TL304")])
def test_what_is_no_failure_of_the_decoder_goes_on(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, guarded(PATH):
        raise error

    assert caught.value is error
