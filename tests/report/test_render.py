"""Files appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.report.ledger import network

from tanlu.errors import TanluError
from tanlu.report import render, transport
from tanlu.terms import Document, Section

FORMS = ("html", "json", "parquet", "svg", "txt", "xlsx")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_written(form: str, tmp_path: Path) -> None:
    path = render(transport(network(60)), tmp_path / "new" / f"report.{form}")

    assert path.stat().st_size > 500
    assert [path] == list(path.parent.iterdir())


def test_an_unknown_form_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TanluError) as refused:
        render(transport(network(20)), tmp_path / "report.docx")

    assert refused.value.code == "TL805"


def test_a_document_without_a_picture_cannot_be_one(tmp_path: Path) -> None:
    with pytest.raises(TanluError) as refused:
        render(Document("D", "en", (Section("S"),)), tmp_path / "d.svg")

    assert refused.value.code == "TL804"
    assert list(tmp_path.iterdir()) == []
